// bun dev/db.ts stop | reset [--yes] | psql [statement] | url: the private development database of this checkout.
import { join } from 'node:path'
import postgres from 'postgres'
import { AppError } from '../src/errors.ts'
import { tryLock } from './lock.ts'
import { erasePostgres, findPostgres, startPostgres, stopPostgres, useFile } from './postgres.ts'

const USAGE = `bun dev/db.ts COMMAND, for the private development database of this checkout:
  stop              stops its server, also one that a killed \`bun dev\` left
  reset [--yes]     stops it and deletes its data
  psql [STATEMENT]  runs one statement, or opens a prompt
  url               prints its address while it runs`

const dir = join(import.meta.dir, '../.data/pg')

async function main([command, ...args]: string[]): Promise<number> {
  if (command === undefined || !(command in commands)) {
    console.error(USAGE)
    return 2
  }
  await refuseForeign(process.env.DATABASE_URL)
  return commands[command as keyof typeof commands](args)
}

const commands = {
  stop: async () => {
    console.log((await stopPostgres(dir)) ? 'Stopped.' : 'It was not running.')
    return 0
  },
  reset: async (args: string[]) => {
    if (!args.includes('--yes') && !agreed()) {
      console.error('Nothing was deleted. Type `bun dev/db.ts reset --yes` to delete it without being asked.')
      return 1
    }
    await erasePostgres(dir)
    console.log('Deleted. The next `bun dev` starts with an empty database.')
    return 0
  },
  psql: async ([statement]: string[]) => {
    const { url, stop } = await startPostgres({ dir, purpose: 'dev', log: (line) => console.error(line) })
    try {
      return Bun.which('psql') ? await psql(url, statement) : await plainPrompt(url, statement)
    } finally {
      await stop()
    }
  },
  url: async () => {
    const url = await findPostgres(dir)
    if (url) console.log(url)
    else console.error('It is not running: start it with `bun dev`.')
    return url ? 0 : 1
  },
}

/** These commands stop and delete, so they keep away from a database that someone configured. */
async function refuseForeign(configured: string | undefined) {
  if (!configured) return
  const local = await findPostgres(dir)
  if (local && URL.canParse(configured) && new URL(configured).host === new URL(local).host) return
  throw new AppError(
    'conflict',
    'DATABASE_URL points to another database than the private one of this checkout, and this command leaves it alone.\n' +
      'Unset DATABASE_URL (also in .env) to manage the private one.',
  )
}

function agreed(): boolean {
  if (!process.stdin.isTTY) return false
  const free = tryLock(useFile(dir), 'exclusive')
  free?.()
  return confirm(`${free ? '' : 'A running `bun dev` uses it and will fail. '}Delete all data in ${dir}?`)
}

/** The password travels in the environment: arguments are visible to every user of the machine. */
function psql(url: string, statement: string | undefined): Promise<number> {
  const { hostname, port, username, password, pathname } = new URL(url)
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) }
  const { exited } = Bun.spawn(['psql', ...(statement === undefined ? [] : ['-c', statement])], {
    env: { ...process.env, ...env },
    stdio: ['inherit', 'inherit', 'inherit'],
  })
  process.on('SIGINT', () => {}) // Ctrl-C ends a query in psql, not psql
  return exited
}

/** For machines without psql: one statement a line, to the end of the input. */
async function plainPrompt(url: string, statement: string | undefined): Promise<number> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    if (statement !== undefined) return (await show(sql, statement)) ? 0 : 1
    const prompt = () => process.stdin.isTTY && process.stderr.write('dealdome=# ')
    prompt()
    for await (const line of console) {
      if (line.trim() === '\\q') break
      if (line.trim()) await show(sql, line)
      prompt()
    }
    return 0
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Prints what a statement answers; false when the database refused it. */
async function show(sql: postgres.Sql, statement: string): Promise<boolean> {
  try {
    const rows = await sql.unsafe(statement)
    const names = rows.columns?.map(({ name }) => name) ?? []
    if (names.length > 0) console.table([...rows], names)
    else console.log(rows.command, rows.count ?? '')
    return true
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error
    console.error(`${error.severity}: ${error.message}`)
    return false
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof AppError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
