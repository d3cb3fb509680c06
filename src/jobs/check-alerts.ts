import { closeAlertEvents, listOpenEvents, openAlertEvents } from '../../sql/alert-events.ts'
import {
  largeRefunds,
  marginDrops,
  negativeCm3,
  orderLosses,
  reconciliationDifferences,
  type Signal,
  type SignalAsked,
  spendWithoutSales,
} from '../../sql/alert-signals.ts'
import { type AlertKind, listOpenAlerts, lockAlert, type OpenAlert } from '../../sql/alerts.ts'
import { bridge } from '../../sql/bridge.ts'
import { seeing, type Sql } from '../../sql/connect.ts'
import { deliver } from '../../sql/deliveries.ts'
import { exactRows } from '../../sql/exact-rows.ts'
import { listJobs } from '../../sql/jobs.ts'
import { getWorkspace, listStores } from '../../sql/stores.ts'
import { mayDo } from '../access.ts'
import { alertKeyboard, alertMessage, type Told } from '../alerts/alert-message.ts'
import { ALERTS } from '../alerts/kinds.ts'
import { alertName, alertWord, jobName } from '../alerts/words.ts'
import type { Buttons } from '../bot/buttons.ts'
import { escapeHtml } from '../bot/html.ts'
import { addDays } from '../day.ts'
import { expectedError } from '../errors.ts'
import { languageOf, wording } from '../wording.ts'
import { job } from './job.ts'

const SIGNALS: Partial<Record<AlertKind, (sql: Sql, asked: SignalAsked) => Promise<Signal[]>>> = {
  order_loss: orderLosses,
  refund: largeRefunds,
  spend_without_sales: spendWithoutSales,
  negative_cm3: negativeCm3,
  margin_drop: marginDrops,
  reconciliation: reconciliationDifferences,
}
/** Failed jobs that are looked at. */
const FAILURES = 50

type Deps = { sql: Sql; now: () => Date; buttons: Buttons; report: (error: unknown) => void }

