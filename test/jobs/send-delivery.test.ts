import { afterAll, expect, test } from 'bun:test'
import { Api } from 'grammy'
import { seeing, type Sql } from '../../sql/connect.ts'
import { deliver, type NewDelivery } from '../../sql/deliveries.ts'
import { linkTelegramAccount } from '../../sql/telegram.ts'
import { createUser } from '../../sql/users.ts'
import { sendDeliveryJob } from '../../src/jobs/send-delivery.ts'
import { appPool } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { failure } from '../support/telegram-client.ts'
import { startTelegram } from '../support/telegram.ts'
import { until } from '../support/until.ts'
import { startWorker } from '../support/worker.ts'

const { sql: owner, appUrl } = await testDatabase()
const sql = appPool(appUrl)
const telegram = await startTelegram()
afterAll(() => telegram.stop())
const now = () => new Date('2026-10-25T08:00:00Z')
const api = new Api(telegram.token, { apiRoot: telegram.root })
const { done, logs } = startWorker({ sql, databaseUrl: appUrl }, [sendDeliveryJob({ sql, now, telegram: api })])

const user = await createUser(owner, { email: 'ann@example.com', role: 'owner', password_hash: null })
let people = 0
/** Somebody with a private chat with the bot. */
async function someone() {
  const person = telegram.person({ first_name: `Ann ${++people}` })
  await person.writes('/start')
  await linkTelegramAccount(sql, { telegram_id: person.id, user_id: user!.id, first_name: 'Ann', username: null })
  return person
}
type Someone = Awaited<ReturnType<typeof someone>>
let keys = 0
const queue = (person: Someone, text: string, more: Partial<NewDelivery> = {}, db: Sql = sql) =>
  seeing(db, 'all', (tx) =>
    deliver(tx, {
      kind: 'task',
      user_id: user!.id,
      chat_id: person.id,
      text,
      dedupe_key: `test ${++keys}`,
      store_ids: null,
      now: now(),
      ...more,
    }),
  )
const heard = (person: Someone) =>
  telegram.messages(person).flatMap(({ from, text }) => (from?.is_bot ? [text ?? ''] : []))
const rowOf = async (id: number) => {
  const [row] = await owner`select status, attempts, error, message_ids, sent_at from deliveries where id = ${id}`
  return row as unknown as {
    status: string
    attempts: number
    error: string | null
    message_ids: number[]
    sent_at: Date
  }
}

test('a message is sent once its transaction was committed, and its receipt is kept', async () => {
  const ann = await someone()
  const rolledBack = seeing(sql, 'all', async (tx) => {
    await queue(ann, 'Never.', {}, tx)
    throw new Error('rolled back')
  })
  expect(await failure(rolledBack)).toBe('rolled back')
  const id = await queue(ann, 'Good morning.')
  await done()
  expect(heard(ann)).toEqual(['Good morning.'])
  expect(await rowOf(id)).toEqual({
    status: 'sent',
    attempts: 1,
    error: null,
    message_ids: [expect.any(Number)],
    sent_at: now(),
  })
})

test('the same key is sent once, whoever queues it again and when', async () => {
  const ann = await someone()
  const ids = [await queue(ann, 'Once.', { dedupe_key: 'run 7' }), await queue(ann, 'Twice?', { dedupe_key: 'run 7' })]
  await done()
  ids.push(await queue(ann, 'Three times?', { dedupe_key: 'run 7' }))
  await done()
  expect(new Set(ids).size).toBe(1)
  expect(heard(ann)).toEqual(['Once.'])
})

test('when Telegram asks to wait, the message comes after that time and once', async () => {
  const ann = await someone()
  telegram.fail('sendMessage', { error_code: 429, description: 'Too Many Requests: retry after 2', parameters: { retry_after: 2 } }) // prettier-ignore
  const id = await queue(ann, 'Later.')
  const waiting = await until('it waits', async () => {
    const row = await rowOf(id)
    return row.error && row
  })
  expect(waiting).toMatchObject({ status: 'queued', error: 'Telegram asked to wait 2 s.' })
  await done()
  expect(heard(ann)).toEqual(['Later.'])
  const [refused, sent] = telegram.calls.filter(({ body }) => body['text'] === 'Later.')
  expect(sent!.at - refused!.at).toBeGreaterThanOrEqual(2_000)
  expect(await rowOf(id)).toMatchObject({ status: 'sent', attempts: 2, error: null })
})

test('a long text comes in parts, and after a failure in the middle goes on with the part that is missing', async () => {
  const ann = await someone()
  const lines = Array.from({ length: 100 }, (_, at) => `${at} ${'x'.repeat(90)}`)
  const id = await queue(ann, lines.join('\n'))
  await done()
  const parts = heard(ann)
  expect(parts).toHaveLength(3)
  expect(parts.join('\n')).toBe(lines.join('\n'))
  expect((await rowOf(id)).message_ids).toHaveLength(3)

  const ben = await someone()
  // As if the process had died after the first part.
  const halfWay = await queue(ben, lines.join('\n'), { chat_id: ben.id, dedupe_key: 'half way' })
  await done()
  await owner`update deliveries set status = 'queued', sent_at = null, message_ids = message_ids[1:1] where id = ${halfWay}`
  const before = heard(ben).length
  await owner`select graphile_worker.add_job('send_delivery', ${JSON.stringify({ delivery_id: halfWay })}::text::json)`
  await done()
  expect(heard(ben).slice(before)).toEqual(parts.slice(1))
})

test('who has blocked the bot is marked, and nothing is tried again', async () => {
  const ann = await someone()
  telegram.fail('sendMessage', { error_code: 403, description: 'Forbidden: bot was blocked by the user' })
  const id = await queue(ann, 'Hello?')
  await done()
  expect(await rowOf(id)).toMatchObject({ status: 'failed', attempts: 1, error: 'This person has blocked the bot.' })
  const [{ blocked_at } = {}] = await owner`select blocked_at from telegram_accounts where telegram_id = ${ann.id}`
  expect(blocked_at).toEqual(now())
})

test('a text that Telegram refuses fails with its reason, and the next one to that chat comes', async () => {
  const ann = await someone()
  telegram.fail('sendMessage', { error_code: 400, description: 'Bad Request: chat not found' })
  const id = await queue(ann, 'Lost.')
  await queue(ann, 'Found.')
  await done()
  expect(await rowOf(id)).toMatchObject({ status: 'failed', error: 'Telegram refused it: Bad Request: chat not found' })
  expect(heard(ann)).toEqual(['Found.'])
})

test('while Telegram fails the message stays queued and is tried again', async () => {
  const ann = await someone()
  telegram.fail('sendMessage', { error_code: 502, description: 'Bad Gateway' })
  const id = await queue(ann, 'At last.')
  await until('it failed', async () => (await rowOf(id)).error === 'Telegram does not answer.')
  await done()
  expect(heard(ann)).toEqual(['At last.'])
  expect(await rowOf(id)).toMatchObject({ status: 'sent', attempts: 2, error: null })
  expect(logs.filter(({ level }) => level === 'error')).toEqual([])
})
