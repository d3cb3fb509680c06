import { findOpenAlert, lockAlert, noteDigestTold, type OpenAlert, postponeDigest } from '../../sql/alerts.ts'
import { lockStores } from '../../sql/booking.ts'
import { seeing, type Sql } from '../../sql/connect.ts'
import { deliver } from '../../sql/deliveries.ts'
import { type DayGap, dayGaps, lastEntry, restatedSince } from '../../sql/digest.ts'
import { exactRows } from '../../sql/exact-rows.ts'
import { before, pnl } from '../../sql/pnl.ts'
import { productReport } from '../../sql/product-report.ts'
import { reconciliationOfStores } from '../../sql/reconciliation.ts'
import { listStores } from '../../sql/stores.ts'
import { mayDo, storeScope, type StoreScope } from '../access.ts'
import { digestCaption, digestMessage } from '../alerts/digest-message.ts'
import { digestWord } from '../alerts/digest-words.ts'
import { ALERTS } from '../alerts/kinds.ts'
import { alertName } from '../alerts/words.ts'
import type { Buttons } from '../bot/buttons.ts'
import { phrase } from '../bot/phrases.ts'
import { argsOf } from '../bot/report.ts'
import { whyMessage } from '../bot/why.ts'
import { addDays, comparisonOf, dayIn, PERIODS, type Range } from '../day.ts'
import { languageOf, type Wording, wording } from '../wording.ts'
import { job } from './job.ts'

/** Hours that a digest waits for the day to end in every store; after them it says which ones are still open. */
const GRACE = 4
const HOUR = 3_600_000

type Message = { text: string; caption: string; photo: Buffer; keyboard: unknown }
/** The day, what is missing of it, and the newest ledger entry. */
type Known = { day: string; gaps: DayGap[]; newest: number | null }
type Told = { alert: OpenAlert; scope: StoreScope; name: string; words: Wording }

