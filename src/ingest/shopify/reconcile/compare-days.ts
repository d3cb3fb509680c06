import { bookedDays, bookedOrders, bookedRows } from '../../../../sql/booked-orders.ts'
import { lockStores } from '../../../../sql/booking.ts'
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

/** Milliseconds by which the report of a shop may be behind. */
const BEHIND = 3_600_000
/** Orders that are read again in the shop in one run to find out why they differ; the next run goes on. */
const MOST_READ = 200

/** What the shop says of the orders of a day, and of the day as a whole: the total that is known, or a newer one where they do not add up to it. */
export type TheirsOf = (day: string, total: Figures) => Promise<{ orders: readonly ReportedOrder[]; total: Figures }>

type Given = {
  sql: Sql
  admin: ShopifyAdmin
  store: { id: number; currency: string; time_zone: string }
  covered_until: Date
  isCurrent: boolean
  now: Date
  theirsOf: TheirsOf
  signal: AbortSignal
}
type Day = { day: string; ours: Figures; theirs: Figures }

/**
 * Compares days order by order: which make a difference, and the cause of each. What is left of a day is what its orders come to. Orders that
 * cancel each other out make their day differ as well.
 */
export async function compareDays(
  given: Given,
  days: readonly Omit<Day, 'ours'>[],
): Promise<{ days: Compared[]; orders: Explained[] }> {
  const differing: Differing[] = []
  const orders: Explained[] = []
  const read: Day[] = []
  for (const before of days) {
    given.signal.throwIfAborted()
    const { day, orders: found } = await ordersOfDay(given, before)
    read.push(day)
    differing.push(...found.filter((order) => !isSame(order.ours, order.theirs)))
    orders.push(...wholeDay(day, found))
  }
  const cause = await causesOf(given, differing)
  for (const order of differing) orders.push({ ...about(order), ...cause(order) })
  const rules = Map.groupBy(orders.filter(({ by_rule }) => by_rule), ({ day }) => day) // prettier-ignore
  const byRule = (day: string) => (rules.get(day) ?? []).reduce((sum, { difference }) => plus(sum, difference), none())
  const open = new Set(orders.flatMap(({ by_rule, day }) => (by_rule ? [] : [day])))
  const compared = read.map(({ day, ours, theirs }) => ({
    day,
    ours,
    theirs,
    by_rule: byRule(day),
    differs: open.has(day),
  }))
  return { days: compared, orders }
}

const about = ({ day, number, order_id, name, ours, theirs }: Differing) => ({
  day,
  key: number ?? `order ${order_id}`,
  order_id,
  name,
  difference: minus(ours, theirs),
})

/** The orders of a day on both sides, and the day once more: both go on while they are read. */
async function ordersOfDay(
  { sql, store, theirsOf }: Given,
  before: Omit<Day, 'ours'>,
): Promise<{ day: Day; orders: Differing[] }> {
  const { day } = before
  const totalOf = async (tx: Sql) => {
    const [row] = await bookedDays(tx, { store_id: store.id, from: day, to: day })
    const { day: _, ...figures } = row ?? { day, ...none() }
    return figures
  }
  if (isNothing(before.theirs) && isNothing(await seeing(sql, 'all', totalOf)))
    return { day: { ...before, ours: none() }, orders: [] }
  const said = await theirsOf(day, before.theirs)
  const { booked, total } = await seeing(sql, 'all', async (tx) => {
    // Nothing is booked between the two.
    await lockStores(tx, { store_ids: [store.id] })
    return { total: await totalOf(tx), booked: await bookedOrders(tx, { store_id: store.id, day }) }
  })
  const theirs = new Map(said.orders.map((order) => [order.number, order]))
  const ours = booked.map(({ order_id, number, name, ...figures }): Differing => {
    const reported = number === null ? undefined : theirs.get(number)
    if (number !== null) theirs.delete(number)
    return { day, number, order_id, name: reported?.name ?? name, ours: figures, theirs: reported?.figures ?? none() }
  })
  const others = [...theirs.values()].map(({ number, name, figures }): Differing => ({ day, number, order_id: null, name, ours: none(), theirs: figures })) // prettier-ignore
  return { day: { day, ours: total, theirs: said.total }, orders: [...ours, ...others] }
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
async function causesOf(given: Given, differing: readonly Differing[]) {
  const { sql, admin, store, covered_until, isCurrent, now } = given
  const seenSince = addDays(dayIn(store.time_zone, now), -SEEN)
  const numbers = [...new Set(differing.flatMap(({ number }) => number ?? []))]
  const looked = numbers.slice(0, MOST_READ)
  const read = await readOrders(admin, looked)
  const shop = new Map<string, ShopifyOrder>(read.orders.map((order) => [numberOf(order.id), order]))
  const rows = await seeing(sql, 'all', (tx) => bookedRows(tx, { store_id: store.id, numbers: looked }))
  const booked = new Map(rows.map((row) => [row.number, row]))
  const reported_until = new Date(now.getTime() - BEHIND)
  const place = { ...store, covered_until, reported_until, isCurrent }
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
    return causeOf(order, { shop: found, said, booked: booked.get(number) }, place)
  }
}
