import { money, type Sale, type ShopOrder } from './shopify-objects.ts'

const MONEY = ['gross_sales', 'discounts', 'net_sales', 'shipping_charges', 'taxes', 'duties', 'additional_fees', 'return_fees', 'sales_reversals'] as const // prettier-ignore
const METRICS = new Set<string>(['orders', ...MONEY])
const DIMENSIONS = new Set(['order_id', 'order_name', 'day'])
type Metric = (typeof MONEY)[number] | 'orders'

type Asked = {
  shown: string[]
  by: string[]
  filled: boolean
  zone: string
  from: string
  to: string
  order: string
  limit: number
  offset: number
}

/** Reads a query of the sales report as strictly as Shopify: known clauses in their order, known names. */
function read(query: string, lacks: string): Asked | string {
  const clauses =
    /^FROM sales SHOW (?<shown>[a-z_, ]+?)(?: GROUP BY (?<by>[a-z_, ]+?)| TIMESERIES (?<series>day))?(?: WITH TIMEZONE '(?<zone>[A-Za-z_/+-]+)')? SINCE (?<from>\d{4}-\d\d-\d\d) UNTIL (?<to>\d{4}-\d\d-\d\d)(?: ORDER BY (?<order>[a-z_]+) ASC)?(?: LIMIT (?<limit>\d+)(?: OFFSET (?<offset>\d+))?)?$/.exec(
      query,
    )?.groups
  if (!clauses) return `Syntax error near "${query.slice(0, 40)}".`
  const names = (list = '') => list.split(', ').filter(Boolean)
  const [shown, by] = [names(clauses['shown']), clauses['series'] ? ['day'] : names(clauses['by'])]
  const unknown = shown.find((name) => !METRICS.has(name) || name === lacks) ?? by.find((name) => !DIMENSIONS.has(name))
  if (unknown) return `Column "${unknown}" not found in table sales.`
  const { zone = '', from = '', to = '', order = '' } = clauses
  if (from > to) return 'The UNTIL boundary cannot be before the SINCE boundary.'
  const [limit, offset] = [Number(clauses['limit'] ?? 1_000), Number(clauses['offset'] ?? 0)]
  return { shown, by, filled: Boolean(clauses['series']), zone, from, to, order, limit, offset }
}

type Row = { day: string; order_id: string; order_name: string } & Partial<Record<Metric, bigint>>

const calendars = new Map<string, (at: string) => string>()

/** The calendar of a zone; each moment is looked up once, however often the report is asked. */
function daysIn(zone: string): (at: string) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' })
  const known = new Map<string, string>()
  const dayOf = (at: string) => {
    const day = known.get(at) ?? format.format(new Date(at))
    known.set(at, day)
    return day
  }
  const calendar = calendars.get(zone) ?? dayOf
  calendars.set(zone, calendar)
  return calendar
}

/** One row for each sale, as the table behind the report has them: what was taken back is a reversal, whatever it is called. */
function* rowsOf(order: ShopOrder, dayOf: (at: string) => string): Generator<Row> {
  const of = { order_id: order.id.split('/').at(-1)!, order_name: order.name }
  const placing = order.agreements.find(({ kind }) => kind === 'OrderAgreement')
  for (const agreement of order.agreements) {
    const { refund, at, sales } = agreement
    const isPlacing = agreement === placing
    const day = dayOf(isPlacing ? order.at : (refund?.at ?? at))
    if (isPlacing) yield { ...of, day, orders: 1n }
    for (const sale of sales) yield { ...of, day, ...measured(sale) }
  }
}

function measured({ type, action, quantity, total, tax, discount }: Sale): Partial<Record<Metric, bigint>> {
  const amount = total - tax
  const isReversal = action === 'RETURN' || (quantity ?? 0) < 0
  if (type === 'SHIPPING') return { shipping_charges: amount, taxes: tax }
  if (type === 'DUTY') return { duties: amount, taxes: tax }
  if (type === 'ADDITIONAL_FEE') return { additional_fees: amount, taxes: tax }
  if (type === 'FEE') return { return_fees: amount, taxes: tax }
  // Tips and gift cards stand in reports of their own.
  if (type === 'TIP' || type === 'GIFT_CARD') return { taxes: tax }
  if (type === 'ADJUSTMENT' || isReversal) return { sales_reversals: amount, net_sales: amount, taxes: tax }
  return { gross_sales: amount + discount, discounts: -discount, net_sales: amount, taxes: tax }
}

type Shop = {
  orders: readonly ShopOrder[]
  time_zone: string
  report: { tests: boolean; behind: Set<string>; lacks: string }
}

/**
 * The sales report of a shop, added up from the sales of its orders: deleted orders are out of it, tests as the shop wants it, voided ones in.
 * Orders that it is behind with are not in it yet.
 */
export function salesReport({ orders, time_zone, report }: Shop, query: string) {
  const asked = read(query, report.lacks)
  if (typeof asked === 'string') return { parseErrors: [asked], tableData: null }
  const { shown, by, filled, zone, from, to, order, limit, offset } = asked
  const dayOf = daysIn(zone || time_zone)
  const groups = new Map<string, Row>()
  const empty = { order_id: '', order_name: '' }
  if (filled)
    for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
      const day = new Date(at).toISOString().slice(0, 10)
      groups.set(day, { ...empty, day })
    }
  for (const one of orders) {
    if ((one.test && !report.tests) || report.behind.has(one.id)) continue
    for (const { day, order_id, order_name, ...metrics } of rowsOf(one, dayOf)) {
      if (day < from || day > to) continue
      const keys = { day, order_id, order_name }
      const name = by.map((dimension) => keys[dimension as keyof typeof keys]).join('\n')
      const group = groups.get(name) ?? { ...keys }
      for (const [metric, amount] of Object.entries(metrics) as [Metric, bigint][])
        group[metric] = (group[metric] ?? 0n) + amount
      groups.set(name, group)
    }
  }
  const rows = [...groups.values()].toSorted((a, b) => (order ? a[order as 'day'].localeCompare(b[order as 'day']) : 0)) // prettier-ignore
  const cell = (row: Row, name: string) => {
    if (DIMENSIONS.has(name)) return row[name as 'day']
    const amount = row[name as Metric]
    if (amount === undefined) return filled && row.orders === undefined && row.taxes === undefined ? null : name === 'orders' ? '0' : '0.00' // prettier-ignore
    return name === 'orders' ? String(amount) : money(amount)
  }
  const columns = [...by, ...shown]
  return {
    parseErrors: [],
    parseWarnings: [],
    tableData: {
      columns: columns.map((name) => ({ name, displayName: name, dataType: DIMENSIONS.has(name) ? 'IDENTITY' : name === 'orders' ? 'INTEGER' : 'MONEY' })), // prettier-ignore
      rows: rows.slice(offset, offset + limit).map((row) => Object.fromEntries(columns.map((name) => [name, cell(row, name)]))), // prettier-ignore
    },
  }
}