/** Tells a chat its digest of a day, or of the week that it ends, once: from the figures alone, with the rights that its person has now. */
export const sendDigestJob = ({ sql, now, buttons }: { sql: Sql; now: () => Date; buttons: Buttons }) => {
  return job('send_digest', async ({ alert_id, day }) => {
    const alert = await seeing(sql, 'all', (tx) => findOpenAlert(tx, { id: alert_id, now: now() }))
    if (!alert || !mayDo(alert, ALERTS[alert.kind].needs)) return
    const newest = await seeing(sql, alert.store_ids ?? 'all', (tx) => newestEntry(tx, alert))
    await seeing(sql, alert.store_ids ?? 'all', async (tx) => {
      const locked = await lockAlert(tx, { id: alert_id })
      const scope = locked && (await scopeOf(tx, alert))
      if (!scope || scope.store_ids.length === 0) return
      const gaps = await dayGaps(tx, { store_ids: scope.store_ids, day })
      const closes = new Date(Math.max(...gaps.map(({ closes_at }) => closes_at.getTime())))
      if (closes > now() && closes.getTime() - now().getTime() <= GRACE * HOUR && isToday(alert, day)) {
        await postponeDigest(tx, { id: alert_id, until: closes })
        return
      }
      const words = wording(languageOf(alert.language))
      const name = scope.store ? scope.name : phrase('all_stores', words.language)
      const told = { alert: { ...alert, told_entry_id: locked.told_entry_id }, scope, name, words }
      const message = alert.muted ? undefined : await (alert.kind === 'weekly' ? weekly(tx, told, day) : morning(tx, told, { day, gaps, newest })) // prettier-ignore
      await noteDigestTold(tx, { id: alert_id, entry_id: newest })
      if (message)
        await deliver(tx, {
          kind: 'digest',
          user_id: alert.user_id,
          chat_id: alert.chat_id,
          thread_id: alert.thread_id,
          html: true,
          ...message,
          dedupe_key: `digest ${alert_id} of ${day}`,
          store_ids: alert.store_ids === null && !scope.store ? null : scope.store_ids,
          send_after: alert.urgent ? null : alert.quiet_end,
          now: now(),
        })
    })
  })

  /** Whether the digest may still come later on this day of its zone and be about the same day. */
  function isToday({ time_zone }: OpenAlert, day: string): boolean {
    return dayIn(time_zone, new Date(now().getTime() + GRACE * HOUR)) === addDays(day, 1)
  }

  /** The stores of the alert that its person sees; nothing when its own store is not among them any more. */
  async function scopeOf(tx: Sql, { store_id }: OpenAlert): Promise<StoreScope | undefined> {
    if (store_id === null) return storeScope(tx, null)
    const store = (await listStores(tx, {})).find(({ id }) => id === store_id)
    return store && storeScope(tx, store.slug)
  }

  /** Bookings that run are waited for: one that began earlier must not end with a lower number than what was told. */
  async function newestEntry(tx: Sql, alert: OpenAlert): Promise<number | null> {
    const { store_ids = [] } = (await scopeOf(tx, alert)) ?? {}
    await lockStores(tx, { store_ids })
    return (await lastEntry(tx, { store_ids })).id
  }

  async function morning(tx: Sql, { alert, scope, name, words }: Told, { day, gaps, newest }: Known): Promise<Message> {
    const { store, store_ids, currency } = scope
    const range = { from: day, to: day }
    const earlier = addDays(day, -1)
    const periods = [
      { key: 'day', ...range },
      { key: before('day'), from: earlier, to: earlier },
    ]
    const [figures, compared] = await pnl(tx, { store_ids, currency, periods, now: now() })
    if (!figures || !compared) throw new Error('pnl answers a row per period')
    const product = async (descending: boolean) => {
      const asked = { store, store_ids, currency, start: day, end: day, sort: 'cm3' as const, descending, limit: 2, offset: 0, now: now() } // prettier-ignore
      const [told] = await exactRows(tx, productReport, asked)
      return told?.data.find(({ product_id }) => product_id !== null)
    }
    const [best, worst] = [await product(true), await product(false)]
    const after_entry_id = alert.told_entry_id
    const restated =
      after_entry_id === null || newest === null
        ? null
        : await restatedSince(tx, { store_ids, currency, after_entry_id, until_entry_id: newest, until_day: day })
    const digest = {
      name,
      figures,
      earlier: compared,
      best,
      worst: worst?.product_id === best?.product_id ? undefined : worst,
      restated,
      gaps,
      reconciled: await reconciliationOfStores(tx, { store_ids }),
      now: now(),
    }
    const title = alertName('morning', words.language)
    // Loaded when the first picture is drawn, here and in the bot: what draws takes 30 MB.
    const { pnlPicture } = await import('../pictures/pnl-picture.ts')
    return {
      text: digestMessage(digest, words),
      caption: digestCaption(digestWord('morning', words.language), digest, words),
      photo: await pnlPicture({ figures, name, title, words, theme: alert.theme }),
      keyboard: keyboardOf(alert, range, scope, words),
    }
  }

  async function weekly(tx: Sql, { alert, scope, name, words }: Told, day: string): Promise<Message> {
    const { store_ids, currency } = scope
    const range = PERIODS.last_week(addDays(day, 1))
    const earlier = comparisonOf(range, 'previous')
    const title = alertName('weekly', words.language)
    const [figures] = await pnl(tx, { store_ids, currency, periods: [{ key: 'week', ...range }], now: now() })
    if (!figures) throw new Error('pnl answers a row per period')
    const of = { figures, name, title, words, theme: alert.theme }
    const { waterfallPicture } = await import('../pictures/waterfall-picture.ts')
    return {
      text: await whyMessage(tx, { scope, name, title, range, earlier, now: now() }, words),
      caption: digestCaption(digestWord('weekly', words.language), { name, figures }, words),
      photo: await waterfallPicture(of),
      keyboard: keyboardOf(alert, range, scope, words),
    }
  }

  /** Leads on to the reports about the same days and stores. */
  function keyboardOf(
    { chat_id, kind }: OpenAlert,
    { from, to }: Range,
    { store, store_ids }: StoreScope,
    { language }: Wording,
  ) {
    // prettier-ignore
    const args = argsOf({ range: { from, to } }, store ? (store_ids[0] ?? 0) : 0)
    const report = (text: string, name: string) => ({ text, callback_data: buttons.data({ chat_id, name, args }) })
    return [
      [
        report(phrase('why', language), 'why'),
        report(phrase('top', language), 'top'),
        report(phrase('ads', language), 'ads'),
      ],
      [
        report(phrase('statement', language), 'pnl'),
        {
          text: '⚙️',
          callback_data: buttons.data({ chat_id, name: 'alert', args: [kind, 'show'] }),
        },
      ],
    ]
  }
}
