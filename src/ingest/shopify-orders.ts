import type { Store } from '../../sql/stores.ts'
import type { OrderLinesMapping } from './csv/mapping.ts'
import type { CsvRecord } from './csv/records.ts'

/** How lines are marked that are not goods. */
const SKUS = { shipping: 'shopify:shipping', discount: 'shopify:discount', tax: 'shopify:tax' }
const HEADER = ['order', 'sku', 'title', 'quantity', 'at', 'price', 'country']

/** How the order lines that are made of Shopify's export are booked. */
export const shopifyMapping = ({ slug, name, currency, time_zone }: Store): OrderLinesMapping => ({
  format: 'order-lines',
  delimiter: ',',
  decimal: '.',
  store: { slug, name, currency, time_zone },
  columns: { order: 'order', sku: 'sku', title: 'title', quantity: 'quantity', at: 'at', unit_price: 'price', country: 'country' }, // prettier-ignore
  credit_note_prefixes: [],
  accounts: [
    { skus: [SKUS.shipping], account: 'shipping_income' },
    { skus: [SKUS.discount], account: 'discounts' },
    { skus: [SKUS.tax], account: 'taxes' },
  ],
  restock_returns: true,
})

type Left = (line: number, result: 'rejected' | 'skipped', reason: string) => void

/**
 * The records of Shopify's order export as order lines under a header of their own: a line for each item, and for the shipping, the
 * discount and the tax of the order. Left out, and named, is what the export says too little of: orders with refunds (no day and no
 * goods), with prices that include tax (no rate per item), in another currency than the store's, and cancelled ones.
 */
export async function* shopifyOrderLines(
  records: AsyncIterable<CsvRecord>,
  { places, store, left }: { places: Record<string, number>; store: Store; left: Left },
): AsyncGenerator<CsvRecord> {
  yield { line: 1, fields: HEADER }
  const at = ({ fields }: CsvRecord, column: string) => (fields[places[column] ?? -1] ?? '').trim()
  let order: CsvRecord[] = []
  for await (const record of records) {
    if (order[0] && at(record, 'name') !== at(order[0], 'name')) {
      yield* linesOf(order, at, store, left)
      order = []
    }
    order.push(record)
  }
  if (order[0]) yield* linesOf(order, at, store, left)
}

type Read = (record: CsvRecord, column: string) => string

function* linesOf(order: CsvRecord[], at: Read, store: Store, left: Left): Generator<CsvRecord> {
  const [first] = order
  if (!first) return
  const { line } = first
  const refusal = refusalOf(first, at, store)
  if (refusal) {
    left(line, refusal.result, `order ${at(first, 'name')} ${refusal.reason}`)
    return
  }
  const amount = (column: string) => millionths(at(first, column) || '0') ?? 0n
  const gross = order.reduce((sum, record) => {
    const quantity = at(record, 'lineitem quantity')
    return sum + (/^\d{1,6}$/.test(quantity) ? (millionths(at(record, 'lineitem price')) ?? 0n) * BigInt(quantity) : 0n)
  }, 0n)

  const when = at(first, 'created at').replace(/ ([+-]\d\d:?\d\d)$/, '$1')
  const row = (sku: string, title: string, quantity: string, price: string, on = line): CsvRecord => ({
    line: on,
    fields: [at(first, 'name'), sku, title, quantity, when, price, at(first, 'shipping country')],
  })
  for (const record of order) {
    const title = at(record, 'lineitem name')
    yield row(at(record, 'lineitem sku') || title, title, at(record, 'lineitem quantity'), at(record, 'lineitem price'), record.line) // prettier-ignore
  }
  const [shipping, discount, taxes] = [amount('shipping'), gross - amount('subtotal'), amount('taxes')]
  if (shipping !== 0n) yield row(SKUS.shipping, 'Shipping', '1', decimal(shipping))
  if (discount !== 0n) yield row(SKUS.discount, 'Discount', '-1', decimal(discount))
  if (taxes !== 0n) yield row(SKUS.tax, 'Tax', '1', decimal(taxes))
}

/** Why an order stays out, by its first row, which says what holds for the whole of it. */
function refusalOf(
  first: CsvRecord,
  at: Read,
  store: Store,
): { result: 'rejected' | 'skipped'; reason: string } | undefined {
  const rejected = (reason: string) => ({ result: 'rejected' as const, reason })
  const amounts = new Map(
    ['subtotal', 'shipping', 'taxes', 'total', 'refunded amount'].map((column) => [
      column,
      millionths(at(first, column) || '0'),
    ]),
  )
  for (const [column, amount] of amounts)
    if (amount === undefined) return rejected(`has no amount such as 12.50 as its ${column}`)
  const of = (column: string) => amounts.get(column) ?? 0n
  const currency = at(first, 'currency')
  const net = of('subtotal') + of('shipping')
  if (at(first, 'cancelled at')) return { result: 'skipped', reason: 'was cancelled' }
  if (currency && currency !== store.currency) return rejected(`is in ${currency}, and the store in ${store.currency}`)
  if (of('refunded amount') !== 0n)
    return rejected('has a refund: the export does not say of which goods and on which day')
  if (of('taxes') !== 0n && of('total') === net)
    return rejected('has prices that include tax: the export does not say how much of each')
  if (of('total') !== net + of('taxes'))
    return rejected('does not add up: its total is not subtotal, shipping and taxes')
  return undefined
}

/** Decimal text as a whole number of millionths, exact; undefined for what is no amount. */
function millionths(text: string): bigint | undefined {
  const parts = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text)
  if (!parts) return undefined
  const value = BigInt(`${parts[2]}${(parts[3] ?? '').padEnd(6, '0')}`)
  return parts[1] ? -value : value
}

function decimal(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(7, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}
