import * as v from 'valibot'
import { find, get } from './query.ts'
import { Amount, BusinessDay, Currency, Id } from './units.ts'

const Target = {
  id: Id,
  number: v.string(),
  status: v.string(),
  date: BusinessDay,
  store_id: Id,
  store: v.string(),
  currency: Currency,
  country: v.nullable(v.string()),
  refunded: Amount,
  left: Amount,
  profit_without: Amount,
  product_ids: v.array(Id),
}

type Asked = { store_ids: number[]; number: string }

/**
 * The order that an action is about, by its number; nothing when several stores have one with it. `left` is what can still be refunded,
 * tax included: all that was paid less what came back. `profit_without` is what the profit loses when all of it goes back and the goods
 * return to the shelf; shipping and fees stay.
 */
export const findOrderTarget = find(
  v.object(Target),
  { store_ids: [1], number: '1001' },
  (sql, { store_ids, number }: Asked) => sql`
    select o.id, o.external_id as number, o.status, o.business_day as date, o.store_id, s.slug as store, o.currency, o.country,
           major(given.refunded, c.minor_digits) as refunded,
           major(greatest(e.revenue + e.taxes, 0), c.minor_digits) as "left",
           major(e.cogs - e.revenue, c.minor_digits) as profit_without,
           array(select distinct l.product_id from order_lines l where l.order_id = o.id and l.product_id is not null order by 1) as product_ids
    from orders o
    join stores s on s.id = o.store_id
    join currencies c on c.code = o.currency
    cross join lateral (
      select coalesce(sum(signed_revenue(account, amount_minor)), 0)::bigint as revenue,
             coalesce(sum(amount_minor) filter (where account = 'taxes'), 0)::bigint as taxes,
             coalesce(sum(amount_minor) filter (where account = 'cogs'), 0)::bigint as cogs
      from ledger_entries
      where order_id = o.id) e
    cross join lateral (
      select coalesce(sum(r.shipping_refund_minor + r.taxes_minor
                          + coalesce((select sum(l.amount_minor) from refund_lines l where l.refund_id = r.id), 0)), 0)::bigint as refunded
      from refunds r
      where r.order_id = o.id) given
    where o.store_id = any(${store_ids}::bigint[]) and o.external_id = ${number}
      and (select count(*) from orders x where x.store_id = any(${store_ids}::bigint[]) and x.external_id = ${number}) = 1`,
)

/** What a refund of `amount`, tax included, takes from the profit, as a negative amount; `fits`: not more than is left and with no more decimals than its currency has. */
export const refundEffect = get(
  v.object({ amount: Amount, fits: v.boolean(), exact: Amount }),
  { order_id: 1, amount: '10.00', left: '10.00' },
  (sql, { order_id, amount, left }: { order_id: number; amount: string; left: string }) => sql`
    select round(-${amount}::numeric * coalesce(e.revenue / nullif(e.revenue + e.taxes, 0), 1), c.minor_digits) as amount,
           ${amount}::numeric <= ${left}::numeric and scale(trim_scale(${amount}::numeric)) <= c.minor_digits as fits,
           round(${amount}::numeric, c.minor_digits) as exact
    from orders o
    join currencies c on c.code = o.currency
    cross join lateral (
      select sum(signed_revenue(account, amount_minor)) as revenue, coalesce(sum(amount_minor) filter (where account = 'taxes'), 0) as taxes
      from ledger_entries
      where order_id = o.id) e
    where o.id = ${order_id}`,
)

/** What a change of a unit cost does to the profit of 30 days when as many are sold as in the last 30, in the reporting currency. */
export const costPace = get(
  v.object({ amount: v.nullable(Amount), currency: Currency }),
  { product_id: 1, store_ids: [1], was: '3', was_currency: 'EUR', becomes: '4', currency: 'EUR', today: '2026-04-13' },
  (
    sql,
    c: {
      product_id: number
      store_ids: number[]
      was: string | null
      was_currency: string
      becomes: string
      currency: string
      today: string
    },
  ) => sql`
    select round((in_reporting_currency(${c.was}::numeric, ${c.was_currency}, ${c.today}::date)
                  - in_reporting_currency(${c.becomes}::numeric, ${c.currency}, ${c.today}::date))
                 * (select coalesce(sum(units_sold - units_returned), 0)
                    from product_performance
                    where product_id = ${c.product_id} and store_id = any(${c.store_ids}::bigint[])
                      and day > ${c.today}::date - 30 and day <= ${c.today}::date), m.minor_digits) as amount,
           w.reporting_currency as currency
    from workspace w
    join currencies m on m.code = w.reporting_currency`,
)

type Sku = { store_id: number; sku: string }

/** A SKU of a store; `source_id` is the number of the variant in the shop, where it came from there. */
export const findSkuTarget = find(
  v.object({ product_id: Id, product: v.string(), source_id: v.nullable(v.string()) }),
  { store_id: 1, sku: 'OAK-1' },
  (sql, { store_id, sku }: Sku) => sql`
    select v.product_id, p.name as product, v.source_id
    from variants v
    join products p on p.id = v.product_id
    where v.store_id = ${store_id} and v.sku = ${sku}`,
)

type NewPrice = { store_id: number; product_id: number; was: string; becomes: string; today: string }

/** What a new price does to the sales of 30 days when as many are sold as in the last 30; `fits`: it has no more decimals than the store's currency. */
export const priceEffect = get(
  v.object({ fits: v.boolean(), exact: Amount, effect: Amount }),
  { store_id: 1, product_id: 1, was: '10.00', becomes: '12.50', today: '2026-04-13' },
  (sql, { store_id, product_id, was, becomes, today }: NewPrice) => sql`
    select scale(trim_scale(${becomes}::numeric)) <= c.minor_digits as fits, round(${becomes}::numeric, c.minor_digits) as exact,
           round((${becomes}::numeric - ${was}::numeric)
                 * (select coalesce(sum(f.units_sold - f.units_returned), 0)
                    from product_performance f
                    where f.product_id = ${product_id} and f.store_id = s.id and f.day > ${today}::date - 30 and f.day <= ${today}::date),
                 c.minor_digits) as effect
    from stores s
    join currencies c on c.code = s.currency
    where s.id = ${store_id}`,
)
