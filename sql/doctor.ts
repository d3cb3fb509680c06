import * as v from 'valibot'
import { get, query } from './query.ts'
import { Count } from './units.ts'

/** What the server is, and who we are there. `version` as the server counts it: 170010 is 17.10. */
export const serverFacts = get(
  v.object({
    version: Count,
    at: v.date(),
    login: v.string(),
    is_superuser: v.boolean(),
    bypasses: v.boolean(),
    is_member: v.boolean(),
    owned_tables: Count,
    connections: Count,
    most_connections: Count,
  }),
  {},
  (sql) => sql`
    select current_setting('server_version_num')::int as version, clock_timestamp() as at, current_user::text as login,
           r.rolsuper is true as is_superuser, r.rolbypassrls is true as bypasses,
           coalesce((select pg_has_role(current_user, oid, 'usage') from pg_roles where rolname = 'dealdome_app'), false) as is_member,
           (select count(*)::int from pg_tables where schemaname = 'public' and tableowner = current_user) as owned_tables,
           (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
           current_setting('max_connections')::int as most_connections
    from pg_roles r
    where r.rolname = current_user`,
)

/** Extensions that the migrations ask for, with the installed version; null where one is missing. */
export const neededExtensions = query(
  v.object({ name: v.string(), version: v.nullable(v.string()) }),
  {},
  (sql) => sql`
    select needed.name || '' as name, e.extversion as version
    from unnest(array['btree_gist', 'pg_trgm', 'vector']) needed (name)
    left join pg_extension e on e.extname = needed.name
    order by needed.name`,
)

/** Tables with rows of stores or persons, and whether row-level security holds there for this login. */
export const limitedTables = query(
  v.object({ table: v.string(), holds: v.boolean() }),
  {},
  (sql) => sql`
    select c.relname::text as "table", row_security_active(c.oid) as holds
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and (c.relrowsecurity or exists (select from pg_policy p where p.polrelid = c.oid))
    order by c.relname`,
)

/** How many stores and entries the open transaction sees. */
export const seenRows = get(
  v.object({ stores: Count, entries: v.boolean() }),
  {},
  (sql) => sql`select (select count(*)::int from stores) as stores, exists (select from ledger_entries) as entries`,
)
