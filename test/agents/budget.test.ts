import { beforeEach, expect, test } from 'bun:test'
import { calls, cutsOff, fails, says } from '../support/anthropic-turns.ts'
import { failure, testDesk } from '../support/desk.ts'

const { sql, claude, deskWith, someone, booked } = await testDesk()
const router: string[] = []
const models = { alfred: ['claude-opus-5-5'], roos: ['claude-sonnet-5-5'], elisa: ['claude-sonnet-5-5'], router }
/** What one short answer costs, in micro-dollars. */
let price = 0
let bob = await someone()
const ask = (desk: ReturnType<typeof deskWith>, text = 'Hi') => desk.ask({ who: bob, channel: 'api', text })

beforeEach(async () => {
  bob = await someone()
  claude.script([says('Hi.')])
  const { conversation_id } = await ask(deskWith({ models }))
  price = (await booked(conversation_id))[0]!.cost_micro_usd
  bob = await someone()
})
/** A desk whose budget is worth so many short answers. */
const worth = (answers: number) => deskWith({ models, budget: Math.round(price * answers) / 1_000_000 })

test('every request is booked with its tokens at the price of its model', async () => {
  claude.script([calls('get_pnl', { period: 'today' }), says('Done.')])
  const { conversation_id } = await ask(deskWith({ models }))
  const rows = await booked(conversation_id)
  expect(rows).toHaveLength(2)
  for (const row of rows)
    expect(row.cost_micro_usd).toBe(
      Math.ceil(
        (row.input_tokens * 40 + row.output_tokens * 200 + row.cache_read_tokens * 4 + row.cache_write_tokens * 50) /
          10,
      ),
    )
  expect(await sql`select role from messages where id = ${rows[0]!.message_id}`).toMatchObject([{ role: 'user' }])
})

test('at four fifths of the budget the answer says so, once', async () => {
  claude.script([1, 2, 3, 4].map(() => says('Hi.')))
  const desk = worth(3.6)
  const notices = []
  for (const _ of [1, 2, 3]) notices.push((await ask(desk)).notice)
  expect(notices).toEqual([
    null,
    null,
    expect.stringMatching(/^You have used 8\d % of today's budget for questions \(0\.\d\d US dollars\)\.$/),
  ])
  expect((await ask(desk)).notice).toBe(null)
})

test('a used up budget is a plain refusal that says when it begins anew; nothing is asked or kept', async () => {
  claude.script([says('Hi.')])
  const desk = worth(0.5)
  await ask(desk)
  expect(await failure(ask(desk))).toMatchObject({
    code: 'too_many',
    message: expect.stringContaining('Commands such as /today and /pnl still work.'),
    retryAfter: 12 * 3_600,
  })
  expect(claude.requests).toHaveLength(1)
  expect(await sql`select id from conversations where user_id = ${bob.user_id}`).toHaveLength(1)
  claude.script([says('Hello.')])
  const tomorrow = deskWith({ models, budget: (price * 0.5) / 1_000_000, now: () => new Date('2026-04-13T22:00:00Z') })
  expect((await ask(tomorrow)).text).toBe('Hello.')
})

test('a budget that is used up in the middle ends the answer with a sentence, and no tool runs any more', async () => {
  claude.script([[says('One moment.'), calls('get_pnl', { period: 'today' })]])
  const { text } = await ask(worth(0.5))
  expect(text).toBe(
    'One moment.\n\nI stopped here: your budget for questions is used up for today. Commands such as /today and /pnl still work.',
  )
})

test('another person has a budget of their own', async () => {
  claude.script([says('Hi.'), says('Hi.')])
  const desk = worth(0.5)
  await ask(desk)
  bob = await someone()
  expect((await ask(desk)).text).toBe('Hi.')
})

test('an answer that breaks off is booked as far as it was told', async () => {
  claude.script([[says('We earned a lot this month.'), cutsOff()]])
  expect(await failure(ask(deskWith({ models })))).toMatchObject({ code: 'unavailable' })
  const rows =
    await sql`select input_tokens + cache_read_tokens + cache_write_tokens as read from model_usage where user_id = ${bob.user_id}`
  expect(rows).toHaveLength(1)
  expect(Number(rows[0]!['read'])).toBeGreaterThan(1_000)
})

test('a request that was refused costs nothing', async () => {
  claude.script([fails(529)])
  expect(await failure(ask(deskWith({ models })))).toMatchObject({ code: 'unavailable' })
  expect(await sql`select id from model_usage where user_id = ${bob.user_id}`).toHaveLength(0)
})

test('what was booked cannot be changed by the service', async () => {
  const change = sql.begin(async (tx) => {
    await tx`set local role dealdome_app`
    await tx`update model_usage set cost_micro_usd = 0`
  })
  expect(await failure(change)).toMatchObject({ message: expect.stringContaining('permission denied') })
})
