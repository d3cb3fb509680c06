import { expect, test } from 'bun:test'
import { readTools } from '../../src/agents/tools/read-tools.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aStore, anOrder, bookAll, DAY } from '../support/factories.ts'

const database = await testDatabase()
const { sql: owner } = database
const api = await testApi(database)

const mine = await aStore(owner, { slug: 'mine' })
const other = await aStore(owner, { slug: 'other' })
for (const store of [mine, other]) {
  const product_id = await aProduct(owner, store, { name: `Mug of ${store.slug}`, unit_cost: '4' })
  await anOrder(owner, store, { lines: [{ product_id, quantity: 2, price_minor: 1_000 }] })
  await bookAll(owner, store)
}
const { token } = await api.someone('owner')

type Result = { content: { text: string }[]; isError?: boolean; tools?: { name: string; inputSchema: object }[] }

/** One JSON-RPC call as MCP clients send it. */
async function call(method: string, params: object, as: string | undefined = token) {
  const answer = await api.send('/mcp', {
    method: 'POST',
    token: as,
    json: { jsonrpc: '2.0', id: 1, method, params },
    headers: { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' },
  })
  const data = /^data: (.*)$/m.exec(answer.text)?.[1] ?? answer.text
  return { answer, result: (answer.status === 200 ? JSON.parse(data) : {}).result as Result }
}
const getPnl = (input: object, as?: string) => call('tools/call', { name: 'get_pnl', arguments: input }, as)

test('a client learns the tools, which only read', async () => {
  const { result } = await call('tools/list', {})
  expect(result.tools?.map(({ name }) => name).toSorted()).toEqual(readTools.map(({ name }) => name).toSorted())
  expect(readTools.some(({ writes }) => writes)).toBe(false)
  expect(result.tools?.every(({ inputSchema }) => 'properties' in inputSchema)).toBe(true)
})

test('get_pnl answers the figures of the summary', async () => {
  const { result } = await getPnl({ from: DAY, to: DAY })
  const { figures } = JSON.parse(result.content[0]!.text)
  const { body } = await api.get(`/financials/summary?start=${DAY}&end=${DAY}`, token)
  expect([figures.revenue, figures.net_profit]).toEqual(['40.00', '24.00'])
  expect([body['revenue'], body['net_profit']]).toEqual([40, 24])
})

test('an API token limited to a store gets only its figures, and does not learn of others', async () => {
  const created = await api.post('/api-tokens', { name: 'Claude', scopes: ['stats:read'], stores: ['mine'] }, token)
  const limited = created.body['token'] as string
  const { result } = await getPnl({ from: DAY, to: DAY }, limited)
  expect(JSON.parse(result.content[0]!.text).figures.revenue).toBe('20.00')
  const refused = await getPnl({ from: DAY, to: DAY, store: 'other' }, limited)
  expect([refused.result.isError, refused.result.content[0]!.text]).toEqual([
    true,
    'There is no store "other". Stores: mine.',
  ])
  const products = await call('tools/call', { name: 'find_products', arguments: { words: 'Mug' } }, limited)
  expect(products.result.isError).toBe(true) // The token lacks products:read.
})

test('a wrong input is a tool error that says what to do', async () => {
  const { result } = await getPnl({ period: 'fortnight' })
  expect(result.isError).toBe(true)
  expect(result.content[0]!.text).toContain('call get_pnl again')
})

test('without a token there is nothing', async () => {
  problemOf((await call('tools/list', {}, '')).answer, 401)
  problemOf((await call('tools/list', {}, 'dd_wrong')).answer, 401)
})
