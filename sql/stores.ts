import * as v from 'valibot'
import { command, find, get, query } from './query.ts'
import { Currency, Id, Ratio } from './units.ts'

export const Store = v.object({ id: Id, slug: v.string(), name: v.string(), currency: Currency, time_zone: v.string() })
export type Store = v.InferOutput<typeof Store>

/** All stores by name. */
export const listStores = query(
  Store,
  {},
  (sql) => sql`select id, slug, name, currency, time_zone from stores order by name, id`,
)

export const findStore = find(
  Store,
  { slug: 'nl' },
  (sql, { slug }: { slug: string }) => sql`select id, slug, name, currency, time_zone from stores where slug = ${slug}`,
)

const NewStore = {
  slug: 'nl',
  name: 'Netherlands',
  currency: 'EUR',
  time_zone: 'Europe/Amsterdam',
  default_cost_percent: null as string | null,
}

/** Creates a store, or answers the one with this slug as it is. */
export const createStore = get(
  Store,
  NewStore,
  (sql, { slug, name, currency, time_zone, default_cost_percent }: typeof NewStore) => sql`
    with created as (
      insert into stores (slug, name, currency, time_zone, default_cost_percent)
      values (${slug}, ${name}, ${currency}, ${time_zone}, ${default_cost_percent}::numeric)
      on conflict (slug) do nothing
      returning id, slug, name, currency, time_zone
    )
    select id, slug, name, currency, time_zone from created
    union all
    select id, slug, name, currency, time_zone from stores where slug = ${slug}
    limit 1`,
)

/** What of a store an import must agree with. */
export const getStoreTerms = get(
  v.object({ currency: Currency, time_zone: v.string(), default_cost_percent: v.nullable(v.string()) }),
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) =>
    sql`select currency, time_zone, trim_scale(default_cost_percent) as default_cost_percent from stores where id = ${store_id}`,
)

export const Workspace = v.object({ name: v.string(), reporting_currency: Currency, time_zone: v.string() })
export type Workspace = v.InferOutput<typeof Workspace>

export const getWorkspace = get(Workspace, {}, (sql) => sql`select name, reporting_currency, time_zone from workspace`)

/** A store with what can be set of it. `default_cost_percent`: unit cost as percent of the list price where no cost is known. */
export const StoreSettings = v.object({
  ...Store.entries,
  default_cost_percent: Ratio,
  /** Of the Shopify shop behind it, null when there is none. */
  shopify_domain: v.nullable(v.string()),
  created_at: v.string(),
})

/** All stores by name with their settings, or the one with the slug. */
export const listStoreSettings = query(
  StoreSettings,
  { slug: null as string | null },
  (sql, { slug }: { slug: string | null }) => sql`
    select id, slug, name, currency, time_zone, trim_scale(default_cost_percent) as default_cost_percent,
           (select h.domain from shopify_shops h where h.store_id = stores.id) as shopify_domain, iso(created_at) as created_at
    from stores
    where ${slug}::text is null or slug = ${slug}
    order by name, id`,
)

/** Adds a store; undefined when the slug is taken. */
export const addStore = find(
  v.object({ id: Id }),
  NewStore,
  (sql, { slug, name, currency, time_zone, default_cost_percent }: typeof NewStore) => sql`
    insert into stores (slug, name, currency, time_zone, default_cost_percent)
    values (${slug}, ${name}, ${currency}, ${time_zone}, ${default_cost_percent}::numeric)
    on conflict (slug) do nothing
    returning id`,
)

const STORE_CHANGE = {
  store_id: 1,
  name: 'Netherlands',
  time_zone: 'Europe/Amsterdam',
  default_cost_percent: null as string | null,
}

export const updateStore = command(
  STORE_CHANGE,
  (sql, { store_id, name, time_zone, default_cost_percent }: typeof STORE_CHANGE) => sql`
    update stores
    set name = ${name}, time_zone = ${time_zone}, default_cost_percent = ${default_cost_percent}::numeric
    where id = ${store_id}`,
)

/** Whether the database knows the currency, and the time zone by exactly this name. */
export const getKnownTerms = get(
  v.object({ currency_known: v.boolean(), time_zone_known: v.boolean() }),
  { currency: 'EUR', time_zone: 'Europe/Amsterdam' },
  (sql, { currency, time_zone }: { currency: string; time_zone: string }) => sql`
    select exists (select 1 from currencies where code = ${currency}) as currency_known,
           exists (select 1 from pg_timezone_names where name = ${time_zone}) as time_zone_known`,
)

/** Whether days of the store were cut in its time zone already. */
export const isStoreInUse = get(
  v.object({ in_use: v.boolean() }),
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`
    select exists (select 1 from orders where store_id = ${store_id})
           or exists (select 1 from ledger_entries where store_id = ${store_id}) as in_use`,
)

/** Orders of the store with goods whose cost is not known on their day: the default percent decides what they cost. */
export const ordersWithoutCost = query(
  v.object({ id: Id }),
  { store_id: 1 },
  (sql, { store_id }: { store_id: number }) => sql`
    select o.id
    from orders o
    where o.store_id = ${store_id}
      and exists (
        select 1
        from order_lines l
        where l.order_id = o.id and l.account in ('gross_sales', 'returns')
          and not exists (select 1 from product_costs pc where pc.product_id = l.product_id and pc.valid @> coalesce(l.sold_on, o.business_day)))
    order by o.id`,
)

export const getStoreOfId = get(
  Store,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`select id, slug, name, currency, time_zone from stores where id = ${id}`,
)

/** The first moment of a range of business days of a store, and the first one after it, in UTC. */
export const timesOfDays = get(
  v.object({ from: v.string(), until: v.string() }),
  { store_id: 1, from: '2026-01-01', to: '2026-01-31' },
  (sql, { store_id, from, to }: { store_id: number; from: string; to: string }) => sql`
    select iso(${from}::date::timestamp at time zone time_zone) as "from",
           iso((${to}::date + 1)::timestamp at time zone time_zone) as until
    from stores
    where id = ${store_id}`,
)
