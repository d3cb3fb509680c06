import Ajv2020 from 'ajv/dist/2020'
import { afterAll, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { hashPassword } from '../../src/password.ts'
import { pairingCode } from '../../src/pairing.ts'
import { says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { type Answer, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

type Schema = { [keyword: string]: unknown; properties?: Record<string, Schema> }
type Content = { content?: Record<string, { schema: Schema }> }
type Operation = {
  summary?: string
  tags?: string[]
  operationId: string
  security?: unknown[]
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: Content
  responses: Record<string, Content>
}

const PASSWORD = 'correct horse battery'
const RANGE = 'start=2026-04-01&end=2026-04-13'

const database = await testDatabase()
const { sql } = database
const claude = await startAnthropic({ otherwise: () => says('Fine.') })
afterAll(() => claude.stop())
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url }) })
await april(sql)
const owner = await api.someone('owner', await hashPassword(PASSWORD))
const { token } = owner

const document = (await api.get('/openapi.json')).body as unknown as {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
)
const operationOf = (name: string) => operations.find((one) => one.name === name)?.operation

/** Every schema in the document, with where it stands. */
function* schemasIn(value: unknown, at = ''): Generator<[string, Schema]> {
  if (value === null || typeof value !== 'object') return
  for (const [key, inner] of Object.entries(value)) {
    const isSchema = key === 'schema' || key === 'items' || at.endsWith('/properties')
    if (isSchema) yield [`${at}/${key}`, inner as Schema]
    yield* schemasIn(inner, `${at}/${key}`)
  }
}

/** Refuses what the schema does not name: an answer must hold nothing that is not described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (schema === null || typeof schema !== 'object') return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return 'properties' in schema ? { additionalProperties: false, ...inner } : inner
}

const ajv = new Ajv2020({ strict: false, allErrors: true })
/** What is wrong with the answer by its description: empty when all is well. */
function mismatch(name: string, { status, headers, text, body }: Answer): string {
  const responses = operationOf(name)?.responses ?? {}
  const described = responses[status] ?? (status >= 400 ? responses['default'] : undefined)
  if (!described) return `${status} is not described`
  const type = headers.get('content-type')?.split(';')[0]
  if (!described.content) return text === '' ? '' : 'a body is not described'
  const schema = described.content[type ?? '']?.schema
  if (!schema) return `${type} is not described`
  const validate = ajv.compile(closed({ ...schema, components: document.components }) as object)
  return validate(body) ? '' : ajv.errorsText(validate.errors)
}

test('every route is described with a summary, a tag and its own id, and nothing else is', () => {
  const routes = api.app.routes
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    .filter((name) => !['GET /', 'GET /openapi.json'].includes(name))
  expect(new Set(operations.map(({ name }) => name))).toEqual(new Set(routes))
  for (const { name, operation } of operations)
    expect([name, operation]).toEqual([
      name,
      expect.objectContaining({ summary: expect.stringMatching(/\w/), tags: [expect.any(String)] }),
    ])
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
})

test('only the routes without a login are described as open', () => {
  const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ name }) => name)
  expect(open).toEqual(['GET /health', 'GET /ready', 'POST /auth/login'])
})

test('every schema says what it is, and holds nothing of the library that made it', () => {
  const schemas = [...schemasIn(document.paths)]
  expect(schemas.length).toBeGreaterThan(200)
  const KEYWORDS = ['type', 'enum', 'const', 'anyOf', '$ref']
  expect(schemas.filter(([, schema]) => !KEYWORDS.some((keyword) => keyword in schema)).map(([at]) => at)).toEqual([])
  expect(JSON.stringify(document)).not.toMatch(/"(json|nullable|\$schema|metadata|kind|~standard)":/)
  expect(document.openapi).toMatch(/^3\.1\./)
})

