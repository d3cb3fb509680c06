import type { Readable } from 'node:stream'
import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { query, type Statement } from './query.ts'
import { Count } from './units.ts'

/** A table with the columns that hold data of its own, and about how many rows it has. */
export const KeptTable = v.object({ table: v.string(), columns: v.array(v.string()), about_rows: Count })
export type KeptTable = v.InferOutput<typeof KeptTable>

/** Whether a table `c` of the schema `n` follows from other tables and is worked out anew. */
export const isDerived = (sql: Sql): Statement => sql`
    n.nspname = 'public' and c.relname in ('settled_days', 'unsettled_days', 'product_spans', 'unsettled_product_days')`

/**
 * Whether a table `c` of the schema `n` is ours or the job worker's, and holds more than which migrations were applied, what changed last, and
 * what follows from other tables.
 */
export const isKept = (sql: Sql): Statement => sql`
    n.nspname in ('public', 'graphile_worker') and c.relkind = 'r' and not (${isDerived(sql)})
      and (n.nspname, c.relname) not in (('public', 'schema_migrations'), ('public', 'data_changes'), ('graphile_worker', 'migrations'))`

/** All tables that are kept, with their columns but those that are computed. */
export const keptTables = query(
  KeptTable,
  {},
  (sql) => sql`
    select n.nspname || '.' || c.relname as "table",
           array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '') as columns,
           greatest(c.reltuples, 0)::int as about_rows
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where ${isKept(sql)}
    group by n.nspname, c.relname, c.reltuples
    order by 1`,
)

/** The rows of a table as CSV, in pieces. */
export const copyOut = (sql: Sql, { table, columns }: Pick<KeptTable, 'table' | 'columns'>): Promise<Readable> =>
  sql`copy ${sql(table)} (${sql(columns)}) to stdout (format csv)`.readable()

/** Tables of which nothing leaves with a workspace: with their rows somebody could sign in or act, or they mean nothing elsewhere. */
const CREDENTIALS = new Set([
  'api_tokens', 'idempotency_keys', 'login_failures', 'password_links', 'rate_windows', 'recovery_codes', 'second_factors', 'secrets', 'sessions', 'telegram_pairings', 'telegram_updates',
]) // prettier-ignore

/** Whether rows of a table may be handed to a person. */
export const mayLeave = ({ table }: Pick<KeptTable, 'table'>): boolean =>
  table.startsWith('public.') && !CREDENTIALS.has(table.slice('public.'.length))

/** The same as `copyOut`, with no password: nobody signs in by a copy until they are given a new one. */
export const copyOutUsers = (sql: Sql, columns: readonly string[]): Promise<Readable> => {
  const values = columns.map((column) => (column === 'password_hash' ? sql`'!' as password_hash` : sql`${sql(column)}`))
  const list = values.slice(1).reduce((all, one) => sql`${all}, ${one}`, values[0]!)
  return sql`copy (select ${list} from users) to stdout (format csv)`.readable()
}