/** Looks for what chats want to be told, every two minutes, with the rights that its person has now, and queues what is new. */
export const checkAlertsJob = ({ sql, now, buttons, report }: Deps) => {
  return job(
    'check_alerts',
    async (_, { signal }) => {
      for (const alert of await seeing(sql, 'all', (tx) => listOpenAlerts(tx, { now: now() }))) {
        signal.throwIfAborted()
        const { role, store_ids, kind } = alert
        if (!mayDo({ role }, ALERTS[kind].needs)) continue
        try {
          await seeing(sql, store_ids ?? 'all', (tx) => check(tx, alert))
        } catch (error) {
          // One that cannot be worked out does not keep the others from their news; that an exchange rate is missing, every report says.
          if (!expectedError(error)) report(error)
        }
      }
    },
    { everyMinutes: 2 },
  )

  async function check(tx: Sql, alert: OpenAlert): Promise<void> {
    if (!(await lockAlert(tx, { id: alert.id }))) return
    await (alert.kind === 'failure' ? checkFailures(tx, alert) : checkFigures(tx, alert))
  }

  async function checkFigures(tx: Sql, alert: OpenAlert): Promise<void> {
    const { id: alert_id, kind, store_id, threshold } = alert
    const [workspace, stores] = await Promise.all([getWorkspace(tx, {}), listStores(tx, {})])
    const store_ids = stores.flatMap(({ id }) => (store_id === null || store_id === id ? [id] : []))
    const currency = workspace.reporting_currency
    const signals = await SIGNALS[kind]!(tx, { alert_id, store_ids, threshold: threshold ?? '0', currency, now: now() })
    await closeAlertEvents(tx, { alert_id, subjects: signals.flatMap(({ subject, over }) => (over ? [subject] : [])), now: now() }) // prettier-ignore
    const fresh = await begun(tx, alert, signals.filter(({ holds }) => holds)) // prettier-ignore
    const told: Told[] = []
    for (const one of signals.filter(({ subject }) => fresh.has(subject)))
      told.push({ signal: one, cause: await causeOf(tx, kind, one) })
    if (told.length === 0 || alert.muted) return
    const words = wording(languageOf(alert.language))
    await send(tx, alert, {
      text: alertMessage(kind, told, words),
      keyboard: alertKeyboard(alert, told, { buttons, words, currency }),
      store_ids: [...new Set(told.map(({ signal }) => signal.store_id))],
      key: Math.min(...fresh.values()),
    })
  }

  /** Notes what began, and answers the ids of what is new by its subject. */
  async function begun(tx: Sql, alert: OpenAlert, found: readonly { subject: string; store_id: number | null }[]) {
    const events = found.map(({ subject, store_id }) => ({ subject, store_id }))
    const { again = false } = ALERTS[alert.kind]
    const opened = { alert_id: alert.id, told: !alert.muted, again, events, now: now() }
    const rows = events.length > 0 ? await openAlertEvents(tx, opened) : []
    return new Map(rows.map(({ id, subject }) => [subject, id]))
  }

  /** What moved profit since the same weekday of the week before, for what is about a whole day. */
  async function causeOf(
    tx: Sql,
    kind: AlertKind,
    { store_id, store, currency, date }: Signal,
  ): Promise<Told['cause']> {
    if (kind !== 'negative_cm3' && kind !== 'margin_drop') return undefined
    const day = addDays(date, -7)
    const asked = { store, store_ids: [store_id], currency, earlier: { from: day, to: day }, later: { from: date, to: date }, now: now() } // prettier-ignore
    const [told] = await exactRows(tx, bridge, asked)
    return told && { bridge: told, day }
  }

  async function checkFailures(tx: Sql, alert: OpenAlert): Promise<void> {
    const { id: alert_id, store_ids } = alert
    if (store_ids !== null) return // Jobs are of all stores.
    const jobs = await listJobs(tx, { state: 'parked', limit: FAILURES, offset: 0, after: null })
    const named = new Map(jobs.map((parked) => [`job ${parked.id}`, parked]))
    const open = await listOpenEvents(tx, { alert_id })
    const subjects = open.flatMap(({ subject }) => (named.has(subject) ? [] : [subject]))
    await closeAlertEvents(tx, { alert_id, subjects, now: now() })
    const fresh = await begun(tx, alert, [...named.keys()].map((subject) => ({ subject, store_id: null }))) // prettier-ignore
    if (fresh.size === 0 || alert.muted) return
    const { language } = wording(languageOf(alert.language))
    const lines = [...fresh.keys()].map((subject) => {
      const { name, error } = named.get(subject)!
      const reason = escapeHtml((error ?? '').split('\n')[0]!.slice(0, 200))
      return alertWord('failure', language, { label: jobName(name, language), reason })
    })
    const mute = { text: alertWord('mute', language), callback_data: buttons.data({ chat_id: alert.chat_id, name: 'alert', args: ['failure', 'mute'] }) } // prettier-ignore
    await send(tx, alert, {
      text: [`<b>${alertName('failure', language)}</b>`, ...lines].join('\n'),
      keyboard: [[mute]],
      store_ids: null,
      key: Math.min(...fresh.values()),
    })
  }

  function send(tx: Sql, alert: OpenAlert, message: Message): Promise<number> {
    const { id, chat_id, thread_id, user_id, urgent, quiet_end } = alert
    const { text, keyboard, store_ids, key } = message
    return deliver(tx, {
      kind: 'alert',
      user_id,
      chat_id,
      thread_id,
      text,
      html: true,
      keyboard,
      dedupe_key: `alert ${id} from event ${key}`,
      store_ids,
      send_after: urgent ? null : quiet_end,
      now: now(),
    })
  }
}

type Message = { text: string; keyboard: unknown; store_ids: readonly number[] | null; key: number }
