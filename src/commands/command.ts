import { connect, type Pool } from '../../sql/connect.ts'
import { expectedError } from '../errors.ts'

/**
 * Runs a command of the terminal with the database of DATABASE_URL. An expected failure is one sentence on stderr and exit code 1, a
 * wrong call `usage` and exit code 2.
 */
export async function command(
  usage: string,
  run: (sql: Pool, args: string[]) => Promise<string | undefined>,
): Promise<void> {
  const url = process.env.DATABASE_URL
  if (!url) {
    process.stderr.write('DATABASE_URL is not set. Use "bun run …", which brings the local database.\n')
    process.exit(2)
  }
  const sql = connect(url, { max: 4, sees: 'all' })
  try {
    const said = await run(sql, process.argv.slice(2))
    if (said === undefined) process.stderr.write(`Usage: ${usage}\n`)
    else process.stdout.write(`${said}\n`)
    process.exitCode = said === undefined ? 2 : 0
  } catch (error) {
    const expected = expectedError(error)
    if (!expected) throw error
    process.stderr.write(`${expected.message}\n`)
    process.exitCode = 1
  } finally {
    await sql.end({ timeout: 5 })
  }
}
