import { expect, test } from 'bun:test'
import type { Document, Example } from '../../src/api/openapi.ts'
import { contractOf } from '../support/contract.ts'
import { EXAMPLES, exampleOf, examplesInDocs, WRITE_DOCS } from '../support/examples.ts'
import { adCalls } from './openapi-ads.ts'
import { CHANGES } from './openapi-changes.ts'
import { costCalls } from './openapi-costs.ts'
import { api, HEADERS, invited, signIn, token } from './openapi-given.ts'
import { goalCalls } from './openapi-goals.ts'
import { personalDataCalls } from './openapi-personal-data.ts'
import { POSTS } from './openapi-posts.ts'
import { READS } from './openapi-reads.ts'
import { reconciliationCalls } from './openapi-reconciliation.ts'
import { signInCalls } from './openapi-sign-in.ts'

/** Text is sent as CSV. */
type Call = [path: string, json?: object | string]
const CALLS: Record<string, Call[]> = {
  ...Object.fromEntries(Object.entries(READS).map(([name, paths]) => [name, paths.map((path): Call => [path])])),
  ...POSTS,
  ...CHANGES,
  ...costCalls,
  ...adCalls,
  ...goalCalls,
  ...signInCalls(signIn),
  ...personalDataCalls((invited['user'] as { id: number }).id),
  ...reconciliationCalls,
}
/** They end the session that the others are asked with. */
const LAST = ['POST /auth/password', 'POST /auth/logout']
const inOrder = Object.entries(CALLS).toSorted(([a], [b]) => LAST.indexOf(a) - LAST.indexOf(b))

const document = (await api.get('/openapi.json')).body as unknown as Document
const { operations, validatorOf } = contractOf(document)
const examples = await examplesInDocs()
const recorded: Record<string, Example> = {}
const names = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
)

test('each route is asked', () => {
  const missing = names.filter((name) => !(name in CALLS))
  expect(missing.map((name) => `${name} has no call: add one to READS, POSTS or CHANGES beside this file`)).toEqual([])
  expect(Object.keys(CALLS).filter((name) => !names.includes(name))).toEqual([])
})

// `send` compares every answer with the description, here and in every other test.
for (const [name, calls] of inOrder)
  test(`${name} answers what is described, and nothing more`, async () => {
    const { method, operation } = operations.find((one) => one.name === name)!
    for (const [path, json] of calls) {
      const sent = { method, token, ...(typeof json === 'string' ? { body: json } : { json }) }
      const headers = { ...HEADERS, ...(typeof json === 'string' && { 'content-type': 'text/csv' }) }
      if (operation.parameters?.some((parameter) => parameter.name === 'If-Match')) {
        const stale = await api.send(path, { ...sent, headers: { 'if-match': '"another"' } })
        expect([path, stale.status, [404, 412, 422].includes(stale.status)]).toEqual([path, stale.status, true])
      }
      const answer = await api.send(path, { ...sent, headers })
      if (answer.status < 300)
        recorded[name] ??= exampleOf(name, path, typeof json === 'string' ? undefined : json, answer)
    }
    if (method === 'GET') await api.get(calls[0]![0], 'wrong')
  })

test('each route has an example in docs/examples.json: the first call above that succeeds', async () => {
  if (WRITE_DOCS) {
    const sorted = Object.fromEntries(names.map((name) => [name, recorded[name]]))
    await Bun.write(EXAMPLES, `${JSON.stringify(sorted, null, 2)}\n`)
    return
  }
  const asked = ({ parameters = {}, body, status }: Partial<Example> = {}) =>
    JSON.stringify([Object.keys(parameters), body && Object.keys(body), status])
  const wrong = names.flatMap((name) =>
    !recorded[name]
      ? [`${name}: no call above succeeds, so it has no example`]
      : asked(recorded[name]) === asked(examples[name])
        ? []
        : [`${name}: its example is missing or of another call. Run "bun run docs" and commit docs/examples.json`],
  )
  expect(wrong).toEqual([])
  expect(Object.keys(examples).filter((name) => !names.includes(name))).toEqual([])
})

test('every example fits the schemas beside it', () => {
  if (WRITE_DOCS) return // The document still has those of before.
  let seen = 0
  const check = (at: string, { schema, example }: { schema: object; example?: unknown }) => {
    if (example === undefined) return
    seen += 1
    const validate = validatorOf(schema)
    expect([at, validate(example), validate.errors ?? []]).toEqual([at, true, []])
  }
  for (const { name, operation } of operations) {
    for (const parameter of operation.parameters ?? []) check(`${name} ${parameter.name}`, parameter)
    for (const media of Object.values(operation.requestBody?.content ?? {})) check(`${name} body`, media)
    for (const [status, { content = {} }] of Object.entries(operation.responses))
      for (const media of Object.values(content)) check(`${name} ${status}`, media)
  }
  expect(seen).toBeGreaterThan(operations.length)
})
