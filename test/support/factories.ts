import { bookAdSpend, bookOrders } from '../../src/ledger/book.ts'
import { minorDigits } from '../../src/money.ts'
import type { Sql } from '../../sql/connect.ts'
import { createStore, type Store } from '../../sql/stores.ts'

/** The day on which things happen unless a test says otherwise; a Wednesday, in the summer time of Amsterdam. */
export const DAY = '2026-04-08'

let made = 0
const next = (word: string) => `${word}-${++made}`
const noon = (day: string) => `${day}T12:00:00Z`

type NewStore = {
  slug: string
  name: string
  currency: string
  time_zone: string
  default_cost_percent: string | null
}

/** A store of its own, in euros and in Amsterdam. */
export function aStore(sql: Sql, store: Partial<NewStore> = {}): Promise<Store> {
  const slug = store.slug ?? next('store')
  return createStore(sql, {
    name: slug,
    currency: 'EUR',
    time_zone: 'Europe/Amsterdam',
    default_cost_percent: null,
    ...store,
    slug,
  })
}

type NewProduct = { name: string; sku: string; unit_cost: string; cost_currency: string; from: string; to: string }

/** A product that the store sells, with a unit cost on the days `from`..`to` when one is given. Resolves to its id. */
export async function aProduct(sql: Sql, store: Store, product: Partial<NewProduct> = {}): Promise<number> {
  const name = product.name ?? next('product')
  const [row] = await sql<{ id: number }[]>`
    with product as (insert into products (name) values (${name}) returning id),
    variant as (
      insert into variants (product_id, store_id, sku, title)
      select id, ${store.id}, ${product.sku ?? name}, ${name} from product
    )
    select id from product`
  const { id } = row!
  if (product.unit_cost !== undefined) {
    await sql`
      insert into product_costs (product_id, valid, unit_cost, currency)
      values (${id}, daterange(${product.from ?? null}::date, ${product.to ?? null}::date, '[]'), ${product.unit_cost}::numeric,
              ${product.cost_currency ?? store.currency})`
  }
  return id
}

export type NewLine = {
  line_no: number
  account: string
  product_id: number | null
  quantity: number
  /** Price of one in minor units. */
  price_minor: number
  discount_minor: number
  restocked: boolean
  unit_cost_override?: string | null
}
export type NewOrder = {
  external_id: string
  kind: 'sale' | 'credit_note'
  status: 'placed' | 'voided' | 'test'
  day: string
  country: string | null
  gateway: string | null
  shipping_income_minor: number
  tips_minor: number
  taxes_minor: number
  shipping_cost_minor: number | null
  transaction_fee_minor: number | null
  shipping_cost_override_minor: number | null
  transaction_fee_override_minor: number | null
  lines: Partial<NewLine>[]
}

const pieceAtTen = (line_no: number): NewLine => ({
  line_no,
  account: 'gross_sales',
  product_id: null,
  quantity: 1,
  price_minor: 1_000,
  discount_minor: 0,
  restocked: true,
})

/**
 * What a source says about an order, not yet booked; said again under the same `external_id`, it replaces what was said before.
 * A line sells one piece at 10.00 without a product unless it says otherwise. Resolves to the id of the order.
 */
