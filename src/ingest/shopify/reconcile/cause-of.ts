import type { BookedRows } from '../../../../sql/booked-orders.ts'
import type { Explained, Figures } from '../../../../sql/reconciled.ts'
import type { SaidOrder } from '../../../../sql/shopify-orders.ts'
import type { ShopifyOrder } from '../order-shape.ts'
import { isSame, minus, none } from './figures.ts'
import { agreedFigures, expectedFigures } from './order-figures.ts'
import { rowDifferences } from './row-differences.ts'

/** An order of a day whose figures in our books are not what the shop says. */
export type Differing = {
  day: string
  /** Of the order in the shop; null when ours came from a file. */
  number: string | null
  order_id: number | null
  name: string
  ours: Figures
  theirs: Figures
}
/** The order as the shop has it now, what our books would say of it, and what they say. Undefined where one side does not have it. */
export type Known = {
  shop: ShopifyOrder | undefined
  said: SaidOrder | undefined
  booked: BookedRows | undefined
}
type Place = {
  time_zone: string
  currency: string
  /** All that changed in the shop before is in the books. */
  covered_until: Date
  /** What changed after may not be in the report of the shop yet. */
  reported_until: Date
  /** Whether the looks at the shop go on as they should. */
  isCurrent: boolean
}
type Cause = Pick<Explained, 'cause' | 'words' | 'by_rule' | 'reread'>

/** What is told of a day at most. */
const TOLD = 3

/** Why an order of a day is not what the shop says. */
export function causeOf({ day, ours, theirs, number }: Differing, { shop, said, booked }: Known, place: Place): Cause {
  const { time_zone, currency, covered_until, reported_until, isCurrent } = place
  if (number === null)
    return open('not_of_the_shop', 'It came from a file or by hand, and Shopify does not have it.', false)
  if (!shop || !said)
    return isSame(ours, none())
      ? open('report_differs', 'The report of the shop counts it, and the app finds no such order: it was deleted just now, or is older than what the app may read (read_all_orders).', false) // prettier-ignore
      : open('order_gone', 'It is in our books, and Shopify does not have it any more.')
  if (isSame(ours, expectedFigures(said, time_zone).of(day))) {
    const agreed = agreedFigures(shop, { currency, time_zone }).of(day)
    if (isSame(agreed, theirs)) return byRule(shop, minus(ours, theirs))
    return new Date(shop.updatedAt) > reported_until
      ? expected('on_its_way', 'It changed just now, and the report of the shop does not have that yet.')
      : open('report_differs', 'Our books have it as the order itself says. The report of the shop says otherwise.', false) // prettier-ignore
  }
  const changed = new Date(shop.updatedAt)
  if (isCurrent && changed > covered_until && (!booked?.updated_at || booked.updated_at < changed))
    return expected('on_its_way', 'It changed in Shopify after our last look, and comes in with the next one.')
  if (!booked) return open('order_missing', 'It is in Shopify and not in our books.')
  const found = rowDifferences({ shop, said, booked, time_zone, currency })
  const here = found.filter(({ days }) => days.includes(day))
  const [first] = here.length > 0 ? here : found
  if (!first) return open('not_booked', 'Its rows say what Shopify says, and its entries in the ledger do not.')
  const words = (here.length > 0 ? here : found).map((one) => one.words)
  const more = words.length > TOLD ? ` And ${words.length - TOLD} more.` : ''
  return open(first.cause, [...new Set(words)].slice(0, TOLD).join(' ') + more)
}

const open = (cause: Explained['cause'], words: string, reread = true): Cause => ({
  cause,
  words: reread ? `${words} It is read again now.` : words,
  by_rule: false,
  reread,
})

const expected = (cause: Explained['cause'], words: string): Cause => ({ cause, words, by_rule: true, reread: false })

/** What our definitions leave out or count elsewhere, on purpose. */
function byRule(
  { test, displayFinancialStatus }: ShopifyOrder,
  { gross_sales, tax, shipping, returns }: Figures,
): Cause {
  if (test) return expected('test_order', 'A test order: our books leave it out.')
  if (displayFinancialStatus === 'VOIDED') return expected('voided', 'Its payment was voided: our books leave it out.')
  if (gross_sales === 0 && tax === 0 && shipping === 0 && returns === 0)
    return expected(
      'nothing_sold',
      'Nothing of it is a sale of ours, such as gift cards or what is free: our books do not count it as an order.',
    )
  return expected('counted_elsewhere', 'Our definitions count a part of it under another name, such as a fee that was charged with the order.') // prettier-ignore
}
