import * as v from 'valibot'
import { command, query } from './query.ts'
import { BusinessDay, Currency, Id } from './units.ts'

/** What a shop says of a SKU that it sells: amounts in major units, `grams` the weight of a piece; null where it says nothing. */
export type SaidVariant = {
  source_id: string
  sku: string
  title: string
  price: string
  grams: number | null
  unit_cost: string | null
  cost_currency: string | null
}

type Said = { store_id: number; variants: SaidVariant[] }
const VARIANT = {
  source_id: '1',
  sku: 'MUG-1',
  title: 'Mug',
  price: '9.95',
  grams: 300,
  unit_cost: '3.95',
  cost_currency: 'EUR',
}
const SAID: Said = { store_id: 1, variants: [VARIANT] }

/** A product and a variant for every SKU that the store does not know yet; each SKU has costs of its own, so each makes a product. */
export const createVariantsOfShop = query(
  v.object({ id: Id }),
  SAID,
  (sql, { store_id, variants }: Said) => sql`
    with fresh as (
      select sku, min(title) as title, nextval(pg_get_serial_sequence('products', 'id')) as product_id
      from json_to_recordset(${JSON.stringify(variants)}::text::json) as said (sku text, title text)
      where not exists (select 1 from variants known where known.store_id = ${store_id} and known.sku = said.sku)
      group by sku
    ),
    product as (
      insert into products (id, name) overriding system value select product_id, title from fresh
    )
    insert into variants (product_id, store_id, sku, title) select product_id, ${store_id}, sku, title from fresh
    returning id`,
)

type Dated = Said & { today: string }

/**
 * Costs of the shop that are news: another one than when we looked last. One that is seen for the first time counts where the product has
 * no cost today: what a person has set stays. `until` is the day before the next cost that is planned.
 */
export const newCostsOfShop = query(
  v.object({ product_id: Id, unit_cost: v.string(), currency: Currency, until: v.nullable(BusinessDay) }),
  { ...SAID, today: '2026-01-01' },
  (sql, { store_id, variants, today }: Dated) => sql`
    select distinct on (k.product_id) k.product_id, trim_scale(said.unit_cost) as unit_cost, c.code || '' as currency,
           (select lower(p.valid) - 1 from product_costs p
            where p.product_id = k.product_id and lower(p.valid) > ${today}::date order by p.valid limit 1) as until
    from json_to_recordset(${JSON.stringify(variants)}::text::json) as said (sku text, unit_cost numeric, cost_currency text)
    join currencies c on c.code = said.cost_currency
    join variants k on k.store_id = ${store_id} and k.sku = said.sku
    left join product_costs now on now.product_id = k.product_id and now.valid @> ${today}::date
    where said.unit_cost is not null and said.unit_cost >= 0
      and (now.id is null or (k.source_cost is not null and (k.source_cost, k.source_cost_currency) is distinct from (said.unit_cost, c.code)))
      and (now.id is null or (now.unit_cost, now.currency) is distinct from (said.unit_cost, c.code))
    order by k.product_id, k.id`,
)

/** Notes price, weight and cost as the shop says them now. */
export const noteVariantsOfShop = command(
  SAID,
  (sql, { store_id, variants }: Said) => sql`
    update variants k
    set source_id = said.source_id, list_price = said.price, grams = coalesce(said.grams, k.grams),
        source_cost = said.unit_cost, source_cost_currency = c.code
    from json_to_recordset(${JSON.stringify(variants)}::text::json) as said (
      source_id text, sku text, price numeric, grams int, unit_cost numeric, cost_currency text)
    left join currencies c on c.code = said.cost_currency
    where k.store_id = ${store_id} and k.sku = said.sku
      and (k.source_id, k.list_price, k.grams, k.source_cost, k.source_cost_currency)
            is distinct from (said.source_id, said.price, coalesce(said.grams, k.grams), said.unit_cost, c.code)`,
)
