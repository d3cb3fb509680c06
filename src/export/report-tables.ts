import * as v from 'valibot'
import { ChannelColumn } from '../../sql/ad-report.ts'
import type { Bridge } from '../../sql/bridge.ts'
import { ModelUsage } from '../../sql/model-usage.ts'
import { Grade, Pnl } from '../../sql/pnl.ts'
import { ProductFigures, type ProductReport } from '../../sql/product-report.ts'
import type { Report } from '../../sql/reports.ts'
import { LineOrders } from '../../sql/line-orders.ts'
import type { StoreComparison } from '../../sql/store-comparison.ts'
import { Amount, BusinessDay, Count, Currency, Ratio } from '../../sql/units.ts'
import type { Line } from './cells.ts'
import type { Table } from './export.ts'

/** Reports as rows, each from the JSON that Postgres wrote; here with its numbers as the text that they are written as, so that no amount goes through a float. */
function exactly(json: string): unknown {
  const asWritten = (_: string, value: unknown, { source }: { source: string }) =>
    typeof value === 'number' ? source : value
  // The types do not know the third argument yet.
  return JSON.parse(json, asWritten as (key: string, value: unknown) => unknown)
}

const { coverage: _, ...LADDER } = Pnl.entries
/** The ladder in a row; `known_…` is the percent of revenue whose costs are known, `manual_days` counts days with figures posted by hand. */
const PERIOD = {
  ...LADDER,
  coverage_grade: Grade,
  known_cogs_percent: Ratio,
  known_shipping_cost_percent: Ratio,
  known_transaction_fees_percent: Ratio,
  open_days: v.string(),
  manual_days: Count,
}

const periodLine = ({ coverage, ...ladder }: Pnl): Line => ({
  ...ladder,
  coverage_grade: coverage.grade,
  known_cogs_percent: coverage.cogs_percent,
  known_shipping_cost_percent: coverage.shipping_cost_percent,
  known_transaction_fees_percent: coverage.transaction_fees_percent,
  open_days: coverage.open_days.join(' '),
  manual_days: coverage.manual_days.count,
})

/** One row per period. */
export const pnlTable = (periods: string): Table => ({
  columns: v.object(PERIOD),
  rows: (exactly(periods) as Pnl[]).map(periodLine),
})

type ComparedPnl = Pnl & {
  comparison?: Pnl
  change?: Record<string, { amount: string; percent: string | null }>
}

/** One row per period, and where it is compared one for the earlier period and two for the change: its amounts, and its percents. */
export function comparedTable(periods: string[]): Table {
  const rows = periods.flatMap((json) => {
    const { comparison, change = {}, ...told } = exactly(json) as ComparedPnl
    const { period, currency } = told
    const changes = (of: 'amount' | 'percent') =>
      Object.fromEntries(Object.entries(change).map(([figure, by]) => [figure, by[of]]))
    const compared: Line[] = comparison
      ? [
          { ...periodLine(comparison), period, figures: 'comparison' },
          { ...changes('amount'), period, currency, figures: 'change' },
          { ...changes('percent'), period, figures: 'change_percent' },
        ]
      : []
    return [{ ...periodLine(told), figures: 'period' }, ...compared]
  })
  const { period, ...figures } = PERIOD
  return { columns: v.object({ period, figures: v.string(), ...figures }), rows }
}

/** From the net profit of the earlier range over the parts, which add up, to that of the later, each with the products that it moved most. */
export function bridgeTable(json: string): Table {
  const { currency, from, to, parts } = exactly(json) as v.InferOutput<typeof Bridge>
  const columns = v.object({
    step: v.string(),
    currency: Currency,
    amount: Amount,
    product_1: v.string(),
    amount_1: Amount,
    product_2: v.string(),
    amount_2: Amount,
    product_3: v.string(),
    amount_3: Amount,
  })
  const end = ({ start, end: last, net_profit }: Pnl) => ({
    step: `net_profit ${start} to ${last}`,
    currency,
    amount: net_profit,
  })
  const steps = parts.map(({ part, amount, products: [first, second, third] }) => ({
    step: part,
    currency,
    amount,
    product_1: first?.product,
    amount_1: first?.amount,
    product_2: second?.product,
    amount_2: second?.amount,
    product_3: third?.product,
    amount_3: third?.amount,
  }))
  return { columns, rows: [end(from), ...steps, end(to)] }
}

