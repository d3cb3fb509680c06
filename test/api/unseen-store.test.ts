import { afterAll, expect, test } from 'bun:test'
import { seeing } from '../../sql/connect.ts'
import { createAdAccount } from '../../sql/ad-accounts.ts'
import { keepCampaigns, keepInsights } from '../../sql/ad-insights.ts'
import { connectShopifyShop } from '../../sql/shopify-shops.ts'
import { keepSync } from '../../sql/sync-state.ts'
import { bookInsights } from '../../src/ledger/book-insights.ts'
import { VIEWS } from '../../src/agents/one-select.ts'
import { createModel } from '../../src/agents/model.ts'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { appPool, testApi } from '../support/api.ts'
import { aProposal, whoIs } from '../support/proposals.ts'
import { testDatabase } from '../support/database.ts'
import {
  aFeeRule,
  aFixedCost,
  anOrder,
  aProduct,
  aRefund,
  aShippingRule,
  aStore,
  bookAll,
  someAdSpend,
} from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const service = appPool(database.appUrl)
const claude = await startAnthropic()
afterAll(() => claude.stop())
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url }) })
const mine = await aStore(sql, { slug: 'mine' })
const product_id = await aProduct(sql, mine, { name: 'Lamp', sku: 'LAMP', unit_cost: '4' })
const shared = await aProduct(sql, mine, { name: 'Shared lamp', sku: 'LAMP-2', unit_cost: '5' })
const everywhere = await api.someone('owner')
const admin = await api.someone('admin')
await sql`update users set store_ids = ${[mine.id]} where id = ${admin.id}`
const machine = await api.anApiToken(everywhere.id, { store_ids: [mine.id] })

/** Everything that a store may have, and what was closed and posted by hand. */
async function fill(store: typeof mine, products: number[]) {
  await aFeeRule(sql, store)
  await aShippingRule(sql, store)
  await aFixedCost(sql, store)
  for (const day of ['2026-03-20', '2026-04-02', '2026-04-13']) {
    const lines = products.map((product_id) => ({ product_id, quantity: 2, price_minor: 1_500 }))
    const order = await anOrder(sql, store, { day, lines })
    await aRefund(sql, order, { day })
    await someAdSpend(sql, store, { day, product_id: products[0]! })
  }
  await bookAll(sql, store)
  const day = { date: '2026-04-05', store: store.slug, revenue: 77 }
  await api.post('/financials/daily', day, everywhere.token)
  const performance = { ...day, product_id: products[0], units_sold: 3 }
  await api.post('/financials/product-performance', performance, everywhere.token)
  await api.post('/reports', { month: '2026-03', store: store.slug }, everywhere.token)
  const rule = { content: `The shop called ${store.slug} closes early`, scope: 'team', store: store.slug }
  await api.post('/memories', rule, everywhere.token)
  const account = { external_id: `act_${store.id}`, name: store.slug, currency: 'EUR', time_zone: 'Europe/Amsterdam' }
  const ads = await createAdAccount(sql, { store_id: store.id, ...account, action_type: 'omni_purchase', attribution: 'default', now: api.clock.now }) // prettier-ignore
  const told = { account_id: ads!.id, level: 'campaign' as const, from: '2026-04-02', to: '2026-04-02', action_type: 'omni_purchase', attribution: 'default', now: api.clock.now } // prettier-ignore
  await keepCampaigns(sql, { account_id: ads!.id, campaigns: [{ external_id: '1', name: `Campaign of ${store.slug}` }] }) // prettier-ignore
  const insight = { campaign: '1', ad: '', ad_name: '', day: '2026-04-02', spend: '5', impressions: '1', clicks: '1', purchases: '0', purchase_value: '0' } // prettier-ignore
  await keepInsights(sql, { ...told, insights: [insight] })
  await bookInsights(sql, { account_id: ads!.id, reason: 'booked' })
  await connectShopifyShop(sql, { store_id: store.id, domain: `${store.slug}.myshopify.com`, client_id: 'x' })
  const key = { connector: 'shopify', store_id: store.id, account: '', resource: 'orders' }
  await keepSync(sql, { ...key, every_minutes: 15, next_run_at: null })
  const by = whoIs(everywhere)
  await aProposal(sql, by, api.clock.now, {
    kind: 'unit_cost',
    product_id: products[0]!,
    unit_cost: '4.5',
    currency: 'EUR',
  })
  const [order] = await sql<
    { number: string }[]
  >`select external_id as number from orders where store_id = ${store.id} limit 1`
  await aProposal(sql, by, api.clock.now, { kind: 'refund', order: order!.number, store: store.slug })
}

