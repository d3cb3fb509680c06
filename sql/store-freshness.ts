import * as v from 'valibot'
import { query } from './query.ts'
import { BusinessDay } from './units.ts'

/** How fresh the facts of a store are: the last day with an order, each platform's last day of ad spend, and the last import. */
export const StoreFreshness = v.object({
  store: v.string(),
  name: v.string(),
  last_order: v.nullable(BusinessDay),
  platforms: v.array(v.object({ platform: v.string(), last_day: BusinessDay })),
  last_import: v.nullable(v.object({ kind: v.string(), file_name: v.string(), applied_at: v.string() })),
})
export type StoreFreshness = v.InferOutput<typeof StoreFreshness>

/** One row per store, by name. */
export const storeFreshness = query(
  StoreFreshness,
  { store_ids: [1] },
  (sql, { store_ids }: { store_ids: number[] }) => sql`
    select s.slug as store, s.name,
           (select o.business_day from orders o where o.store_id = s.id order by o.business_day desc limit 1) as last_order,
           (select coalesce(json_agg(json_build_object('platform', platform, 'last_day', last_day) order by platform), '[]')
            from (select platform, max(day) as last_day from ad_spend a where a.store_id = s.id group by platform) spent) as platforms,
           (select json_build_object('kind', i.kind, 'file_name', i.file_name, 'applied_at', iso(i.applied_at))
            from imports i
            where i.store_id = s.id and i.status = 'applied'
            order by i.applied_at desc limit 1) as last_import
    from stores s
    where s.id = any(${store_ids}::bigint[])
    order by s.name, s.id`,
)
