import { type ApiDeps, createApp } from '../src/api/app.ts'

/** Writes the document of /openapi.json to the named file, for linters and generators of clients. */
const [file] = process.argv.slice(2)
if (!file) {
  process.stderr.write('Usage: bun dev/write-openapi.ts FILE\n')
  process.exit(2)
}
// Routes are built and described, none is asked: what they would ask of is not there.
const app = await createApp({
  jwtSecret: 'nothing is signed with it',
  now: () => new Date(),
  report: (error: unknown) => process.stderr.write(`${Bun.inspect(error)}\n`),
  requestsPerMinute: 600,
  keptAnswerBytes: 8 * 1024 * 1024,
  requestTimeout: 25,
  corsOrigins: [],
} as unknown as ApiDeps)
const answer = await app.handle(new Request('http://localhost/openapi.json'))
if (!answer.ok) throw new Error(`/openapi.json answers ${answer.status}: ${await answer.text()}`)
await Bun.write(file, JSON.stringify(await answer.json(), null, 2))