const QUERIES = ['', '?start=2026-03-01&end=2026-04-13', '?start=2026-04-01&end=2026-04-13&grain=week&compare=previous', '?store=other', '?q=lamp',
  '?start=2026-03-01&end=2026-04-13&format=csv', '?format=csv'] // prettier-ignore
const SLUGS = ['mine', 'other']
/** The address with every id up to the highest, and every slug or code. */
const filled = (path: string, highest: number) => {
  const ids = [...Array.from({ length: highest }, (_, at) => String(at + 1)), ...SLUGS]
  return path.includes(':') ? ids.map((id) => path.replace(/:\w+/g, id)) : [path]
}
const routes = api.app.routes.filter(({ path }) => !['/', '/health', '/ready', '/openapi.json'].includes(path))
// What is asked here makes these longer, store or not: see conversations.test.ts.
const grows = /^\/(conversations|receipts|agents\/usage)/
const reads = routes
  .filter(({ method, path }) => method === 'GET' && !grows.test(path))
  .flatMap(({ path: given }) => filled(given, 15).map((path) => ({ path, queries: path === given ? QUERIES : [''] })))

/** Every answer to a GET, by its address. */
async function answersTo(token: string) {
  await sql`update memories set use_count = 0, last_used_at = null` // Each round of questions counts one more use.
  const answers: Record<string, string> = {}
  for (const { path, queries } of reads)
    for (const query of queries) {
      const { status, text } = await api.get(path + query, token)
      answers[path + query] = status === 200 ? text : `${status} ${text.replace(/"instance":"[^"]*"/, '')}`
    }
  return answers
}
const toolsAsked = [
  { name: 'get_pnl', input: { from: '2026-03-01', to: '2026-04-13', compare_with: 'year' } },
  { name: 'get_pnl', input: { store: 'other', period: 'this_month' } },
  { name: 'list_memories', input: {} },
  { name: 'find_products', input: { words: 'lamp' } },
  { name: 'find_products', input: { words: 'lamp', store: 'other' } },
  ...['get_overview', 'forecast_month', 'get_costs'].map((name) => ({ name, input: {} })),
  ...['compare_periods', 'get_daily_figures', 'compare_stores', 'get_channel_totals', 'rank_products'].map((name) => ({
    name,
    input: { from: '2026-03-20', to: '2026-04-13' },
  })),
  { name: 'get_product', input: { product_id: shared, from: '2026-03-01', to: '2026-04-13' } },
  ...Array.from({ length: 8 }, (_, at) => ({ name: 'get_order', input: { id: at + 1 } })),
  ...VIEWS.map((view) => ({ name: 'query_data', input: { question: 'All?', sql: `select * from ${view}` } })),
  { name: 'explain_figure', input: {} },
  { name: 'list_tasks', input: {} },
]
/** What the model learns while it answers them: the prompt, the tools, and what each tool gives. */
async function toldByTools(token: string) {
  claude.script([toolsAsked.map(({ name, input }) => calls(name, input)), says('Done.')])
  await api.post('/agents/messages', { text: 'Tell me everything' }, token)
  const [first, second] = claude.requests.slice(-2)
  const offered = (first!.body.tools as { name: string }[]).map(({ name }) => name)
  return { offered, system: first!.body.system, results: resultsOf(second!).map(({ result }) => result) }
}
const all = async (token: string) => ({ answers: await answersTo(token), tools: await toldByTools(token) })

