import { afterAll, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const { uk, jp } = await april(sql)
const claude = await startAnthropic()
afterAll(() => claude.stop())
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url }) })
const limited = await api.someone('finance')
await sql`update users set store_ids = ${[uk.id, jp.id]} where id = ${limited.id}`
const everything = await api.someone('finance')
const get = async (path: string, { token } = limited) => (await api.get(path, token)).body

const RANGE = 'start=2026-04-01&end=2026-04-13'

test('a person who is limited to stores sees those, and totals of those', async () => {
  expect((await get('/stores'))['data']).toMatchObject([{ slug: 'jp' }, { slug: 'uk' }])
  expect(await get(`/financials/summary?${RANGE}`)).toMatchObject({ currency: 'EUR', revenue: 120 })
  expect(await get(`/financials/summary?${RANGE}`, everything)).toMatchObject({ revenue: 15_940.4 })
  expect(await get('/financials/overview')).toMatchObject({ today: { revenue: 110 } })
  const days = (await get(`/financials/daily?${RANGE}`))['data'] as { store: string }[]
  expect(days.map(({ store }) => store)).toEqual(['uk', 'jp', 'jp'])
})

test('another store does not exist for them, and is not named', async () => {
  for (const path of ['daily', 'summary', 'overview', 'pnl']) {
    const { detail } = problemOf(await api.get(`/financials/${path}?store=nl`, limited.token), 404)
    expect(detail).toBe('There is no store "nl". Stores: jp, uk.')
  }
})

test('Alfred tells them no more than they may see, whatever the model asks for', async () => {
  claude.script([
    [
      calls('get_pnl', { period: 'this_month' }),
      calls('get_pnl', { store: 'nl', period: 'this_month' }),
      calls('find_products', { words: 'oak' }),
    ],
    says('That is all.'),
  ])
  await api.post('/agents/messages', { text: 'Tell me about nl' }, limited.token)
  expect(resultsOf(claude.requests[1]!).map(({ result }) => result)).toMatchObject([
    { figures: { revenue: '120.00' } },
    'There is no store "nl". Stores: jp, uk.',
    { products: [] },
  ])
  expect(JSON.stringify(claude.requests[0]!.body.system)).not.toContain('Netherlands')
})