export async function anOrder(sql: Sql, store: Store, order: Partial<NewOrder> = {}): Promise<number> {
  const { lines = [{}], day = DAY } = order
  const rows = lines.map((line, index) => Object.assign(pieceAtTen(index + 1), line))
  const [row] = await sql<{ id: number }[]>`
    with saved as (
      insert into orders (
        store_id, external_id, kind, status, placed_at, business_day, currency, country, gateway, shipping_income_minor, tips_minor,
        taxes_minor, shipping_cost_minor, transaction_fee_minor, shipping_cost_override_minor, transaction_fee_override_minor)
      values (
        ${store.id}, ${order.external_id ?? next('order')}, ${order.kind ?? 'sale'}, ${order.status ?? 'placed'}, ${noon(day)}, ${day},
        ${store.currency}, ${order.country ?? null}, ${order.gateway ?? null}, ${order.shipping_income_minor ?? 0},
        ${order.tips_minor ?? 0}, ${order.taxes_minor ?? 0}, ${order.shipping_cost_minor ?? null}, ${order.transaction_fee_minor ?? null},
        ${order.shipping_cost_override_minor ?? null}, ${order.transaction_fee_override_minor ?? null})
      on conflict (store_id, external_id) do update set
        kind = excluded.kind, status = excluded.status, placed_at = excluded.placed_at, business_day = excluded.business_day,
        country = excluded.country, gateway = excluded.gateway, shipping_income_minor = excluded.shipping_income_minor,
        tips_minor = excluded.tips_minor, taxes_minor = excluded.taxes_minor, shipping_cost_minor = excluded.shipping_cost_minor,
        transaction_fee_minor = excluded.transaction_fee_minor
      returning id
    ),
    gone as (
      delete from order_lines
      where order_id = (select id from saved) and line_no <> all(${rows.map((line) => line.line_no)}::int[])
    ),
    line as (
      insert into order_lines (
        order_id, line_no, account, product_id, sku, quantity, unit_price, amount_minor, discount_minor, restocked, unit_cost_override)
      select saved.id, line_no, account, product_id, 'sku-' || line_no, quantity,
             price_minor / 10::numeric ^ ${minorDigits(store.currency)}::int, quantity * price_minor, discount_minor, restocked, unit_cost_override
      from saved
      cross join json_to_recordset(${JSON.stringify(rows)}::text::json) as line (
        line_no int, account text, product_id bigint, quantity int, price_minor bigint, discount_minor bigint, restocked boolean,
        unit_cost_override numeric)
      on conflict (order_id, line_no) do update set
        account = excluded.account, product_id = excluded.product_id, quantity = excluded.quantity, unit_price = excluded.unit_price,
        amount_minor = excluded.amount_minor, discount_minor = excluded.discount_minor, restocked = excluded.restocked, unit_cost_override = excluded.unit_cost_override
    )
    select id from saved`
  return row!.id
}

export type NewRefund = {
  external_id: string
  day: string
  shipping_refund_minor: number
  taxes_minor: number
  lines: { line_no?: number; quantity?: number; amount_minor?: number; restocked?: boolean }[]
}

/**
 * A refund of an order, not yet booked; said again under the same `external_id`, it replaces what was said before. A line gives back
 * one piece of the first line for 10.00, restocked, unless it says otherwise. Resolves to the id of the refund.
 */
export async function aRefund(sql: Sql, order_id: number, refund: Partial<NewRefund> = {}): Promise<number> {
  const { lines = [{}], day = DAY } = refund
  const rows = lines.map((line) =>
    Object.assign({ line_no: 1, quantity: 1, amount_minor: 1_000, restocked: true }, line),
  )
  const [row] = await sql<{ id: number }[]>`
    with saved as (
      insert into refunds (order_id, external_id, refunded_at, business_day, shipping_refund_minor, taxes_minor)
      values (${order_id}, ${refund.external_id ?? next('refund')}, ${noon(day)}, ${day}, ${refund.shipping_refund_minor ?? 0},
              ${refund.taxes_minor ?? 0})
      on conflict (order_id, external_id) do update set
        refunded_at = excluded.refunded_at, business_day = excluded.business_day,
        shipping_refund_minor = excluded.shipping_refund_minor, taxes_minor = excluded.taxes_minor
      returning id
    ),
    gone as (
      delete from refund_lines
      using order_lines l
      where refund_id = (select id from saved) and l.id = order_line_id
        and l.line_no <> all(${rows.map((line) => line.line_no)}::int[])
    ),
    line as (
      insert into refund_lines (refund_id, order_line_id, quantity, amount_minor, restocked)
      select saved.id, l.id, given.quantity, given.amount_minor, given.restocked
      from saved
      cross join json_to_recordset(${JSON.stringify(rows)}::text::json) as given (
        line_no int, quantity int, amount_minor bigint, restocked boolean)
      join order_lines l on l.order_id = ${order_id} and l.line_no = given.line_no
      on conflict (refund_id, order_line_id) do update set
        quantity = excluded.quantity, amount_minor = excluded.amount_minor, restocked = excluded.restocked
    )
    select id from saved`
  return row!.id
}

export type NewAdSpend = {
  day: string
  platform: string
  account: string
  campaign: string
  product_id: number | null
  amount_minor: number
  claimed_minor: number
  currency: string
}

