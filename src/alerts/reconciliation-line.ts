import type { ReconciledDay, StoreReconciliation } from '../../sql/reconciliation.ts'
import type { Language, Wording } from '../wording.ts'

type Texts = Record<Language, string>

const WORDS = {
  matches: { en: '✓ {days} days match Shopify to the cent', nl: '✓ {days} dagen kloppen tot op de cent met Shopify', de: '✓ {days} Tage stimmen auf den Cent mit Shopify überein' },
  differ: { en: '⚠️ {count} of {days} days differ from Shopify, the last one {day}', nl: '⚠️ {count} van {days} dagen wijken af van Shopify, de laatste {day}', de: '⚠️ {count} von {days} Tagen weichen von Shopify ab, zuletzt {day}' },
  unchecked: { en: 'Not compared with Shopify yet', nl: 'Nog niet vergeleken met Shopify', de: 'Noch nicht mit Shopify verglichen' },
  all_match: { en: '✓ All {days} days compared match Shopify to the cent.', nl: '✓ Alle {days} vergeleken dagen kloppen tot op de cent met Shopify.', de: '✓ Alle {days} verglichenen Tage stimmen auf den Cent mit Shopify überein.' },
  some_differ: { en: '⚠️ Not what Shopify says: {stores}: /reconcile', nl: '⚠️ Niet wat Shopify zegt: {stores}: /reconcile', de: '⚠️ Nicht, was Shopify sagt: {stores}: /reconcile' },
  day: { en: '{day} · net sales {amount} · orders {orders}', nl: '{day} · netto-omzet {amount} · orders {orders}', de: '{day} · Nettoumsatz {amount} · Bestellungen {orders}' },
  of_store: { en: '{store} on {count} of {days} days', nl: '{store} op {count} van {days} dagen', de: '{store} an {count} von {days} Tagen' },
} as const satisfies Record<string, Texts> // prettier-ignore

const say = (key: keyof typeof WORDS, language: Language, values: Record<string, string> = {}): string =>
  WORDS[key][language].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')

/** Whether the books of a store match its shop. */
export function matchOfStore(
  { status, days, differing_days, last_differing_day }: StoreReconciliation,
  words: Wording,
): string {
  const { language } = words
  if (status === 'unchecked') return say('unchecked', language)
  const values = { days: words.count(days), count: words.count(differing_days), day: last_differing_day ? words.day(last_differing_day) : '' } // prettier-ignore
  return say(status === 'matches' ? 'matches' : 'differ', language, values)
}

/** Whether the books of several stores match their shops, in one line; false where none was compared. */
export function matchOfStores(stores: readonly StoreReconciliation[], words: Wording): string | false {
  const { language } = words
  const checked = stores.filter(({ status }) => status !== 'unchecked')
  if (checked.length === 0) return false
  const differing = checked.filter(({ status }) => status === 'differs')
  const total = checked.reduce((sum, { days }) => sum + days, 0)
  if (differing.length === 0) return say('all_match', language, { days: words.count(total) })
  const named = differing.map(({ store, differing_days, days }) =>
    say('of_store', language, { store, count: words.count(differing_days), days: words.count(days) }),
  )
  return say('some_differ', language, { stores: named.join(', ') })
}

/** By how much a day differs from the shop: ours less Shopify's. */
export function dayDifference(
  { date, currency, net_sales_difference: amount, orders_difference: orders }: ReconciledDay,
  words: Wording,
): string {
  const plus = (value: string | number) => (Number(value) > 0 ? '+' : '')
  return say('day', words.language, {
    day: words.day(date),
    amount: plus(amount) + words.money(amount, currency),
    orders: plus(orders) + words.count(orders),
  })
}
