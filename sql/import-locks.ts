import * as v from 'valibot'
import { command, get } from './query.ts'

const STORE = { slug: 'nl' }
type Slug = typeof STORE

/** Whether no other import into this store runs; if so, this one holds its place until the end of the transaction. */
export const tryStartImport = get(
  v.object({ started: v.boolean() }),
  STORE,
  (sql, { slug }: Slug) =>
    sql`select pg_try_advisory_xact_lock(hashtextextended('import into ' || ${slug}, 0)) as started`,
)

/** Waits until no other import into this store runs. */
export const waitToImport = command(
  STORE,
  (sql, { slug }: Slug) => sql`select pg_advisory_xact_lock(hashtextextended('import into ' || ${slug}, 0))`,
)

/** Lets the server notice within seconds that the process behind this transaction is gone, also amid a long statement, and roll it back. */
export const noticeLostClient = command(
  {},
  (sql) => sql`
    select set_config('client_connection_check_interval', '2s', true)
    where version() ~* '(linux|darwin|bsd)' -- elsewhere a server refuses it`,
)
