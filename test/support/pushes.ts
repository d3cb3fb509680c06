import { afterAll, expect } from 'bun:test'
import { Api } from 'grammy'
import { type AlertKind, startDueDigests } from '../../sql/alerts.ts'
import { seeing } from '../../sql/connect.ts'
import { startDueDeliveries } from '../../sql/deliveries.ts'
import { addJob } from '../../sql/jobs.ts'
import { addTelegramChat } from '../../sql/telegram-chats.ts'
import { linkTelegramAccount } from '../../sql/telegram.ts'
import { createUser, type Role } from '../../sql/users.ts'
import type { Who } from '../../src/access.ts'
import { changeAlert, type AlertChange } from '../../src/alerts/change-alert.ts'
import { createButtons } from '../../src/bot/buttons.ts'
import { checkAlertsJob } from '../../src/jobs/check-alerts.ts'
import { sendDeliveryJob } from '../../src/jobs/send-delivery.ts'
import { sendDigestJob } from '../../src/jobs/send-digest.ts'
import { appPool } from './api.ts'
import { testDatabase } from './database.ts'
import { startTelegram } from './telegram.ts'
import { startWorker } from './worker.ts'

/**
 * Two job workers that push to a strict Telegram, on a clock that the test sets, and people who can be told something. All ends with the
 * test file, which fails when Telegram refused a call or a job reported an error.
 */
export async function startPushes(start: string) {
  const { sql: owner, appUrl } = await testDatabase()
  const sql = appPool(appUrl)
  const telegram = await startTelegram()
  const clock = { now: new Date(start) }
  const now = () => clock.now
  const reported: unknown[] = []
  const report = (error: unknown) => reported.push(error)
  const buttons = createButtons({ secret: 'a-secret-for-tests-of-32-characters', now })
  const jobs = () => [
    checkAlertsJob({ sql, now, buttons, report }),
    sendDigestJob({ sql, now, buttons }),
    sendDeliveryJob({ sql, now, telegram: new Api(telegram.token, { apiRoot: telegram.root }) }),
  ]
  const [{ done, logs }] = [1, 2].map(() => startWorker({ sql, databaseUrl: appUrl, now }, jobs())) as [
    ReturnType<typeof startWorker>,
  ]
  // Only what a test asks for, at the time that it set.
  const due = [startDueDigests, startDueDeliveries]
  afterAll(async () => {
    await telegram.stop()
    expect(reported).toEqual([])
    expect(logs.filter(({ level }) => level === 'error')).toEqual([])
    expect(telegram.calls.flatMap(({ method, refused }) => (refused && !/Too Many/.test(refused) ? [`${method}: ${refused}`] : []))).toEqual([]) // prettier-ignore
  })

  let people = 0
  return {
    owner,
    sql,
    clock,
    telegram,
    done,
    /** Somebody of the team with a chat with the bot; `subscribes` changes what they are told. */
    someone: async ({ role = 'owner', store_ids = null }: { role?: Role; store_ids?: number[] | null } = {}) => {
      const email = `p${++people}@example.com`
      const user = await createUser(owner, { email, role, password_hash: null, store_ids })
      const who: Who = { user_id: user!.id, email, role, stores: store_ids ?? 'all' }
      const person = telegram.person({ first_name: `P${people}` })
      await person.writes('/start')
      await linkTelegramAccount(sql, { telegram_id: person.id, user_id: who.user_id, first_name: 'P', username: null })
      const subscribes = (kind: AlertKind, change: AlertChange = {}, place = { chat_id: person.id, thread_id: 0 }) =>
        changeAlert({ sql, now }, who, { ...place, kind }, { active: true, ...change })
      const messages = () => telegram.messages(person).filter(({ from }) => from?.is_bot)
      return {
        who,
        person,
        subscribes,
        /** Texts, and the captions of pictures. */
        heard: () => messages().map(({ text, caption }) => text ?? caption ?? ''),
        messages,
        group: async (title: string) => {
          const group = telegram.group(title, { by: person, forum: true })
          await addTelegramChat(sql, { chat_id: group.id, title, user_id: who.user_id })
          return group
        },
      }
    },
    /** Lets the clock show this, and everything that is due then happen, asked by two processes at once. */
    itIs: async (time: string) => {
      clock.now = new Date(time)
      for (let round = 0; round < 2; round++) {
        await Promise.all([1, 2].flatMap(() => due.map((add) => seeing(sql, 'all', (tx) => add(tx, { now: now() })))))
        await done()
      }
    },
    /** Lets the alerts be looked at, by two jobs at once. */
    check: async () => {
      for (const _ of [1, 2]) await addJob(sql, 'check_alerts', {})
      await done()
    },
  }
}
