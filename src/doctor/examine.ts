import type { Pool } from '../../sql/connect.ts'
import type { Config } from '../config.ts'
import { dataLooks } from './data.ts'
import { databaseLooks, rightsLook } from './database.ts'
import { type Finding, findingsOf } from './finding.ts'
import { serviceLooks } from './services.ts'

type Deps = { config: Config; sql: Pool; now: () => Date; latestMigration: string; migrate: () => Promise<string> }

/** Looks at everything and changes nothing. What needs the database is left out when that does not answer, or lacks migrations. */
export async function examine(deps: Deps): Promise<Finding[]> {
  const found: Finding[] = []
  for (const look of databaseLooks(deps)) {
    found.push(...(await findingsOf(look)))
    if (found.some(({ state }) => state === 'problem')) return found
  }
  const rest = await Promise.all([rightsLook(deps), ...dataLooks(deps), ...serviceLooks(deps)].map(findingsOf))
  return [...found, ...rest.flat()]
}
