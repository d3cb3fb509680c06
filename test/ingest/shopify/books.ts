import type { Sql } from '../../../sql/connect.ts'
import type { ShopOrder } from '../../support/shopify-objects.ts'

/** What a day must come to, in minor units. */
export type Day = { revenue: number; taxes: number; gift_cards: number; fees: number }
const empty = (): Day => ({ revenue: 0, taxes: 0, gift_cards: 0, fees: 0 })

const dayIn = (time_zone: string, at: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: time_zone, dateStyle: 'short' }).format(new Date(at))

/**
 * What the orders of a shop come to by day, added up from their sales and fees alone: everything ex tax that is neither a gift card nor a
 * duty is revenue, whatever it is called.
 */
export function truthOf(orders: readonly ShopOrder[], time_zone = 'Europe/Amsterdam'): Record<string, Day> {
  const days = new Map<string, Day>()
  const dayOf = (at: string) => {
    const name = dayIn(time_zone, at)
    const day = days.get(name) ?? empty()
    days.set(name, day)
    return day
  }
  for (const order of orders) {
    if (order.test || order.financial === 'VOIDED') continue
    for (const { kind, at, refund, sales } of order.agreements) {
      const day = dayOf(kind === 'OrderAgreement' ? order.at : (refund?.at ?? at))
      for (const { type, total, tax } of sales) {
        const net = Number(total - tax)
        if (type === 'GIFT_CARD') day.gift_cards += net
        else if (type === 'DUTY') day.taxes += net
        else day.revenue += net
        day.taxes += Number(tax)
      }
    }
    for (const payment of order.payments)
      for (const { amount } of payment.fees) dayOf(payment.at).fees += Number(amount)
  }
  return sorted(days)
}

/** What is booked by day. */
export async function bookedOf(sql: Sql, store: { id: number }): Promise<Record<string, Day>> {
  const rows = await sql<(Day & { day: string })[]>`
    select day, revenue_minor as revenue, taxes_minor as taxes, gift_cards_minor as gift_cards, transaction_fees_minor as fees
    from daily_financials
    where store_id = ${store.id}`
  return sorted(
    new Map(rows.map(({ day, revenue, taxes, gift_cards, fees }) => [day, { revenue, taxes, gift_cards, fees }])),
  )
}

const sorted = (days: Map<string, Day>) =>
  Object.fromEntries(
    [...days]
      .filter(([, day]) => Object.values(day).some((amount) => amount !== 0))
      .toSorted(([a], [b]) => a.localeCompare(b)),
  )
