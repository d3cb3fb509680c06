import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { ofStores } from './listed-stores.ts'
import { ACCOUNTS, Booking, bookings } from './order-bookings.ts'
import { CostStep, costSteps } from './order-cost-steps.ts'
import { type OrderSort, sortedOrders } from './order-sort.ts'
import { query, type Statement } from './query.ts'
import { Amount, BusinessDay, Count, Currency, Id } from './units.ts'

const Order = {
  id: Id,
  number: v.string(),
  type: v.picklist(['sale', 'credit_note']),
  status: v.picklist(['placed', 'voided', 'test']),
  date: BusinessDay,
  store: v.string(),
  currency: Currency,
  country: v.nullable(v.string()),
  gateway: v.nullable(v.string()),
}
const Figures = {
  revenue: Amount,
  cogs: Amount,
  cm1: Amount,
  shipping_cost: Amount,
  transaction_fees: Amount,
  cm2: Amount,
  refunded: Amount,
}

/**
 * An order with all that was booked for it until now, on whatever day, in major units of `currency`. `refunded` is what its refunds gave
 * back, goods and shipping, before tax; it is part of `revenue` already.
 */
export const OrderRow = v.object({ ...Order, ...Figures })

/** What the entry `e` adds to CM2. */
export const effect = (sql: Sql): Statement => sql`
  case when e.account in ('cogs', 'shipping_cost', 'transaction_fees') then -e.amount_minor
       else signed_revenue(e.account, e.amount_minor) end`

/** Orders with their figures in minor units, from `chosen`, a statement that answers their ids; `place` is where it had them. */
const figures = (sql: Sql, chosen: Statement): Statement => sql`
    select page.place, o.id, o.external_id as number, o.kind as type, o.status, o.business_day as date, s.slug as store, o.currency, o.country, o.gateway, o.customer,
           o.placed_at, o.business_day, c.minor_digits, booked.revenue, booked.cogs, booked.shipping_cost, booked.transaction_fees, booked.cm2,
           given_back.refunded
    from (select chosen.id, row_number() over () as place from (${chosen}) chosen) page
    join orders o on o.id = page.id
    join stores s on s.id = o.store_id
    join currencies c on c.code = o.currency
    cross join lateral (
      select coalesce(sum(signed_revenue(e.account, e.amount_minor)), 0)::bigint as revenue,
             coalesce(sum(amount_minor) filter (where account = 'cogs'), 0)::bigint as cogs,
             coalesce(sum(amount_minor) filter (where account = 'shipping_cost'), 0)::bigint as shipping_cost,
             coalesce(sum(amount_minor) filter (where account = 'transaction_fees'), 0)::bigint as transaction_fees,
             coalesce(sum(${effect(sql)}), 0)::bigint as cm2
      from ledger_entries e
      where e.order_id = o.id) booked
    cross join lateral (
      select coalesce(sum(r.shipping_refund_minor), 0)::bigint
             + coalesce(sum((select sum(l.amount_minor) from refund_lines l where l.refund_id = r.id)), 0)::bigint as refunded
      from refunds r
      where r.order_id = o.id) given_back`

/** Rows of `chosen`, a statement that answers the ids of orders, in its order. */
export const orderFigures = (sql: Sql, chosen: Statement): Statement => sql`
    select id, number, type, status, date, store, currency, country, gateway, ${inMajor(sql)}
    from (${figures(sql, chosen)}) shown
    order by place`

const inMajor = (sql: Sql): Statement => sql`
    major(revenue, minor_digits) as revenue, major(cogs, minor_digits) as cogs, major(revenue - cogs, minor_digits) as cm1,
    major(shipping_cost, minor_digits) as shipping_cost, major(transaction_fees, minor_digits) as transaction_fees,
    major(cm2, minor_digits) as cm2, major(refunded, minor_digits) as refunded`

type Asked = {
  store_ids: number[]
  start: string | null
  end: string | null
  q: string | null
  product_id?: number | null
  sort?: OrderSort
  /** In which figures of several currencies are compared; needed for a sort by one. */
  currency?: string
  limit: number
  offset: number
  after: number | null
}
const SAMPLE: Asked = {
  store_ids: [1],
  start: null,
  end: null,
  q: null,
  product_id: null,
  sort: '-cm2',
  currency: 'EUR',
  limit: 50,
  offset: 0,
  after: 1,
}

/**
 * Orders placed in `start`..`end` (both included, null is open), newest first unless sorted otherwise; `after` is the id of the last one
 * seen. `q` is part of the order's number, of its customer, or of a SKU on it, in any case.
 */
export const listOrders = query(
  OrderRow,
  SAMPLE,
  (
    sql,
    { store_ids, start, end, q, product_id = null, sort = '-date', currency = 'EUR', limit, offset, after }: Asked,
  ) => {
    // Read in the order of days, to which bounds on both sides lead a plan that is kept.
    const follows = q === null && product_id === null && sort.endsWith('date')
    const from = start ?? (follows ? '-infinity' : null)
    const to = end ?? (follows ? 'infinity' : null)
    // A sub-select, because a plan that is kept would lower the words anew for each row.
    const words = sql`(select lower(${q}))`
    return orderFigures(
      sql,
      sortedOrders(
        sql,
        sql`
        ${follows ? ofStores(sql, sql`o.store_id`, store_ids) : sql`o.store_id = any(${store_ids}::bigint[])`}
        ${from === null ? sql`` : sql`and o.business_day >= ${from}`}
        ${to === null ? sql`` : sql`and o.business_day <= ${to}`}
        ${product_id === null ? sql`` : sql`and o.id in (select order_id from order_lines where product_id = ${product_id})`}
        ${
          q === null
            ? sql``
            : sql`and (strpos(lower(o.external_id), ${words}) > 0 or strpos(lower(o.customer), ${words}) > 0
                       or o.id in (select l.order_id from order_lines l where strpos(lower(l.sku), ${words}) > 0))`
        }`,
        { sort, currency, after, limit, offset },
      ),
    )
  },
)

