import * as v from 'valibot'
import { command, find, get, query } from './query.ts'
import { BusinessDay, Currency, Id } from './units.ts'

/** Units of a currency for one euro, as exact decimal text. A JSON number over REST. */
const UnitsPerEuro = v.pipe(v.string(), v.metadata({ json: 'number' }))
export const RateSource = v.picklist(['demo', 'ecb', 'manual'])
export type RateSource = v.InferOutput<typeof RateSource>

/** The rate that counts for a currency on a day. `replaces` is the ECB's own where a person set another one. */
export const FxRate = v.object({
  id: Id,
  currency: Currency,
  date: BusinessDay,
  units_per_euro: UnitsPerEuro,
  source: RateSource,
  replaces: v.nullable(UnitsPerEuro),
})
export type FxRate = v.InferOutput<typeof FxRate>

type Listing = {
  currency: string | null
  start: string
  end: string
  source: RateSource | null
  limit: number
  offset: number
  after: number | null
}
const LISTING: Listing = {
  currency: null,
  start: '2026-04-01',
  end: '2026-04-13',
  source: null,
  limit: 50,
  offset: 0,
  after: null,
}

/** The rates that count in `start`..`end`, both included, newest first; `after` is the id of the last one seen. */
export const listFxRates = query(
  FxRate,
  LISTING,
  (sql, { currency, start, end, source, limit, offset, after }: Listing) => sql`
    select r.id, r.currency, r.day as date, r.units_per_euro, r.source,
           (select e.units_per_euro from fx_rates e where e.currency = r.currency and e.day = r.day and e.source = 'ecb' and r.source = 'manual')
             as replaces
    from fx_rates r
    where r.day between ${start} and ${end}
      ${currency === null ? sql`` : sql`and r.currency = ${currency}`} ${source === null ? sql`` : sql`and r.source = ${source}`}
      and not exists (select 1 from fx_rates w where w.currency = r.currency and w.day = r.day and w.source > r.source)
      ${
        after === null
          ? sql``
          : sql`
        and r.day <= (select day from fx_rates where id = ${after}) and (r.day, r.id) < (select day, id from fx_rates where id = ${after})`
      }
    order by r.day desc, r.id desc
    limit ${limit} offset ${offset}`,
)

const KEY = { currency: 'USD', day: '2026-04-13' }

/** The rate that counts on exactly this day, if there is one. */
export const findFxRate = find(
  FxRate,
  KEY,
  (sql, { currency, day }: typeof KEY) => sql`
    select r.id, r.currency, r.day as date, r.units_per_euro, r.source,
           (select e.units_per_euro from fx_rates e where e.currency = r.currency and e.day = r.day and e.source = 'ecb' and r.source = 'manual')
             as replaces
    from fx_rates r
    where r.currency = ${currency} and r.day = ${day}
    order by r.source desc
    limit 1`,
)

/** Those of the codes that are currencies to us. */
export const knownCurrencies = query(
  v.object({ code: Currency }),
  { codes: ['GBP'] },
  (sql, { codes }: { codes: string[] }) =>
    sql`select code from currencies where code = any(${codes}::text[]) order by code`,
)

export type EcbRate = { currency: string; day: string; units_per_euro: string }
const NEW: { rates: EcbRate[] } = { rates: [{ currency: 'GBP', day: '2026-04-13', units_per_euro: '0.86' }] }

/**
 * Adds rates of the ECB; a day that has one keeps it, and so does one that the demo made up. Answers the currencies that got some, with
 * the first and last day of them.
 */
export const addFxRates = query(
  v.object({ currency: Currency, rates: v.number(), from: BusinessDay, to: BusinessDay }),
  NEW,
  (sql, { rates }: typeof NEW) => sql`
    with added as (
      insert into fx_rates (currency, day, units_per_euro, source)
      select currency, day, units_per_euro, 'ecb'
      from unnest(${rates.map((r) => r.currency)}::text[], ${rates.map((r) => r.day)}::date[], ${rates.map((r) => r.units_per_euro)}::numeric[])
        as given (currency, day, units_per_euro)
      where not exists (select 1 from fx_rates d where d.currency = given.currency and d.day = given.day and d.source = 'demo')
      on conflict (currency, day, source) do nothing
      returning currency, day
    )
    select currency, count(*)::int as rates, min(day) as "from", max(day) as "to"
    from added
    group by currency
    order by currency`,
)

