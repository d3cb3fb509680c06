import { bookedOrders, bookedRows } from '../../../../sql/booked-orders.ts'
import { seeing, type Sql } from '../../../../sql/connect.ts'
import type { Compared, Explained, Figures } from '../../../../sql/reconciled.ts'
import type { ShopifyAdmin } from '../../../shopify/admin.ts'
import { addDays, dayIn } from '../../../day.ts'
import { expectedError } from '../../../errors.ts'
import { mapOrder } from '../map-order.ts'
import type { ShopifyOrder } from '../order-shape.ts'
import { numberOf } from '../order-shape.ts'
import { readOrders, SEEN } from '../read-orders.ts'
import { causeOf, type Differing } from './cause-of.ts'
import { isNothing, isSame, minus, none, plus } from './figures.ts'
import type { ReportedOrder } from './sales-report.ts'

/** Orders that are read again in the shop in one run to find out why they differ; the next run goes on. */
const MOST_READ = 200

type Given = {
  sql: Sql
  admin: ShopifyAdmin
  store: { id: number; currency: string; time_zone: string }
  covered_until: Date
  isCurrent: boolean
  now: Date
  /** What the shop says of the orders of a day. */
  theirsOf: (day: string) => Promise<readonly ReportedOrder[]>
  signal: AbortSignal
}
type Day = { day: string; ours: Figures; theirs: Figures }

/** Finds the orders that make the differences of days, and the cause of each. The differences of a day's orders add up to that of the day. */
export async function explainDays(
  given: Given,
  days: readonly Day[],
): Promise<{ days: Compared[]; orders: Explained[] }> {
  const differing: Differing[] = []
  const orders: Explained[] = []
  for (const { day, ours, theirs } of days) {
    given.signal.throwIfAborted()
    const found = await ordersOfDay(given, day)
    differing.push(...found.filter((order) => !isSame(order.ours, order.theirs)))
    orders.push(...wholeDay({ day, ours, theirs }, found))
  }
  const read = await shopOrders(given, differing)
  for (const order of differing) orders.push({ ...about(order), ...read(order) })
  const rules = Map.groupBy(orders.filter(({ by_rule }) => by_rule), ({ day }) => day) // prettier-ignore
  const byRule = (day: string) => (rules.get(day) ?? []).reduce((sum, { difference }) => plus(sum, difference), none())
  return { days: days.map((one) => ({ ...one, by_rule: byRule(one.day) })), orders }
}

const about = ({ day, number, order_id, name, ours, theirs }: Differing) => ({
  day,
  key: number ?? `order ${order_id}`,
  order_id,
  name,
  difference: minus(ours, theirs),
})

/** The orders of a day on both sides. */
async function ordersOfDay({ sql, store, theirsOf }: Given, day: string): Promise<Differing[]> {
  const theirs = new Map((await theirsOf(day)).map((order) => [order.number, order]))
  const booked = await seeing(sql, 'all', (tx) => bookedOrders(tx, { store_id: store.id, day }))
  const ours = booked.map(({ order_id, number, name, ...figures }): Differing => {
    const reported = number === null ? undefined : theirs.get(number)
    if (number !== null) theirs.delete(number)
    return { day, number, order_id, name: reported?.name ?? name, ours: figures, theirs: reported?.figures ?? none() }
  })
  const others = [...theirs.values()].map(({ number, name, figures }): Differing => ({ day, number, order_id: null, name, ours: none(), theirs: figures })) // prettier-ignore
  return [...ours, ...others]
}

/** What of a day its orders do not explain. */
function wholeDay({ day, ours, theirs }: Day, orders: readonly Differing[]): Explained[] {
  const sum = (of: (order: Differing) => Figures) => orders.map(of).reduce(plus, none())
  const whole = { day, order_id: null, name: '', by_rule: false, reread: false } as const
  const [total, report] = [
    minus(
      ours,
      sum((order) => order.ours),
    ),
    minus(
      sum((order) => order.theirs),
      theirs,
    ),
  ]
  return [
    { ...whole, key: '', cause: 'total_of_day' as const, words: 'The total of the day is not what its entries in the ledger add up to.', difference: total },
    { ...whole, key: 'report', cause: 'report_differs' as const, words: 'The orders in the report of the shop do not add up to what it says of the day.', difference: report },
  ].filter(({ difference }) => !isNothing(difference)) // prettier-ignore
}

/** Reads orders in the shop and in our books, and answers the cause of each. */
async function shopOrders(given: Given, differing: readonly Differing[]) {
  const { sql, admin, store, covered_until, isCurrent, now } = given
  const seenSince = addDays(dayIn(store.time_zone, now), -SEEN)
  const numbers = [...new Set(differing.flatMap(({ number }) => number ?? []))]
  const looked = numbers.slice(0, MOST_READ)
  const read = await readOrders(admin, looked)
  const shop = new Map<string, ShopifyOrder>(read.orders.map((order) => [numberOf(order.id), order]))
  const rows = await seeing(sql, 'all', (tx) => bookedRows(tx, { store_id: store.id, numbers: looked }))
  const booked = new Map(rows.map((row) => [row.number, row]))
  return (order: Differing) => {
    const number = order.number ?? ''
    const not = (words: string) => ({ cause: 'not_examined' as const, words, by_rule: false, reread: false })
    if (order.number !== null && !looked.includes(number)) return not('So many orders differ that this one was not looked at yet.') // prettier-ignore
    const failure = read.failed.get(number)
    if (failure !== undefined)
      return not(
        `It could not be read in the shop: ${expectedError(failure)?.message ?? 'something went wrong on our side.'}`,
      )
    const isOld = !read.sees_all && (booked.get(number)?.day ?? order.day) < seenSince
    if (isOld && read.gone.includes(number))
      return not(
        'The shop does not show it to the app, which may not read orders older than 60 days (read_all_orders).',
      )
    const found = shop.get(number)
    const said = found && mapOrder(found, store.currency, read.disputes)
    return causeOf(order, { shop: found, said, booked: booked.get(number) }, { ...store, covered_until, isCurrent })
  }
}
