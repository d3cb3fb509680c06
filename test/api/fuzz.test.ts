import { afterAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { createModel } from '../../src/agents/model.ts'
import type { Document } from '../../src/api/openapi.ts'
import { hashPassword } from '../../src/password.ts'
import { says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { contractOf } from '../support/contract.ts'
import { testDatabase } from '../support/database.ts'
import { anyRequest, asCurl, type FuzzRequest } from '../support/fuzz-requests.ts'

/** Requests in all; `FUZZ=50000 bun test test/api/fuzz.test.ts` for a long run, with FUZZ_SEED for others than those of every day. */
const REQUESTS = Number(process.env['FUZZ'] ?? 1_000)
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_413)
/** What must not be in an answer that refuses: our code, or the database's words. */
const LEAK = /\.ts:\d|node_modules|at \w+ \(|PostgresError|violates|duplicate key|relation "|syntax error at|column "|invalid input syntax|out of range for type/i // prettier-ignore

const database = await testDatabase()
const { sql } = database
const claude = await startAnthropic({ otherwise: () => says('Fine.') })
afterAll(() => claude.stop())
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url }) })
const { nl } = await april(sql)
const { operations } = contractOf((await api.get('/openapi.json')).body as unknown as Document)

const hash = await hashPassword('correct horse battery')
/** Whom a request is sent by. Requests end sessions and take rights away, so they are made anew when their token has ended. */
const comeIn: Record<string, () => Promise<string | undefined>> = {
  owner: async () => (await api.someone('owner', hash)).token,
  finance: async () => (await api.someone('finance', hash)).token,
  marketer: async () => (await api.someone('marketer', hash)).token,
  viewer: async () => (await api.someone('viewer', hash)).token,
  'an admin of one store': async () => {
    const { id, token } = await api.someone('admin', hash)
    await sql`update users set store_ids = ${[nl.id]} where id = ${id}`
    return token
  },
  'an API token': async () => (await api.anApiToken((await api.someone('owner', hash)).id)).token,
  nobody: () => Promise.resolve(undefined),
}
const tokens: Record<string, string | undefined> = {}
for (const [who, come] of Object.entries(comeIn)) tokens[who] = await come()

/** What is wrong with the answer to a request; empty when nothing is. `send` compares it with the description. */
async function fault({ who, method, path, headers, body }: FuzzRequest): Promise<string> {
  const token = tokens[who]
  const answer = await api.send(path, { method, token, headers, ...(body !== undefined && { body }) }).catch(String)
  const [reported] = api.reported.splice(0)
  if (reported) return `an unexpected error was reported: ${Bun.inspect(reported).slice(0, 2_000)}`
  if (typeof answer === 'string') return answer
  // No shop and no Meta is there to be asked.
  const isAway = answer.status === 503 && /does not answer/.test(answer.text) && answer.headers.has('retry-after')
  if (answer.status >= 500 && !isAway) return `${answer.status} ${answer.text.slice(0, 300)}`
  if (answer.status >= 400 && LEAK.test(answer.text)) return `it tells too much: ${answer.text.slice(0, 300)}`
  if (answer.status === 401 && token) tokens[who] = await comeIn[who]?.()
  return ''
}

/** Alike for requests that fail for the same reason. */
const kindOf = (route: string, wrong: string) =>
  `${route}: ${wrong
    .replace(/^.*? says: /, '')
    .replace(/\d+|'[^']*'|"[^"]*"/g, '#')
    .slice(0, 90)}`

test(`${REQUESTS} requests made from our own description: none fails, tells too much or is answered otherwise`, async () => {
  const found = new Map<string, string>()
  for (let round = 0; round < 20; round++) {
    const kinds = new Set(found.keys())
    let last = ''
    const property = fc.asyncProperty(anyRequest(operations, Object.keys(comeIn)), async (asked) => {
      const wrong = await fault(asked)
      if (!wrong || kinds.has(kindOf(asked.route, wrong))) return
      last = wrong
      throw new Error(wrong)
    })
    const { failed, counterexample, counterexamplePath } = await fc.check(property, { seed: SEED, numRuns: REQUESTS })
    if (!failed || !counterexample) break
    const [asked] = counterexample
    found.set(kindOf(asked.route, last), `${last}\n${asCurl(asked)}\n(seed ${SEED}, path ${counterexamplePath})`)
  }
  expect([...found.values()].join('\n\n')).toBe('')
}, 3_600_000)
