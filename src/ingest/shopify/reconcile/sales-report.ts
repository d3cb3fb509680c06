import * as v from 'valibot'
import type { Figures } from '../../../../sql/reconciled.ts'
import { AppError } from '../../../errors.ts'
import { minorDigits } from '../../../money.ts'
import { type ShopifyAdmin, ShopRefusal } from '../../../shopify/admin.ts'
import { none } from './figures.ts'

export const SALES_REPORT = /* GraphQL */ `
  query SalesReport($query: String!) {
    shopifyqlQuery(query: $query) {
      parseErrors
      tableData {
        columns {
          name
        }
        rows
      }
    }
  }
`
const Decimal = v.pipe(v.union([v.string(), v.number()]), v.transform(String), v.regex(/^-?\d{1,13}(\.\d{1,8})?$/))
/** A day on which nothing happened has nulls. */
const Money = v.optional(v.nullable(Decimal), null)
const Row = v.object({
  day: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d/), v.transform((day) => day.slice(0, 10))),
  order_id: v.optional(v.nullable(v.pipe(v.union([v.string(), v.number()]), v.transform(String)))),
  order_name: v.optional(v.nullable(v.string())),
  orders: Money,
  gross_sales: Money,
  discounts: Money,
  net_sales: Money,
  shipping_charges: Money,
  taxes: Money,
  duties: Money,
  additional_fees: Money,
  return_fees: Money,
}) // prettier-ignore
type Row = v.InferOutput<typeof Row>
const Answer = v.object({
  shopifyqlQuery: v.nullable(
    v.object({ parseErrors: v.array(v.string()), tableData: v.nullable(v.object({ rows: v.array(Row) })) }),
  ),
})

/** What of a sale the report tells; what was taken back is what gross sales and discounts leave of the net sales. */
const SHOWN = 'orders, gross_sales, discounts, net_sales, shipping_charges, taxes, duties, additional_fees, return_fees'
/** Rows of one answer. */
const PAGE = 1_000

/** Nothing is wrong with the shop: this app cannot have its sales report, with the reason in words. */
export class NoReport extends Error {
  override name = 'NoReport'
}

type Of = { from: string; to: string; time_zone: string; currency: string }

/**
 * What the shop's own sales report says of days, cut in the zone of the store. Duties count as taxes and additional fees as shipping, as we
 * book them; fees that were kept back from a refund reduce the returns.
 * @throws NoReport
 */
export async function reportedDays(admin: ShopifyAdmin, of: Of): Promise<Map<string, Figures>> {
  const rows = await allRows(admin, of, { by: 'TIMESERIES day', order: 'day' })
  return new Map(rows.map((row) => [row.day, figuresOf(row, of.currency)]))
}

/** An order on a day as the report has it. */
export type ReportedOrder = { number: string; name: string; figures: Figures }

/** What the report says of the orders of a day, by the number of the order. @throws NoReport */
export async function reportedOrders(
  admin: ShopifyAdmin,
  { day, ...of }: Omit<Of, 'from' | 'to'> & { day: string },
): Promise<ReportedOrder[]> {
  const rows = await allRows(
    admin,
    { ...of, from: day, to: day },
    { by: 'GROUP BY order_id, order_name, day', order: 'order_id' },
  )
  return rows.flatMap((row) =>
    row.order_id
      ? [{ number: row.order_id, name: row.order_name ?? row.order_id, figures: figuresOf(row, of.currency) }]
      : [],
  )
}

async function allRows(
  { ask }: ShopifyAdmin,
  { from, to, time_zone }: Of,
  { by, order }: { by: string; order: string },
): Promise<Row[]> {
  const rows: Row[] = []
  for (;;) {
    const query =
      `FROM sales SHOW ${SHOWN} ${by} WITH TIMEZONE '${time_zone}' SINCE ${from} UNTIL ${to} ` +
      `ORDER BY ${order} ASC LIMIT ${PAGE} OFFSET ${rows.length}`
    const { shopifyqlQuery: answer } = await ask(SALES_REPORT, { query }, Answer).catch((error: unknown) => {
      if (!(error instanceof ShopRefusal)) throw error
      if (error.reason === 'ACCESS_DENIED') throw new NoReport(NOT_ALLOWED)
      throw error.reason === 'SCHEMA' ? new NoReport(error.message) : error
    })
    if (answer?.parseErrors.length) throw new NoReport(`The shop did not understand what was asked of its sales report: ${answer.parseErrors.join(' ')}`) // prettier-ignore
    if (!answer?.tableData) throw new AppError('unavailable', 'The shop has no sales report right now.', { retryAfter: 300 }) // prettier-ignore
    rows.push(...answer.tableData.rows)
    if (answer.tableData.rows.length < PAGE) return rows
  }
}

const NOT_ALLOWED =
  'The app may not read the shop’s own sales report: it lacks read_reports, which also needs access to protected customer data.'

function figuresOf(row: Row, currency: string): Figures {
  const of = (amount: string | null) => minorFrom(amount, currency)
  const returnFees = of(row.return_fees)
  const [gross_sales, discounts, net_sales] = [of(row.gross_sales), -of(row.discounts), of(row.net_sales) + returnFees]
  return {
    ...none(),
    gross_sales,
    discounts,
    returns: gross_sales - discounts - net_sales,
    net_sales,
    shipping: of(row.shipping_charges) + of(row.additional_fees),
    tax: of(row.taxes) + of(row.duties),
    orders: Number(row.orders ?? 0),
  }
}

/** Decimal text in minor units, exact; what a report has beyond the currency's decimals is rounded half away from zero. */
export function minorFrom(amount: string | null, currency: string): number {
  if (amount === null) return 0
  const [, sign = '', whole = '0', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? []
  const digits = minorDigits(currency)
  const kept = BigInt(whole + decimals.slice(0, digits).padEnd(digits, '0'))
  const up = (decimals[digits] ?? '0') >= '5' ? 1n : 0n
  return Number(kept + up) * (sign ? -1 : 1) || 0
}
