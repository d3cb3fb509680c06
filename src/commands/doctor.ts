import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { connect } from '../../sql/connect.ts'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { examine } from '../doctor/examine.ts'
import type { Finding } from '../doctor/finding.ts'
import { asJson, inWords } from '../doctor/print.ts'
import { AppError, expectedError } from '../errors.ts'
import { latestMigration } from '../service.ts'

/** `bun run doctor [--fix] [--json]`: exit code 0 when nothing is wrong, 1 when something is, 2 for a wrong call. */
const options = { fix: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } as const
const { values, positionals } = parseArgs({ options, allowPositionals: true, strict: false })
if (positionals.length > 0 || Object.keys(values).some((name) => !(name in options))) {
  process.stderr.write('Usage: bun run doctor [--fix] [--json]\n')
  process.exit(2)
}
const config = configuration()
const fixed: string[] = []
const findings: Finding[] =
  config instanceof ConfigError
    ? config.problems.map((said) => ({ part: 'configuration', state: 'problem', said, advice: 'See .env.example.' }))
    : [{ part: 'configuration', state: 'ok', said: 'Every variable is right.' }, ...(await findingsOf(config))]
process.stdout.write(`${(values.json ? asJson : inWords)(findings, fixed)}\n`)
process.exit(findings.some(({ state }) => state === 'problem') ? 1 : 0)

function configuration(): Config | ConfigError {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

async function findingsOf(config: Config): Promise<Finding[]> {
  const sql = connect(config.DATABASE_URL, { max: 4, name: 'dealdome doctor' })
  const deps = { config, sql, now: () => new Date(), latestMigration: await latestMigration(), migrate }
  try {
    const found = await examine(deps)
    const fixes = values.fix ? found.flatMap(({ fix }) => fix ?? []) : []
    for (const fix of fixes) fixed.push(await fix().catch(whyNot))
    return fixes.length > 0 ? await examine(deps) : found
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function whyNot(error: unknown): string {
  const expected = expectedError(error)
  if (!expected) throw error
  return `not yet: ${expected.message}`
}

/** As the owner of the tables, see MIGRATION_DATABASE_URL. */
async function migrate(): Promise<string> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../../dev/migrate-database.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  if ((await child.exited) !== 0) throw new AppError('conflict', err.trim())
  return `${out.split('\n').length - 2} migrations were applied.`
}