/** A row of ad spend, 25.00 on meta unless it says otherwise, not yet booked; the same key again replaces it. Resolves to its id. */
export async function someAdSpend(sql: Sql, store: Store, spend: Partial<NewAdSpend> = {}): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into ad_spend (store_id, day, platform, account, campaign, product_id, amount_minor, claimed_minor, currency)
    values (${store.id}, ${spend.day ?? DAY}, ${spend.platform ?? 'meta'}, ${spend.account ?? ''}, ${spend.campaign ?? ''}, ${spend.product_id ?? null},
            ${spend.amount_minor ?? 2_500}, ${spend.claimed_minor ?? 0}, ${spend.currency ?? store.currency})
    on conflict (store_id, day, platform, account, campaign, product_id) do update set
      amount_minor = excluded.amount_minor, claimed_minor = excluded.claimed_minor, currency = excluded.currency
    returning id`
  return row!.id
}

export type NewFixedCost = {
  name: string
  amount_minor: number
  currency: string
  interval: 'day' | 'week' | 'month' | 'quarter' | 'year'
  starts_on: string
  ends_on: string | null
}

/** A recurring cost of one store, or of all stores for null; 300.00 a month from 2026 on unless it says otherwise. Resolves to its id. */
export async function aFixedCost(sql: Sql, store: Store | null, cost: Partial<NewFixedCost> = {}): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into fixed_costs (name, store_id, amount_minor, currency, "interval", starts_on, ends_on)
    values (${cost.name ?? next('cost')}, ${store?.id ?? null}, ${cost.amount_minor ?? 30_000},
            ${cost.currency ?? store?.currency ?? 'EUR'}, ${cost.interval ?? 'month'}, ${cost.starts_on ?? '2026-01-01'},
            ${cost.ends_on ?? null})
    returning id`
  return row!.id
}

/** The rate of a currency on a day: units of it for one euro, as decimal text. A rate that is there already stays. */
export async function aRate(sql: Sql, currency: string, day: string, units_per_euro: string): Promise<void> {
  await sql`
    insert into fx_rates (currency, day, units_per_euro, source)
    values (${currency}, ${day}, ${units_per_euro}::numeric, 'ecb')
    on conflict (currency, day, source) do nothing`
}

/** First and last day; open where there is none. */
type Span = { from: string | null; to: string | null }
export type NewFeeRule = { gateway: string; percent: string; fixed_minor: number } & Span

/** What payments by a gateway cost; without a gateway it is the store's default. Resolves to the id of the rule. */
export async function aFeeRule(sql: Sql, store: Store, rule: Partial<NewFeeRule> = {}): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into fee_rules (store_id, gateway, valid, percent, fixed_minor)
    values (${store.id}, ${rule.gateway ?? ''}, daterange(${rule.from ?? null}::date, ${rule.to ?? null}::date, '[]'),
            ${rule.percent ?? '3'}::numeric, ${rule.fixed_minor ?? 0})
    returning id`
  return row!.id
}

export type NewShippingRule = {
  country: string
  min_units: number
  min_grams: number
  order_minor: number
  per_unit_minor: number
} & Span

/** What sending an order to a country costs; without a country it holds for all others. Resolves to the id of the rule. */
export async function aShippingRule(sql: Sql, store: Store, rule: Partial<NewShippingRule> = {}): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into shipping_rules (store_id, country, min_units, min_grams, valid, order_minor, per_unit_minor)
    values (${store.id}, ${rule.country ?? ''}, ${rule.min_units ?? 0}, ${rule.min_grams ?? 0}, daterange(${rule.from ?? null}::date, ${rule.to ?? null}::date, '[]'),
            ${rule.order_minor ?? 500}, ${rule.per_unit_minor ?? 0})
    returning id`
  return row!.id
}

/** Books everything that the store has, or books it again. Resolves to the number of entries appended. */
export async function bookAll(sql: Sql, store: Store, reason = 'booked again'): Promise<number> {
  const ids = (rows: { id: number }[]) => rows.map(({ id }) => id)
  const store_id = store.id
  const order_ids = ids(await sql<{ id: number }[]>`select id from orders where store_id = ${store_id} order by id`)
  const ad_spend_ids = ids(
    await sql<{ id: number }[]>`select id from ad_spend where store_id = ${store_id} order by id`,
  )
  return (
    (await bookOrders(sql, { store_id, order_ids, reason })) +
    (await bookAdSpend(sql, { store_id, ad_spend_ids, reason }))
  )
}
