import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'

/** The days `from`..`to` as a range, both included; null is open. */
export const dayRange = (sql: Sql, { from, to }: { from: string | null; to: string | null }): Statement =>
  sql`daterange(${from}::date, ${to}::date, '[]')`