await fill(mine, [product_id, shared])
await api.get('/stores', machine.token) // Notes its first use.
const before = {
  admin: await all(admin.token),
  machine: await all(machine.token),
  owner: await all(everywhere.token),
}
const other = await aStore(sql, { slug: 'other', name: 'Other' })
const hidden = await aProduct(sql, other, { name: 'Hidden lamp', sku: 'HIDDEN', unit_cost: '6' })
await sql`insert into variants (product_id, store_id, sku, title) values (${shared}, ${other.id}, 'LAMP-2', 'Shared lamp')`
await fill(other, [hidden, shared])
await api.post('/reports', { month: '2026-03' }, everywhere.token)

for (const who of ['admin', 'machine'] as const)
  test(`with one store more, of which they see nothing, no list, no report and no single thing differs for ${who === 'admin' ? 'a limited admin' : 'a limited API token'}`, async () => {
    const { answers } = await all(who === 'admin' ? admin.token : machine.token)
    const differing = Object.keys(answers).filter((path) => answers[path] !== before[who].answers[path])
    expect(differing.map((path) => [path, before[who].answers[path], answers[path]])).toEqual([])
  })

test('answers differ for those who see all stores', async () => {
  const answers = await answersTo(everywhere.token)
  const differing = Object.keys(answers).filter((path) => answers[path] !== before.owner.answers[path])
  for (const path of [
    '/stores',
    '/stores/other',
    '/sync',
    '/products',
    '/orders',
    '/financials/daily',
    '/financials/summary',
    '/financials/pnl',
    '/financials/overview',
    '/reports',
  ])
    // prettier-ignore
    expect(differing).toContain(path)
})

test('every tool of the agents tells the model the same for those who do not see the store', async () => {
  // A colleague answers with these tools, or with those of their own list.
  const elsewhere = new Set(['route_to_agent', 'take_over'])
  const offered = before.admin.tools.offered.filter((name) => !elsewhere.has(name))
  expect(new Set(offered)).toEqual(new Set(toolsAsked.map(({ name }) => name)))
  for (const who of ['admin', 'machine'] as const)
    expect(await toldByTools(who === 'admin' ? admin.token : machine.token)).toEqual(before[who].tools)
  expect(await toldByTools(everywhere.token)).not.toEqual(before.owner.tools)
})

test('no write reaches a store that its sender does not see, whatever is sent', async () => {
  const rowsOfOther = () =>
    seeing(service, [other.id], async (tx) => {
      const tables = await sql<{ name: string }[]>`
        select relname as name from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace order by 1`
      const rows: Record<string, object[]> = {}
      for (const { name } of tables)
        rows[name] = await tx<object[]>`select t::text as row from ${tx(name)} t order by 1`
      return rows
    })
  const money = { amount: 5, cost: 5, unit_cost: 5, currency: 'EUR', revenue: 5, cogs: 5, ad_spend: 5, units_sold: 5 }
  const names = { name: 'Taken', title: 'Taken', slug: 'other', store: 'other', sku: 'HIDDEN', platform: 'meta' }
  const days = { date: '2026-04-02', from: '2026-04-02', starts_on: '2026-04-02', ends_on: '2026-04-03', month: '2026-02' } // prettier-ignore
  const anything = { ...money, ...names, ...days, product_id: hidden, status: 'archived', interval: 'month', time_zone: 'UTC' } // prettier-ignore
  const untouched = /^\/(auth|users|api-tokens|telegram|agents)/
  const rows = await rowsOfOther()
  for (const { method, path } of routes)
    if (method !== 'GET' && !untouched.test(path))
      for (const address of filled(path, 40))
        for (const token of [admin.token, machine.token])
          for (const json of [{}, anything, [anything]]) await api.send(address, { method, token, json })
  const after = await rowsOfOther()
  // A product that they took out of their store is nobody's, so everybody sees it.
  for (const table of ['products', 'product_costs'])
    after[table] = after[table]!.filter((row) => rows[table]!.some((known) => Bun.deepEquals(row, known)))
  expect(after).toEqual(rows)
}, 300_000) // thousands of requests, on a busy machine