const MANUAL = { ...KEY, units_per_euro: '1.0843' }

/** Sets the rate of a person for a day, in place of an earlier one; the ECB's stays behind it. 0 when it is that already. */
export const setManualRate = command(
  MANUAL,
  (sql, { currency, day, units_per_euro }: typeof MANUAL) => sql`
    insert into fx_rates as r (currency, day, units_per_euro, source)
    values (${currency}, ${day}, ${units_per_euro}::numeric, 'manual')
    on conflict (currency, day, source) do update set units_per_euro = excluded.units_per_euro
    where r.units_per_euro <> excluded.units_per_euro`,
)

/** Takes the rate of a person back; 0 when there is none. */
export const removeManualRate = command(
  KEY,
  (sql, { currency, day }: typeof KEY) =>
    sql`delete from fx_rates where currency = ${currency} and day = ${day} and source = 'manual'`,
)

/**
 * How far the ECB's rates reach. `gaps` counts the days in a row without rates that are longer than any holiday, `gap_from` and `gap_to`
 * are the rates around the latest of them.
 */
export const ecbRatesReach = get(
  v.object({
    first_day: v.nullable(BusinessDay),
    last_day: v.nullable(BusinessDay),
    gaps: v.number(),
    gap_from: v.nullable(BusinessDay),
    gap_to: v.nullable(BusinessDay),
  }),
  {},
  (sql) => sql`
    -- The dollar has a rate on every day that has any.
    with published as (select day from fx_rates where currency = 'USD' and source = 'ecb'),
    step as (select day, lead(day) over (order by day) as next_day from published)
    select min(day) as first_day, max(day) as last_day,
           count(*) filter (where next_day - day > 5) as gaps,
           max(day) filter (where next_day - day > 5) as gap_from,
           max(next_day) filter (where next_day - day > 5) as gap_to
    from step`,
)

/** Currencies with the days whose rates became others: what they convert lies on these days, or up to ten days after them. */
export type RateSpan = { currency: string; from: string; to: string }
const SPANS: { rates: RateSpan[] } = { rates: [{ currency: 'USD', from: '2026-04-10', to: '2026-04-13' }] }

/** Rows of ad spend that rates of these days turn into the store's currency, by store. */
export const adSpendAtRates = query(
  v.object({ store_id: Id, ids: v.array(Id) }),
  SPANS,
  (sql, { rates }: typeof SPANS) => sql`
    select a.store_id, array_agg(a.id order by a.id) as ids
    from ad_spend a
    join stores s on s.id = a.store_id
    where a.currency <> s.currency and exists (
      select 1
      from json_to_recordset(${JSON.stringify(rates)}::text::json) as r (currency text, "from" date, "to" date)
      where r.currency in (a.currency, s.currency) and a.day between r."from" and r."to" + 10)
    group by a.store_id
    order by a.store_id`,
)

/** Orders whose unit costs rates of these days turn into the order's currency, by store. */
export const ordersAtRates = query(
  v.object({ store_id: Id, ids: v.array(Id) }),
  SPANS,
  (sql, { rates }: typeof SPANS) => sql`
    with span as (
      select currency, "from", "to" + 10 as "to"
      from json_to_recordset(${JSON.stringify(rates)}::text::json) as r (currency text, "from" date, "to" date)
    )
    select o.store_id, array_agg(distinct o.id order by o.id) as ids
    from (
      select product_id, valid, currency from product_costs
      union all
      select product_id, valid, currency from product_cost_tiers) pc
    join order_lines l on l.product_id = pc.product_id and l.account in ('gross_sales', 'returns')
    join orders o on o.id = l.order_id and pc.valid @> coalesce(l.sold_on, o.business_day) and pc.currency <> o.currency and o.status = 'placed'
    where exists (select 1 from span where span.currency in (pc.currency, o.currency) and coalesce(l.sold_on, o.business_day) between span."from" and span."to")
      and coalesce(l.sold_on, o.business_day) between (select min("from") from span) and (select max("to") from span)
    group by o.store_id
    order by o.store_id`,
)
