import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Document } from '../../src/api/openapi.ts'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { WRITE_DOCS } from '../support/examples.ts'
import { isTest, notedTests, testNaming } from '../support/route-tests.ts'

const FILE = join(import.meta.dir, '../../docs/routes.md')
const HEAD = `# Routes

Written by \`bun run docs\` from the OpenAPI document and the tests; a test fails when it is stale.

| route | scope | what it does | a test |
| --- | --- | --- | --- |
`

const api = await testApi(await testDatabase())
const document = (await api.get('/openapi.json')).body as unknown as Document
const written = await readTable()

type Row = { route: string; scope: string; summary: string; test: string }
const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()
const described = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    scope: operation['x-scope'] ?? 'everyone',
    summary: cell(operation.summary),
  })),
)

async function readTable(): Promise<Row[]> {
  const file = Bun.file(FILE)
  const lines = (await file.exists()) ? (await file.text()).split('\n') : []
  return lines.flatMap((line) => {
    const [, route = '', scope = '', summary = '', test = ''] = line.split(/(?<!\\)\|/).map((one) => one.trim())
    return route.startsWith('`') ? [{ route: route.slice(1, -1), scope: scope.replaceAll('`', ''), summary, test }] : []
  })
}

test.if(WRITE_DOCS)('every route was called with success by a test that does not walk all routes', async () => {
  const tests = await notedTests()
  const rows: Row[] = []
  for (const row of described) {
    const noted = tests.filter(({ route }) => route === row.route)
    const named = noted.length > 0 ? noted : [await testNaming(row.route)]
    const all = named.flatMap((one) => (one ? [cell(`${one.file}: ${one.name}`)] : []))
    const kept = written.find(({ route }) => route === row.route)?.test ?? ''
    rows.push({ ...row, test: all.includes(kept) ? kept : (all[0] ?? '') })
  }
  const lines = rows.map(({ route, scope, summary, test }) => `| \`${route}\` | \`${scope}\` | ${summary} | ${test} |`)
  await Bun.write(FILE, `${HEAD}${lines.join('\n')}\n`)
  const untested = rows.filter(({ test }) => test === '').map(({ route }) => `${route}: no test calls it with success`)
  expect(untested).toEqual([])
})

test.if(!WRITE_DOCS)('docs/routes.md names each route with its scope and a test that there is', async () => {
  const isSame = (row: Omit<Row, 'test'>) => written.some((one) => Bun.deepEquals(one, { ...row, test: one.test }))
  const stale = described.filter((row) => !isSame(row)).map(({ route }) => route)
  const gone: string[] = []
  for (const { route, test: named } of written) {
    const [file = '', ...name] = named.split(': ')
    if (!(await isTest({ file, name: name.join(': ').replaceAll('\\|', '|') }))) gone.push(route)
  }
  const wrong = [...new Set([...stale, ...gone])].map(
    (route) => `${route}: run "bun run docs:routes" and commit docs/routes.md`,
  )
  expect(wrong).toEqual([])
  expect(written.length).toBe(described.length)
})
