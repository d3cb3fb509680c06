import * as v from 'valibot'
import { command, get, query } from './query.ts'
import { BusinessDay, Count } from './units.ts'

type Staged = { sync_id: number; from_line: number; parent_ids: (string | null)[]; objects: string[] }

/** Stages lines of a bulk file, numbered from `from_line` on, in the transaction that notes how far the file was read. */
export const stageBulkObjects = command(
  { sync_id: 1, from_line: 1, parent_ids: [null], objects: ['{}'] },
  (sql, { sync_id, from_line, parent_ids, objects }: Staged) => sql`
    insert into bulk_objects (sync_id, line, parent_id, object)
    select ${sync_id}, ${from_line} + nth::int - 1, parent_id, object
    from unnest(${parent_ids}::text[], ${objects}::text[]) with ordinality as line (parent_id, object, nth)`,
)

const OBJECT = v.object({ line: Count, parent_id: v.nullable(v.string()), object: v.string() })

type Roots = { sync_id: number; after: number; limit: number }

/** The next objects without a parent, in the order of the file. */
export const listBulkRoots = query(
  OBJECT,
  { sync_id: 1, after: 0, limit: 100 },
  (sql, { sync_id, after, limit }: Roots) => sql`
    select line, parent_id, object
    from bulk_objects
    where sync_id = ${sync_id} and parent_id is null and line > ${after}
    order by line
    limit ${limit}`,
)

type Children = { sync_id: number; parents: string[] }

/** The objects below these. */
export const listBulkChildren = query(
  OBJECT,
  { sync_id: 1, parents: ['gid'] },
  (sql, { sync_id, parents }: Children) => sql`
    select line, parent_id, object
    from bulk_objects
    where sync_id = ${sync_id} and parent_id = any(${parents}::text[])
    order by line`,
)

export const countBulkObjects = get(
  v.object({ lines: Count }),
  { sync_id: 1 },
  (sql, { sync_id }: { sync_id: number }) => sql`select count(*) as lines from bulk_objects where sync_id = ${sync_id}`,
)

export const clearBulkObjects = command(
  { sync_id: 1 },
  (sql, { sync_id }: { sync_id: number }) => sql`delete from bulk_objects where sync_id = ${sync_id}`,
)

type Since = { sync_id: number; store_id: number; since: string }

/** Orders of a store, placed after this day, that are in the books and not in the file. */
export const listOrdersNotInFile = query(
  v.object({ number: v.string(), day: BusinessDay }),
  { sync_id: 1, store_id: 1, since: '2026-01-01' },
  (sql, { sync_id, store_id, since }: Since) => sql`
    select o.source_id || '' as number, o.business_day as day
    from orders o
    where o.store_id = ${store_id} and o.source_id is not null and o.status <> 'voided' and o.placed_at >= ${since}::date + interval '1 day'
      and not exists (
        select 1 from bulk_objects b
        where b.sync_id = ${sync_id} and b.parent_id is null
          and b.object::json ->> 'id' = 'gid://shopify/Order/' || o.source_id)
    order by o.id`,
)
