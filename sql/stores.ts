import * as v from 'valibot'
import { find, get, query } from './query.ts'
import { Currency, Id } from './units.ts'

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