test('amounts are numbers, ratios numbers or null, and whole numbers in a query integers', () => {
  const summary =
    operationOf('GET /financials/summary')?.responses['200']?.content?.['application/json']?.schema.properties
  expect([summary?.['revenue'], summary?.['net_profit'], summary?.['orders'], summary?.['margin_percent']]).toEqual([
    { type: 'number' },
    { type: 'number' },
    { type: 'integer' },
    { type: ['number', 'null'] },
  ])
  const products = operationOf('GET /products')
  expect(products?.parameters?.find(({ name }) => name === 'limit')?.schema).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: 500,
    default: 50,
  })
})

test('bodies are JSON only', () => {
  const types = operations.flatMap(({ operation }) => Object.keys(operation.requestBody?.content ?? {}))
  expect([...new Set(types)]).toEqual(['application/json'])
})

const PATHS: Record<string, string[]> = {
  'GET /health': ['/health'],
  'GET /ready': ['/ready'],
  'GET /auth/me': ['/auth/me'],
  'GET /stores': ['/stores'],
  'GET /products': ['/products', '/products?limit=1', '/products?limit=501', '/products?cursor=x'],
  'GET /financials/daily': [
    `/financials/daily?${RANGE}`,
    `/financials/daily?${RANGE}&limit=2`,
    '/financials/daily?store=us',
  ],
  'GET /financials/summary': [
    `/financials/summary?${RANGE}`,
    `/financials/summary?${RANGE}&compare=previous`,
    '/financials/summary?store=uk&start=2026-04-03&end=2026-04-03&compare=year',
    '/financials/summary?start=2026-04-01',
  ],
  'GET /financials/overview': ['/financials/overview', '/financials/overview?store=jp'],
  'GET /financials/pnl': [`/financials/pnl?${RANGE}&grain=week`, '/financials/pnl?grain=never'],
  'GET /telegram/pairings': ['/telegram/pairings'],
}
const code = await pairingCode(sql, { telegram_id: 1, first_name: 'Sam', username: 'sam' }, api.clock.now)
const another = await pairingCode(sql, { telegram_id: 2, first_name: 'Kim', username: null }, api.clock.now)
const credentials = { email: owner.email, password: PASSWORD }
const BODIES: Record<string, [path: string, json: object][]> = {
  'POST /auth/login': [
    ['/auth/login', credentials],
    ['/auth/login', { ...credentials, password: 'wrong' }],
    ['/auth/login', {}],
  ],
  'POST /agents/messages': [
    ['/agents/messages', { text: 'Hi' }],
    ['/agents/messages', { text: 'Hi', conversation_id: 999 }],
  ],
  'POST /telegram/pairings/{code}/approve': [
    [`/telegram/pairings/${code}/approve`, {}],
    [`/telegram/pairings/${code}/approve`, {}],
  ],
  'POST /telegram/pairings/{code}/reject': [[`/telegram/pairings/${another}/reject`, {}]],
  'POST /auth/password': [
    ['/auth/password', { current_password: PASSWORD, new_password: 'staple battery horse' }],
    ['/auth/password', { current_password: PASSWORD, new_password: 'staple battery horse' }],
  ],
  'POST /auth/logout': [['/auth/logout', {}]],
}

test('each route is asked below', () => {
  expect(new Set(operations.map(({ name }) => name))).toEqual(new Set([...Object.keys(PATHS), ...Object.keys(BODIES)]))
})

for (const [name, paths] of Object.entries(PATHS))
  test(`${name} answers what is described, and nothing more`, async () => {
    for (const path of paths) expect([path, mismatch(name, await api.get(path, token))]).toEqual([path, ''])
    expect(mismatch(name, await api.get(paths[0]!, 'wrong'))).toBe('')
  })

for (const [name, calls] of Object.entries(BODIES))
  test(`${name} answers what is described, and nothing more`, async () => {
    for (const [path, json] of calls)
      expect([path, mismatch(name, await api.post(path, json, token))]).toEqual([path, ''])
  })
