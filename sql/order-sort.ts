import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'
import { conversion } from './store-days.ts'

const FIGURES = ['revenue', 'cogs', 'cm1', 'shipping_cost', 'transaction_fees', 'cm2'] as const
/** What orders can be sorted by: the day they were placed, their number, their store, or a figure. */
export const ORDER_COLUMNS = ['date', 'number', 'store', ...FIGURES] as const

type Column = (typeof ORDER_COLUMNS)[number]
/** A column; with - before it the newest, the largest or the last letter first. */
export type OrderSort = Column | `-${Column}`

type Asked = { sort: OrderSort; currency: string; after: number | null; limit: number; offset: number }

/**
 * Ids of the orders `o` that fit, in order; those alike are sorted by their ids, so that pages follow each other. Figures of several
 * currencies are compared in `currency`, at the rate of the day on which the order was placed. `after` is the last order seen.
 * A figure is summed for each order that fits, 9 µs each: 0.09 s for 8,000 orders of a month, 0.7 s for 75,000, 3 s for 300,000 of a year.
 */
export function sortedOrders(sql: Sql, fits: Statement, { sort, currency, after, limit, offset }: Asked): Statement {
  const descending = sort.startsWith('-')
  const column = sort.replace('-', '') as Column
  const asked = { column, currency }
  const beyond = descending ? sql`<` : sql`>`
  const direction = descending ? sql`desc` : sql`asc`
  return sql`
    select id
    from (${valued(sql, after !== null && column === 'date' ? sql`${fits} ${dayBound(sql, { descending, after })}` : fits, asked)}) o
    ${after === null ? sql`` : sql`where (value, id) ${beyond} (select value, id from (${valued(sql, sql`o.id = ${after}`, asked)}) seen)`}
    order by value ${direction}, id ${direction}
    limit ${limit} offset ${offset}`
}

/** The day bounds what is read: the orders before the page are not passed over one by one. */
const dayBound = (sql: Sql, { descending, after }: { descending: boolean; after: number }) => sql`
        and o.business_day ${descending ? sql`<=` : sql`>=`} (select business_day from orders where id = ${after})`

/** Each order that fits with what it is sorted by. */
function valued(sql: Sql, fits: Statement, { column, currency }: { column: Column; currency: string }): Statement {
  if (column === 'date') return sql`select o.id, o.business_day as value from orders o where ${fits}`
  if (column === 'number') return sql`select o.id, o.external_id as value from orders o where ${fits}`
  if (column === 'store')
    return sql`select o.id, s.slug as value from orders o join stores s on s.id = o.store_id where ${fits}`
  const rate = conversion(sql, sql`d.currency`, sql`${currency}`, sql`d.business_day`)
  return sql`
    with fitting as materialized (select o.id, o.currency, o.business_day from orders o where ${fits}),
    rate as (
      select d.currency, d.business_day, ${rate.multiplier} as multiplier, ${rate.divisor} as divisor
      from (select distinct currency, business_day from fitting) d)
    select f.id, booked.amount * r.multiplier / r.divisor as value
    from fitting f
    join rate r on r.currency = f.currency and r.business_day = f.business_day
    cross join lateral (
      select coalesce(sum(${figure(sql, column)}), 0)::bigint as amount
      from ledger_entries e
      where e.order_id = f.id) booked`
}

/** What the entry `e` adds to a figure of its order. */
function figure(sql: Sql, column: (typeof FIGURES)[number]): Statement {
  if (column === 'revenue') return sql`signed_revenue(e.account, e.amount_minor)`
  if (column === 'cm1' || column === 'cm2') {
    const costs = column === 'cm1' ? ['cogs'] : ['cogs', 'shipping_cost', 'transaction_fees']
    return sql`case when e.account = any(${costs}::text[]) then -e.amount_minor else signed_revenue(e.account, e.amount_minor) end`
  }
  return sql`case when e.account = ${column} then e.amount_minor else 0 end`
}
