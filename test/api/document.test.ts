import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { JsonSchema } from '../../src/api/json-schema.ts'
import type { Document } from '../../src/api/openapi.ts'
import { TAGS } from '../../src/api/openapi-words.ts'
import { testApi } from '../support/api.ts'
import { contractOf } from '../support/contract.ts'
import { testDatabase } from '../support/database.ts'

const api = await testApi(await testDatabase())
const document = (await api.get('/openapi.json')).body as unknown as Document
const { operations } = contractOf(document)
const operationOf = (name: string) => operations.find((one) => one.name === name)?.operation

/** Every schema in the document, with where it stands. */
function* schemasIn(value: unknown, at = ''): Generator<[string, JsonSchema]> {
  if (value === null || typeof value !== 'object') return
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'example') continue
    const isSchema = key === 'schema' || key === 'items' || at.endsWith('/properties')
    if (isSchema) yield [`${at}/${key}`, inner as JsonSchema]
    yield* schemasIn(inner, `${at}/${key}`)
  }
}

test('every route is described with a summary, a tag and its own readable id, and nothing else is', () => {
  const routes = api.app.routes
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    .filter((name) => !['GET /', 'GET /openapi.json', 'GET /docs'].includes(name))
  expect(new Set(operations.map(({ name }) => name))).toEqual(new Set(routes))
  for (const { name, operation } of operations)
    expect([name, operation]).toEqual([
      name,
      expect.objectContaining({
        summary: expect.stringMatching(/\w/),
        description: expect.stringMatching(/^[A-Z`][\s\S]*\.$/),
        tags: [expect.any(String)],
        operationId: expect.stringMatching(/^[a-z]+([A-Z][a-z]+)*$/),
      }),
    ])
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id}: give one detail.operationId`)).toEqual([])
})

test('every tag and every parameter says what it means', () => {
  const tags = new Set(operations.flatMap(({ operation }) => operation.tags))
  expect([...tags].filter((tag) => !TAGS[tag]).map((tag) => `describe ${tag} in TAGS of openapi-words.ts`)).toEqual([])
  const wordless = operations.flatMap(({ name, operation }) =>
    (operation.parameters ?? [])
      .filter(({ description }) => !description)
      .map((parameter) => `${name}: describe ${parameter.name} in PARAMETERS of openapi-words.ts, or in its schema`),
  )
  expect(wordless).toEqual([])
})

test('only the routes without a login are described as open', () => {
  const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ name }) => name)
  expect(open.toSorted()).toEqual(['GET /health', 'GET /ready', 'POST /auth/login', 'POST /auth/set-password'])
})

test('every schema says what it is, and holds nothing of the library that made it', () => {
  const schemas = [...schemasIn(document.paths)]
  expect(schemas.length).toBeGreaterThan(200)
  const KEYWORDS = ['type', 'enum', 'const', 'anyOf', 'oneOf', '$ref']
  expect(schemas.filter(([, schema]) => !KEYWORDS.some((keyword) => keyword in schema)).map(([at]) => at)).toEqual([])
  expect(JSON.stringify(document)).not.toMatch(
    /"(json|nullable|\$schema|metadata|~standard)":|"kind":"(schema|validation|transformation|metadata)"/,
  )
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

test('bodies are JSON, and CSV where rows are posted; files come as such', () => {
  const withCsv = operations
    .filter(({ operation }) => operation.requestBody?.content['text/csv'])
    .map(({ name }) => name)
  for (const path of ['daily', 'ad-spend', 'product-performance']) expect(withCsv).toContain(`POST /financials/${path}`)
  for (const { name, operation } of operations)
    if (operation.requestBody && !name.startsWith('POST /imports/'))
      expect([name, Object.keys(operation.requestBody.content)[0]]).toEqual([name, 'application/json'])
})

test('lists say that they can be had as files, updates that they can be tied to an ETag', () => {
  expect(Object.keys(operationOf('GET /orders')?.responses['200']?.content ?? {})).toEqual([
    'application/json',
    'text/csv',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ])
  const tied = operations.filter(({ operation }) => operation.responses['412']).map(({ name }) => name)
  for (const path of ['products/{id}', 'fixed-costs/{id}', 'users/{id}'])
    for (const method of ['PATCH', 'DELETE']) expect(tied).toContain(`${method} /${path}`)
})

test('the document is made once, and every failure in it is problem details', async () => {
  expect(Object.keys(document.components.responses).length).toBeGreaterThan(10)
  for (const { content } of Object.values(document.components.responses))
    expect(content).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } })
  expect((await api.get('/openapi.json')).text).toBe(JSON.stringify(document))
})

test('the file that linters read is this document, and is written without a database', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'dealdome-openapi-')), 'openapi.json')
  const child = Bun.spawn(
    [process.execPath, '--no-env-file', join(import.meta.dir, '../../dev/write-openapi.ts'), file],
    {
      stderr: 'pipe',
    },
  )
  expect([await new Response(child.stderr).text(), await child.exited]).toEqual(['', 0])
  expect(await Bun.file(file).json()).toEqual(document)
  await rm(dirname(file), { recursive: true })
})
