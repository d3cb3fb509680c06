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

/** What the goods of a day must come to: pieces, and minor units. */
export type Goods = { sold: number; returned: number; cogs: number; written_off: number }

/**
 * What the goods of a shop cost by day, piece by piece: sold ones cost what a piece does; those taken back give it back, unless a refund
 * says that they were not put on the shelf again.
 * @param costs of a piece by SKU, in minor units
 */
export function goodsTruthOf(
  orders: readonly ShopOrder[],
  costs: Readonly<Record<string, number>>,
  time_zone = 'Europe/Amsterdam',
): Record<string, Goods> {
  const days = new Map<string, Goods>()
  for (const order of orders) {
    if (order.test || order.financial === 'VOIDED') continue
    for (const { kind, at, refund, sales } of order.agreements)
      for (const { type, item, quantity } of sales) {
        if (type !== 'PRODUCT' || !item || quantity === null) continue
        const name = dayIn(time_zone, kind === 'OrderAgreement' ? order.at : (refund?.at ?? at))
        const day = days.get(name) ?? { sold: 0, returned: 0, cogs: 0, written_off: 0 }
        days.set(name, day)
        const cost = Math.abs(quantity) * (costs[item.sku ?? ''] ?? 0)
        const kept = refund?.lines.some((line) => line.item.id === item.id && line.restock === 'NO_RESTOCK')
        if (quantity > 0) [day.sold, day.cogs] = [day.sold + quantity, day.cogs + cost]
        else {
          day.returned -= quantity
          if (kept) day.written_off += cost
          else day.cogs -= cost
        }
      }
  }
  return sorted(days)
}

/** What is booked of goods by day. */
export async function goodsBookedOf(sql: Sql, store: { id: number }): Promise<Record<string, Goods>> {
  const rows = await sql<(Goods & { day: string })[]>`
    select day, units_sold as sold, units_returned as returned, cogs_minor as cogs, written_off_goods_minor as written_off
    from daily_financials
    where store_id = ${store.id}`
  return sorted(
    new Map(rows.map(({ day, sold, returned, cogs, written_off }) => [day, { sold, returned, cogs, written_off }])),
  )
}

const sorted = <T extends Record<string, number>>(days: Map<string, T>): Record<string, T> =>
  Object.fromEntries(
    [...days]
      .filter(([, day]) => Object.values(day).some((amount) => amount !== 0))
      .toSorted(([a], [b]) => a.localeCompare(b)),
  )
