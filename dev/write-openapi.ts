import { connect } from '../sql/connect.ts'
import { createDesk } from '../src/agents/desk.ts'
import { createApp } from '../src/api/app.ts'

/** Writes the document of /openapi.json to the named file, for linters and generators of clients. Needs no database. */
const [file] = process.argv.slice(2)
if (!file) {
  process.stderr.write('Usage: bun dev/write-openapi.ts FILE\n')
  process.exit(2)
}
const sql = connect('postgres://nobody@127.0.0.1:1/none')
const now = () => new Date()
const report = (error: unknown) => process.stderr.write(`${String(error)}\n`)
const app = await createApp({
  sql,
  now,
  report,
  desk: createDesk({ sql, now, model: undefined, alfredModel: '', report }),
  jwtSecret: 'only-the-description-is-asked-for',
  secureCookie: false,
  requestsPerMinute: 600,
  latestMigration: '',
  dashboard: undefined,
})
const answer = await app.handle(new Request('http://localhost/openapi.json'))
await Bun.write(file, JSON.stringify(await answer.json(), null, 2))
await sql.end()
