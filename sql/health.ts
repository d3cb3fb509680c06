import * as v from 'valibot'
import { get } from './query.ts'

/** The newest migration that was applied. */
export const schemaVersion = get(
  v.object({ version: v.nullable(v.string()) }),
  {},
  (sql) => sql`select max(version)::text as version from schema_migrations`,
)
