import type { Sql } from '../../sql/connect.ts'
import type { Who } from '../access.ts'

/** What every tool gets: the asker's rights decide what `db` sees, never the model's arguments. */
export type AgentDeps = { db: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>; now: () => Date; who: Who }
