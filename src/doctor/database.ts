import { type Pool, seeing } from '../../sql/connect.ts'
import { limitedTables, neededExtensions, seenRows, serverFacts } from '../../sql/doctor.ts'
import { schemaVersion } from '../../sql/health.ts'
import type { Finding, Look } from './finding.ts'

type Found = Omit<Finding, 'part'>
/** The oldest server that we run on, as it counts its versions. */
const OLDEST = 160_000
/** Seconds that two clocks may differ. */
const SKEW = 5
/** Connections that should be free: those of one more process, and some for people. */
const ROOM = 40
/** What Postgres says of a table that does not exist. */
const NO_TABLE = '42P01'

const ok = (said: string): Found => ({ state: 'ok', said })

type Deps = {
  sql: Pool
  now: () => Date
  latestMigration: string
  /** Applies what is new; resolves to what was done. */
  migrate: () => Promise<string>
}

/** The database: its version, clock and connections, its extensions, and which migrations it has. */
export const databaseLooks = (deps: Deps): Look[] => [
  { part: 'database', look: () => server(deps) },
  { part: 'database', look: () => extensions(deps) },
  { part: 'database', look: () => migrations(deps) },
]

/** What our login may do there, and whether the limits of stores hold for it. Needs every migration. */
export const rightsLook = ({ sql }: Deps): Look => ({ part: 'rights', look: () => rights(sql) })

async function server({ sql, now }: Deps): Promise<Found[]> {
  const before = now()
  const facts = await serverFacts(sql, {})
  const skew = (facts.at.getTime() - (before.getTime() + now().getTime()) / 2) / 1_000
  const free = facts.most_connections - facts.connections
  return [
    facts.version >= OLDEST
      ? ok(`PostgreSQL ${Math.floor(facts.version / 10_000)}.${facts.version % 10_000} answers.`)
      : { state: 'problem', said: `PostgreSQL ${Math.floor(facts.version / 10_000)} is too old.`, advice: 'Move to 16 or newer.' }, // prettier-ignore
    Math.abs(skew) <= SKEW
      ? ok('Its clock and ours agree.')
      : { state: 'problem', said: `Its clock is ${Math.abs(Math.round(skew))} seconds ${skew > 0 ? 'ahead of' : 'behind'} ours.`, advice: 'Let both keep time by NTP: jobs, sessions and "today" go by it.' }, // prettier-ignore
    free > ROOM
      ? ok(`${facts.connections} of ${facts.most_connections} connections are in use.`)
      : { state: 'warning', said: `Only ${free} of ${facts.most_connections} connections are free.`, advice: 'A process takes up to 38: raise max_connections, or run fewer.' }, // prettier-ignore
  ]
}

async function extensions({ sql, migrate }: Deps): Promise<Found> {
  const all = await neededExtensions(sql, {})
  const missing = all.filter(({ version }) => version === null)
  const names = (missing.length > 0 ? missing : all).map(({ name }) => name).join(', ')
  if (missing.length === 0) return ok(`Its extensions are there: ${names}.`)
  return { state: 'problem', said: `Extensions are missing: ${names}.`, advice: 'Install pgvector on the server, then: bun run migrate', fix: migrate } // prettier-ignore
}

async function migrations({ sql, latestMigration, migrate }: Deps): Promise<Found> {
  const version = await appliedVersion(sql)
  if (version === latestMigration) return ok(`Every migration is applied, the last is ${version}.`)
  if (version !== null && version > latestMigration)
    return { state: 'warning', said: `The database is at migration ${version}, ahead of this build (${latestMigration}).`, advice: 'Update this process.' } // prettier-ignore
  return {
    state: 'problem',
    said: `Migrations are missing: the database is at ${version ?? 'none'}, this build at ${latestMigration}.`,
    advice: 'bun run migrate',
    fix: migrate,
  }
}

/** Null for a database that was never migrated. */
async function appliedVersion(sql: Pool): Promise<string | null> {
  try {
    return (await schemaVersion(sql, {})).version
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NO_TABLE) return null
    throw error
  }
}

async function rights(sql: Pool): Promise<Found[]> {
  const { login, is_superuser, bypasses, is_member, owned_tables } = await serverFacts(sql, {})
  const all = await limitedTables(sql, {})
  const open = all.filter(({ holds }) => !holds).map(({ table }) => table)
  const [none, every] = [
    await seeing(sql, [], (tx) => seenRows(tx, {})),
    await seeing(sql, 'all', (tx) => seenRows(tx, {})),
  ]
  const advice = 'Create a login of its own and grant it dealdome_app: see README, "Configuration".'
  const tooMuch = [
    is_superuser && 'is a superuser',
    bypasses && 'bypasses row-level security',
    owned_tables > 0 && `owns ${owned_tables} tables`,
  ].filter((reason) => typeof reason === 'string')
  return [
    tooMuch.length === 0
      ? ok(`The login ${login} owns nothing and bypasses nothing.`)
      : { state: 'problem', said: `The login ${login} ${tooMuch.join(', ')}.`, advice },
    is_member || is_superuser
      ? ok(`The login ${login} is a member of dealdome_app.`)
      : { state: 'problem', said: `The login ${login} is no member of dealdome_app.`, advice },
    open.length === 0
      ? ok(`Row-level security holds on all ${all.length} tables with rows of stores or persons.`)
      : { state: 'problem', said: `Row-level security does not hold on ${open.length} of ${all.length} tables: ${open.slice(0, 5).join(', ')}${open.length > 5 ? ' …' : ''}.`, advice }, // prettier-ignore
    none.stores === 0 && !none.entries
      ? ok(`Who may see no store sees none of ${every.stores}.`)
      : { state: 'problem', said: `Who may see no store sees ${none.stores} of ${every.stores}.`, advice },
  ]
}