const Line = v.object({
  id: Id,
  line_no: Count,
  account: v.string(),
  sku: v.string(),
  product_id: v.nullable(Id),
  product: v.nullable(v.string()),
  quantity: Count,
  unit_price: Amount,
  amount: Amount,
  discount: Amount,
})
const RefundLine = v.object({ line_no: Count, quantity: Count, amount: Amount, restocked: v.boolean() })
const Refund = v.object({
  id: Id,
  number: v.string(),
  date: BusinessDay,
  shipping: Amount,
  taxes: Amount,
  lines: v.array(RefundLine),
})
/** One booking. `line_no` is null where it belongs to no line, or to one that was edited away. */
const Entry = v.object({
  id: Id,
  date: BusinessDay,
  line_no: v.nullable(Count),
  product_id: v.nullable(Id),
  quantity: Count,
  amount: Amount,
  basis: v.picklist(['actual', 'rule', 'estimate']),
  source: v.string(),
  reason: v.string(),
  booked_at: v.string(),
})
/** An account of the order: its total, what that adds to `cm2` (0 for what is only noted, such as taxes), and the entries that make it. */
const Account = v.object({ account: v.string(), amount: Amount, effect_on_cm2: Amount, entries: v.array(Entry) })

/**
 * An order down to its ledger entries. The effects of the accounts add up to `cm2` exactly, and so do those of the bookings; `costs` say
 * where each cost comes from.
 */
export const OrderDetail = v.object({
  ...OrderRow.entries,
  placed_at: v.string(),
  customer: v.nullable(v.string()),
  lines: v.array(Line),
  refunds: v.array(Refund),
  costs: v.array(CostStep),
  bookings: v.array(Booking),
  accounts: v.array(Account),
})

/** The order with this id, as a list of one or none. */
export const orderDetails = query(
  v.object({ ...OrderDetail.entries }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`
    select id, number, type, status, date, store, currency, country, gateway, ${inMajor(sql)}, iso(placed_at) as placed_at, customer,
           (select coalesce(json_agg(json_build_object(
                     'id', l.id, 'line_no', l.line_no, 'account', l.account, 'sku', l.sku, 'product_id', l.product_id, 'product', p.name,
                     'quantity', l.quantity, 'unit_price', round(l.unit_price, greatest(scale(trim_scale(l.unit_price)), minor_digits)),
                     'amount', major(l.amount_minor, minor_digits), 'discount', major(l.discount_minor, minor_digits)) order by l.line_no), '[]')
            from order_lines l
            left join products p on p.id = l.product_id
            where l.order_id = shown.id) as lines,
           (select coalesce(json_agg(json_build_object(
                     'id', r.id, 'number', r.external_id, 'date', r.business_day, 'shipping', major(r.shipping_refund_minor, minor_digits),
                     'taxes', major(r.taxes_minor, minor_digits), 'lines', (
                       select coalesce(json_agg(json_build_object(
                                'line_no', l.line_no, 'quantity', rl.quantity, 'amount', major(rl.amount_minor, minor_digits),
                                'restocked', rl.restocked) order by l.line_no), '[]')
                       from refund_lines rl
                       join order_lines l on l.id = rl.order_line_id
                       where rl.refund_id = r.id)) order by r.business_day, r.id), '[]')
            from refunds r
            where r.order_id = shown.id) as refunds,
           (${costSteps(sql, sql`${id}`)}) as costs,
           (${bookings(sql, sql`${id}::bigint`, effect(sql))}) as bookings,
           (select coalesce(json_agg(json_build_object(
                     'account', account, 'amount', major(amount, minor_digits), 'effect_on_cm2', major(effect, minor_digits),
                     'entries', entries) order by position), '[]')
            from (
              select e.account, sum(e.amount_minor)::bigint as amount, sum(${effect(sql)})::bigint as effect,
                     array_position(${ACCOUNTS}::text[], e.account) as position,
                     json_agg(json_build_object(
                       'id', e.id, 'date', e.business_day, 'line_no', l.line_no, 'product_id', e.product_id, 'quantity', e.quantity,
                       'amount', major(e.amount_minor, minor_digits), 'basis', e.basis, 'source', e.source, 'reason', e.reason,
                       'booked_at', iso(e.booked_at)) order by e.booked_at, e.id) as entries
              from ledger_entries e
              left join order_lines l on l.id = e.line_id and l.order_id = e.order_id
              where e.order_id = shown.id
              group by e.account) account) as accounts
    from (${figures(sql, sql`select ${id}::bigint as id`)}) shown`,
)

/** Orders by store. */
export const ordersOfIds = query(
  v.object({ store_id: Id, order_ids: v.array(Id) }),
  { ids: [1] },
  (sql, { ids }: { ids: number[] }) => sql`
    select store_id, array_agg(id order by id) as order_ids
    from orders
    where id = any(${ids}::bigint[])
    group by store_id
    order by store_id`,
)