/** One row per product; they add up to the P&L of the range. */
export function productTable(json: string): Table {
  const { currency, data } = exactly(json) as v.InferOutput<typeof ProductReport>
  const { product_id, product, ...figures } = ProductFigures.entries
  const columns = v.object({ product_id, product, currency: Currency, ...figures })
  return { columns, rows: data.map((row) => Object.assign({ currency }, row)) }
}

/** Two rows per store, in its own currency and in the reporting currency, and one for all of them. */
export function storeTable(json: string): Table {
  const { data, total, return_rate } = exactly(json) as v.InferOutput<typeof StoreComparison>
  const { period: _period, ...ladder } = PERIOD
  const columns = v.object({
    store: v.nullable(v.string()),
    name: v.string(),
    figures: v.string(),
    ...ladder,
    return_rate: Ratio,
  })
  const rows = data.flatMap(({ store, name, own, converted, return_rate: of_store }) => [
    { store, name, figures: 'own', ...periodLine(own), return_rate: of_store },
    { store, name, figures: 'converted', ...periodLine(converted), return_rate: of_store },
  ])
  const all = { store: null, name: 'All stores', figures: 'total', ...periodLine(total), return_rate }
  return { columns, rows: [...rows, all] }
}

/** One row per platform and column, which come to what each got in all. */
export function channelTable(currency: string, data: string): Table {
  const { start, end, platform, ...figures } = ChannelColumn.entries
  return {
    columns: v.object({ start, end, platform, currency: Currency, ...figures }),
    rows: (exactly(data) as v.InferOutput<typeof ChannelColumn>[]).map((row) => Object.assign({ currency }, row)),
  }
}

/** One row per thing that the questions to the agents are summed by. */
export const usageTable = (data: string): Table => ({ columns: ModelUsage, rows: exactly(data) as Line[] })

type Closed = v.InferOutput<typeof Report>

/** One row per figure of a closed month: as it was closed, as it would be today, and the difference. */
export function closedTable(json: string): Table {
  const { month, store, currency, changes } = exactly(json) as Closed
  const columns = v.object({
    month: v.string(),
    store: v.nullable(v.string()),
    currency: Currency,
    figure: v.string(),
    closed: Ratio,
    now: Ratio,
    difference: Ratio,
  })
  return { columns, rows: changes.map((row) => Object.assign({ month, store, currency }, row)) }
}

/** One row per store, reason, day of booking and account of what a closed month got later. */
export function restatementTable(json: string): Table {
  const { month, restatements } = exactly(json) as Closed
  const columns = v.object({
    month: v.string(),
    store: v.string(),
    reason: v.string(),
    booked_on: BusinessDay,
    first_day: BusinessDay,
    last_day: BusinessDay,
    currency: Currency,
    account: v.string(),
    amount: Amount,
  })
  const rows = restatements.flatMap(({ amounts, entries: _entries, net_profit: _net, ...restatement }) =>
    Object.entries(amounts).map(([account, amount]) => Object.assign({ month, account, amount }, restatement)),
  )
  return { columns, rows }
}

/** One row per order behind a line of the income statement. */
export function lineOrderTable(json: string): Table {
  const { line, data } = exactly(json) as v.InferOutput<typeof LineOrders>
  const columns = v.object({ line: v.string(), ...LineOrders.entries.data.item.entries })
  return { columns, rows: data.map((row) => Object.assign({ line }, row)) }
}
