import { afterAll, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { keepSync } from '../../sql/sync-state.ts'
import { createShopify } from '../../src/shopify/admin.ts'
import { headersOf } from '../support/shopify-webhooks.ts'
import { startShopify } from '../support/shopify.ts'
import { connectShopifyShop } from '../../sql/shopify-shops.ts'
import { insertJob } from '../../sql/jobs.ts'
import { linkTelegramAccount } from '../../sql/telegram.ts'
import { hashPassword } from '../../src/password.ts'
import { pairingCode } from '../../src/pairing.ts'
import type { Document, Example } from '../../src/api/openapi.ts'
import { calls, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { SEAL, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { contractOf } from '../support/contract.ts'
import { testDatabase } from '../support/database.ts'
import { EXAMPLES, exampleOf, examplesInDocs, WRITE_DOCS } from '../support/examples.ts'
import { aRate } from '../support/factories.ts'
import { adCalls, connectAds, startAds } from './openapi-ads.ts'
import { compareDays, reconciliationCalls } from './openapi-reconciliation.ts'
import { costCalls } from './openapi-costs.ts'
import { goalCalls } from './openapi-goals.ts'
import { personalDataCalls } from './openapi-personal-data.ts'
import { signInCalls } from './openapi-sign-in.ts'
import { aSecondFactor, codeOf } from '../support/second-factor.ts'
import { aProposal, whoIs } from '../support/proposals.ts'

const PASSWORD = 'correct horse battery'
const CHANGED_ORDER = { id: 450_789_469 }
const RANGE = 'start=2026-04-01&end=2026-04-13'

const database = await testDatabase()
const { sql } = database
const claude = await startAnthropic({ otherwise: () => says('Fine.') })
afterAll(() => claude.stop())
const shopify = startShopify()
afterAll(() => shopify.stop())
const jp = Object.assign(shopify.shop('jp.myshopify.com'), {
  currency: 'JPY',
  client_id: 'client-id',
  client_secret: 'client-secret',
})
const telegramWebhook = { secret: 'secret-of-the-webhook', receive: () => Promise.resolve() }
const ads = startAds()
afterAll(() => ads.stop())
const api = await testApi(database, {
  model: createModel({ apiKey: claude.key, baseURL: claude.url }),
  telegramWebhook,
  shopify: createShopify({ root: shopify.root, now: () => new Date('2026-04-13T10:00:00Z') }),
  meta: ads.meta,
})
const { nl, table } = await april(sql)
await sql`update orders set customer = '17850' where store_id = ${nl.id}`
await aRate(sql, 'GBP', '2026-03-31', '0.80')
const owner = await api.someone('owner', await hashPassword(PASSWORD))
const { token } = owner
for (const telegram_id of [4_711, 4_712])
  await linkTelegramAccount(sql, { telegram_id, user_id: owner.id, first_name: 'Ann', username: null })
const memory = (await api.post('/memories', { content: 'Answer me in Dutch' }, token)).body['id'] as number
const aCost = (unit_cost: string) =>
  aProposal(sql, whoIs(owner), api.clock.now, { kind: 'unit_cost', product_id: table, unit_cost, currency: 'EUR' })
const [action, unwanted, differently] = [await aCost('2501'), await aCost('2502'), await aCost('2503')]
claude.script([calls('get_pnl', { store: 'nl', period: 'this_month' }), says('Fine.')])
const asked = await api.post('/agents/messages', { text: 'How is nl doing?' }, token)
const [receipt] = asked.body['receipt_ids'] as number[]
const { id: sync } = await keepSync(sql, { connector: 'shopify', store_id: nl.id, account: '', resource: 'orders', every_minutes: 15, next_run_at: null }) // prettier-ignore
await connectAds(sql, { store: nl, user_id: owner.id, meta: ads.meta, now: api.clock.now })
await connectShopifyShop(sql, { store_id: nl.id, domain: 'nl.myshopify.com', client_id: 'client-id' })
await compareDays(sql, nl, api.clock.now)

const AD_SPEND = 'Day,Campaign name,Amount spent (EUR)\n2026-04-03,Spring,12.50\n,,12.50\n'
const ORDER_MAPPING = JSON.stringify({
  format: 'order-lines',
  columns: { order: 'nr', sku: 'sku', quantity: 'qty', at: 'at', unit_price: 'price' },
})
const imported: string[] = []
for (const campaign of ['Spring', 'Summer']) {
  const sent = {
    method: 'POST',
    token,
    body: AD_SPEND.replace('Spring', campaign),
    headers: { 'content-type': 'text/csv' },
  }
  imported.push(String((await api.send('/imports/ad-spend?store=nl&file_name=april.csv', sent)).body['id']))
}
const WATCH = {
  title: 'Sales',
  kind: 'reminder',
  text: 'Look at the ads.',
  rhythm: { every: 'week', weekdays: [1, 4], at: '09:00' },
  store: 'nl',
  condition: { metric: 'mer', period: 'last_week', is: 'below', value: 1.8, compare_with: 'previous' },
}
const task = String((await api.post('/tasks', WATCH, token)).body['id'])

const PATHS: Record<string, string[]> = {
  'GET /health': ['/health'],
  'GET /ready': ['/ready'],
  'GET /auth/me': ['/auth/me'],
  'GET /settings': ['/settings'],
  'GET /stores': ['/stores'],
  'GET /stores/{slug}': ['/stores/nl', '/stores/none'],
  'GET /orders': [
    '/orders?limit=2',
    '/orders?q=order&start=2026-04-13&limit=1',
    '/orders?sort=-cm2&limit=1',
    '/orders?q=',
  ],
  'GET /orders/{id}': ['/orders/1', '/orders/999999'],
  'GET /financials/ad-spend': [`/financials/ad-spend?${RANGE}`, '/financials/ad-spend?platform=myspace'],
  'GET /financials/product-performance': [
    `/financials/product-performance?${RANGE}&store=nl&limit=1`,
    '/financials/product-performance?product_id=x',
  ],
  'GET /products/{id}': ['/products/1', '/products/999999'],
  'GET /products/{id}/costs': ['/products/1/costs', '/products/1/costs?limit=1', '/products/999999/costs'],
  'GET /products/{id}/variants': ['/products/1/variants', '/products/x/variants'],
  'GET /fixed-costs': ['/fixed-costs', '/fixed-costs?at=2026-04-01&store=nl', '/fixed-costs?currency=eur'],
  'GET /fixed-costs/{id}': ['/fixed-costs/1', '/fixed-costs/999999'],
  'GET /products': [
    '/products',
    '/products?sort=-cost_price&limit=2',
    '/products?limit=1',
    '/products?limit=501',
    '/products?cursor=x',
  ],
  'GET /financials/daily': [
    `/financials/daily?${RANGE}&limit=2`,
    `/financials/daily?${RANGE}`,
    '/financials/daily?store=us',
  ],
  'GET /financials/summary': [
    `/financials/summary?${RANGE}`,
    `/financials/summary?${RANGE}&compare=previous`,
    '/financials/summary?store=uk&start=2026-04-03&end=2026-04-03&compare=year',
    '/financials/summary?start=2026-04-01',
  ],
  'GET /financials/overview': ['/financials/overview', '/financials/overview?store=jp'],
  'GET /financials/bridge': [
    `/financials/bridge?${RANGE}`,
    '/financials/bridge?from_start=2026-04-01&from_end=2026-04-05&to_start=2026-04-13&to_end=2026-04-13&store=nl',
    '/financials/bridge?from_start=2026-04-01',
  ],
  'GET /financials/line-orders': [
    `/financials/line-orders?line=revenue&limit=2&${RANGE}`,
    '/financials/line-orders?line=net_profit',
  ],
  'GET /financials/product-trends': [
    `/financials/product-trends?${RANGE}&product_ids=1,2&steps=4`,
    '/financials/product-trends?product_ids=x',
  ],
  'GET /financials/product-report': [
    `/financials/product-report?${RANGE}`,
    `/financials/product-report?${RANGE}&limit=1&sort=product&store=nl`,
    '/financials/product-report?start=2020-04-01&end=2020-04-02',
    '/financials/product-report?sort=luck',
  ],
  'GET /financials/stores': [`/financials/stores?${RANGE}`, '/financials/stores?start=2026-04-01'],
  'GET /reports': ['/reports', '/reports?limit=0', '/reports?store=us'],
  'GET /imports': ['/imports?limit=1', '/imports?kind=orders&status=undone&store=nl', '/imports?kind=gold'],
  'GET /imports/{id}': [`/imports/${imported[0]}`, '/imports/999999'],
  'GET /memories': [
    '/memories?limit=1',
    '/memories?of=everyone&scope=team&status=proposed&q=test',
    '/memories?scope=x',
  ],
  'GET /memories/{id}': [`/memories/${memory}`, '/memories/999999'],
  'GET /actions': ['/actions?limit=1', '/actions?status=pending&kind=unit_cost&store=nl', '/actions?status=gone'],
  'GET /receipts/{id}': [`/receipts/${receipt}`, '/receipts/999999'],
  'GET /receipts/{id}/explanation': [`/receipts/${receipt}/explanation`, '/receipts/999999/explanation'],
  'GET /actions/{id}': [`/actions/${action}`, '/actions/999999'],
  'GET /action-limits': ['/action-limits'],
  'GET /alerts': ['/alerts'],
  'GET /action-limits/{kind}': ['/action-limits/refund', '/action-limits/luck'],
  'GET /stores/{slug}/shopify': ['/stores/nl/shopify', '/stores/uk/shopify'],
  'GET /reports/{id}': ['/reports/1', '/reports/999999'],
  'GET /financials/pnl': [`/financials/pnl?${RANGE}&grain=week`, '/financials/pnl?grain=never'],
  'GET /telegram/accounts': ['/telegram/accounts'],
  'GET /telegram/pairings': ['/telegram/pairings'],
  'GET /users': ['/users', '/users?limit=1', '/users?cursor=x'],
  'GET /users/{id}': [`/users/${owner.id}`, '/users/999999', '/users/x'],
  'GET /api-tokens': ['/api-tokens', '/api-tokens?limit=1'],
  'GET /audit-log': ['/audit-log', '/audit-log?limit=1'],
  'GET /agents/usage': ['/agents/usage?by=agent,model', '/agents/usage?by=week'],
  'GET /conversations': ['/conversations?limit=1', '/conversations?user_id=x'],
  'GET /conversations/{id}': ['/conversations/1', '/conversations/999999'],
  'GET /conversations/{id}/messages': ['/conversations/1/messages', '/conversations/999999/messages'],
  'GET /tasks': ['/tasks?limit=2', '/tasks?status=paused', '/tasks?status=lost'],
  'GET /tasks/{id}': [`/tasks/${task}`, '/tasks/999999'],
  'GET /tasks/{id}/runs': [`/tasks/${task}/runs`, '/tasks/999999/runs', `/tasks/${task}/runs?limit=0`],
  'GET /videos': ['/videos', '/videos?limit=x'],
  'GET /videos/{id}/chunks': [
    '/videos/1/chunks',
    '/videos/1/chunks?include=embedding&limit=1',
    '/videos/999999/chunks',
  ],
  'GET /chunks': ['/chunks?q=return+window', '/chunks?q=return+window&include=embedding', '/chunks'],
  'GET /sources': ['/sources', '/sources?kind=video&limit=1', '/sources?kind=song'],
  'GET /sources/{id}': ['/sources/1', '/sources/999999'],
  'GET /freshness': ['/freshness', '/freshness?store=gone'],
  'GET /sync': ['/sync', '/sync?store=nl&limit=1', '/sync?store=gone'],
  'GET /jobs': ['/jobs?state=parked', '/jobs?limit=1', '/jobs?state=lost'],
}
const lesson = {
  title: 'Lesson 3: Returns',
  url: 'https://videos.example.com/3',
  text: 'WEBVTT\n\n00:01.000 --> 00:04.500\nThe return window is 14 days.\n\n00:05.000 --> 00:09.000\nAfter that we give store credit.',
}
await api.post('/sources', lesson, token)
const parked = (await insertJob(sql, { name: 'sweep', payload: '{}', queue: null, key: null, delay: 0, attempts: 1 }))
  .id
await sql`update graphile_worker._private_jobs set attempts = 1, last_error = 'no' where id = ${parked}`
const { code } = await pairingCode(sql, { telegram_id: 1, first_name: 'Sam', username: 'sam' }, api.clock.now)
const { code: another } = await pairingCode(sql, { telegram_id: 2, first_name: 'Kim', username: null }, api.clock.now)
await api.post('/reports', { month: '2026-02', store: 'nl' }, token)
await api.post('/agents/messages', { text: 'Hello Alfred' }, token)
const credentials = { email: owner.email, password: PASSWORD }
const invited = (await api.post('/users', { email: 'first@example.com', role: 'viewer' }, token)).body
const apiToken = (await api.post('/api-tokens', { name: 'Sheet', scopes: ['stats:read'] }, token)).body
const posted = { date: '2026-04-03', store: 'uk', revenue: 12.5 }
const day = (await api.post('/financials/daily', { ...posted, date: '2026-04-04' }, token)).body['id']
const product = { ...posted, product_id: table, units_sold: 2 }
const performance = (await api.post('/financials/product-performance', { ...product, date: '2026-04-04' }, token)).body
const spend = { date: '2026-04-03', store: 'uk', platform: 'meta', amount: 12.5, currency: 'GBP' }
const rent = { name: 'Rent', amount: 1200, currency: 'EUR' }
const newCost = { unit_cost: 2400.5, currency: 'EUR', from: '2026-04-01' }
const BODIES: Record<string, [path: string, json: object | string][]> = {
  'POST /imports/orders': [
    [
      `/imports/orders?store=nl&mapping=${encodeURIComponent(ORDER_MAPPING)}`,
      'nr,sku,qty,at,price\n1,OAK-1,1,2026-04-02 12:00,4000\n',
    ],
    ['/imports/orders?store=nl', 'a,b\n1,2\n'],
  ],
  'POST /imports/unit-costs': [
    ['/imports/unit-costs?store=nl&from=2026-04-01', 'sku,unit cost\nOAK-1,2450.50\nNONE,1\n'],
    ['/imports/unit-costs', {}],
  ],
  'POST /imports/ad-spend': [
    ['/imports/ad-spend?store=nl', AD_SPEND],
    ['/imports/ad-spend?store=none', AD_SPEND],
  ],
  'POST /imports/fixed-costs': [['/imports/fixed-costs?store=nl', 'name,amount,currency\nRent,1200,EUR\n,1,EUR\n']],
  'POST /imports/products': [
    ['/imports/products?store=nl', 'sku,name,price\nOAK-3,Oak bench,1200\n'],
    ['/imports/products?dates=never', 'sku,name\n'],
  ],
  'POST /imports/{id}/apply': [
    [`/imports/${imported[0]}/apply`, {}],
    ['/imports/999999/apply', {}],
  ],
  'POST /imports/{id}/undo': [
    [`/imports/${imported[0]}/undo`, {}],
    [`/imports/${imported[1]}/undo`, {}],
  ],
  'POST /memories': [
    ['/memories', { content: 'Send reports without emojis', category: 'reports', scope: 'team', kind: 'rule' }],
    ['/memories', { content: 'Send reports without emojis', category: 'reports' }],
    ['/memories', { content: 'Our margin is 30 %' }],
  ],
  'POST /actions/{id}/approve': [
    [`/actions/${action}/approve`, {}],
    ['/actions/999999/approve', {}],
  ],
  'POST /actions/{id}/undo': [
    [`/actions/${action}/undo`, {}],
    [`/actions/${action}/undo`, {}],
  ],
  'POST /actions/{id}/reject': [
    [`/actions/${unwanted}/reject`, {}],
    [`/actions/${action}/reject`, {}],
  ],
  'POST /products': [
    ['/products', { name: 'Lamp', cost_price: 12.5, cost_currency: 'EUR' }],
    ['/products', { cost_price: -1 }],
  ],
  'POST /products/{id}/costs/preview': [
    [`/products/${table}/costs/preview`, newCost],
    ['/products/999999/costs/preview', newCost],
  ],
  'POST /products/{id}/costs': [
    [`/products/${table}/costs`, newCost],
    [`/products/${table}/costs`, {}],
  ],
  'POST /products/{id}/variants': [
    [`/products/${table}/variants`, { store: 'uk', sku: 'OAK-1', list_price: 99 }],
    [`/products/${table}/variants`, { store: 'uk', sku: 'OAK-1', rebook_from: '2026-04-01' }],
    [`/products/${table}/variants`, { store: 'none', sku: 'OAK-1' }],
  ],
  'POST /fixed-costs': [
    ['/fixed-costs', rent],
    ['/fixed-costs', { ...rent, amount: 1.001 }],
  ],
  'POST /stores': [
    ['/stores', { slug: 'be', name: 'Belgium', currency: 'EUR', time_zone: 'Europe/Brussels' }],
    ['/stores', { slug: 'be', name: 'Belgium', currency: 'EUR', time_zone: 'Europe/Brussels' }],
    ['/stores', { slug: 'be' }],
  ],
  'POST /financials/ad-spend': [
    ['/financials/ad-spend', spend],
    ['/financials/ad-spend', spend],
    ['/financials/ad-spend', [spend, { ...spend, amount: -1 }, 'x']],
    ['/financials/ad-spend', { ...spend, store: 'none' }],
    ['/financials/ad-spend', { ...spend, amount: 'x' }],
  ],
  'POST /financials/daily': [
    ['/financials/daily', posted],
    ['/financials/daily', posted],
    ['/financials/daily', [posted, {}]],
    ['/financials/daily', {}],
  ],
  'POST /financials/product-performance': [
    ['/financials/product-performance', product],
    ['/financials/product-performance', product],
    ['/financials/product-performance', [product, {}]],
    ['/financials/product-performance', { ...product, product_id: 999_999 }],
  ],
  'POST /reports': [
    ['/reports', { month: '2026-03' }],
    ['/reports', { month: '2026-03' }],
    ['/reports', { month: '2026-04', store: 'nl' }],
    ['/reports', { month: '2026-13' }],
  ],
  'POST /users': [
    ['/users', { email: 'second@example.com', role: 'finance', stores: ['nl'] }],
    ['/users', { email: 'second@example.com', role: 'finance' }],
    ['/users', { email: 'second', role: 'king' }],
  ],
  'POST /users/{id}/password-link': [
    [`/users/${owner.id}/password-link`, {}],
    ['/users/999999/password-link', {}],
  ],
  'POST /api-tokens': [
    ['/api-tokens', { name: 'Sheet', scopes: ['stats:read'], stores: ['nl'], expires_at: '2026-12-31T23:00:00Z' }],
    ['/api-tokens', { name: '', scopes: [] }],
  ],
  'POST /tasks': [
    ['/tasks', { ...WATCH, time_zone: 'Europe/London' }],
    ['/tasks', { ...WATCH, rhythm: { every: 'once', day: '2020-01-01', at: '09:00' } }],
    ['/tasks', { ...WATCH, rhythm: { every: 'moon' } }],
  ],
  'POST /tasks/{id}/run': [
    [`/tasks/${task}/run`, {}],
    ['/tasks/999999/run', {}],
  ],
  'POST /sources': [
    [
      '/sources',
      {
        kind: 'document',
        title: 'Handbook',
        format: 'markdown',
        text: '# Refunds\n\nAn owner approves refunds above 100 euros.',
      },
    ],
    ['/sources', lesson],
    ['/sources', { text: '', url: 'ftp://x' }],
  ],
  'POST /sync/{id}/run': [
    [`/sync/${sync}/run`, {}],
    ['/sync/999999/run', {}],
  ],
  'POST /sync/{id}/import': [
    [`/sync/${sync}/import`, { from: '2026-04-01', to: '2026-04-13' }],
    [`/sync/${sync}/import`, { from: '2026-04-13', to: '2026-04-01' }],
  ],
  'POST /jobs/{id}/retry': [
    [`/jobs/${parked}/retry`, {}],
    ['/jobs/999999/retry', {}],
  ],
  'POST /auth/set-password': [
    ['/auth/set-password', { token: String(invited['set_password']).split('#')[1], password: PASSWORD }],
    ['/auth/set-password', { token: 'x', password: PASSWORD }],
  ],
  'POST /auth/refresh': [['/auth/refresh', {}]],
  'POST /auth/login': [
    ['/auth/login', credentials],
    ['/auth/login', { ...credentials, password: 'wrong' }],
    ['/auth/login', {}],
  ],
  'POST /agents/messages': [
    ['/agents/messages', { text: 'Hi' }],
    ['/agents/messages', { text: 'Hi', conversation_id: 999 }],
  ],
  'POST /mcp': [
    [
      '/mcp',
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'find_products', arguments: { words: 'oak' } } },
    ],
    ['/mcp', {}],
  ],
  'POST /webhooks/telegram': [
    ['/webhooks/telegram', { update_id: 1 }],
    ['/webhooks/telegram', {}],
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

const CHANGES: Record<string, [path: string, json?: object][]> = {
  'PATCH /products/{id}': [
    [`/products/${table}`, { name: 'Oak table', cost_price: 2450 }],
    ['/products/999999', {}],
  ],
  'DELETE /products/{id}/variants/{variant_id}': [
    [`/products/${table}/variants/1`],
    [`/products/${table}/variants/999999`],
  ],
  'DELETE /chunks/{id}': [['/chunks/1'], ['/chunks/999999']],
  'DELETE /sources/{id}': [['/sources/1'], ['/sources/999999']],
  'DELETE /products/{id}': [[`/products/${table}`], ['/products/999999']],
  'PATCH /fixed-costs/{id}': [
    ['/fixed-costs/1', { ends_on: '2026-12-31' }],
    ['/fixed-costs/1', { amount: 'x' }],
  ],
  'DELETE /fixed-costs/{id}': [['/fixed-costs/1'], ['/fixed-costs/999999']],
  'PATCH /users/{id}': [
    [`/users/${(invited['user'] as { id: number }).id}`, { role: 'finance', stores: ['nl'] }],
    ['/users/999999', { role: 'viewer' }],
  ],
  'DELETE /users/{id}': [[`/users/${(invited['user'] as { id: number }).id}`], ['/users/999999']],
  'DELETE /conversations/{id}': [['/conversations/1'], ['/conversations/999999']],
  'PATCH /tasks/{id}': [
    [`/tasks/${task}`, { status: 'paused' }],
    [`/tasks/${task}`, { rhythm: { every: 'day', at: '25:00' } }],
    ['/tasks/999999', { title: 'x' }],
  ],
  'DELETE /telegram/accounts/{id}': [['/telegram/accounts/4712'], ['/telegram/accounts/1']],
  'DELETE /tasks/{id}': [[`/tasks/${task}`], ['/tasks/999999']],
  'DELETE /api-tokens/{id}': [[`/api-tokens/${String(apiToken['id'])}`], ['/api-tokens/999999']],
  'PATCH /settings': [
    ['/settings', { name: 'Oak & co', secrets: { anthropic_api_key: 'sk-ant-1234567890' } }],
    ['/settings', { reporting_currency: 'CHF' }],
    ['/settings', { secrets: { anthropic_api_key: 5 } }],
  ],
  'PATCH /memories/{id}': [
    [`/memories/${memory}`, { status: 'active', category: 'language' }],
    [`/memories/${memory}`, { content: 'We earned 500 euros' }],
    ['/memories/999999', {}],
  ],
  'DELETE /memories/{id}': [[`/memories/${memory}`], ['/memories/999999']],
  'PATCH /actions/{id}': [
    [`/actions/${differently}`, { text: 'Only half of it' }],
    [`/actions/${unwanted}`, { text: 'Only half of it' }],
    [`/actions/${differently}`, {}],
  ],
  'PATCH /action-limits/{kind}': [
    ['/action-limits/refund', { max_amount: 250, blocked_product_ids: [table] }],
    ['/action-limits/refund', { max_per_day: -1 }],
    ['/action-limits/luck', {}],
  ],
  'PATCH /alerts/{kind}': [
    ['/alerts/morning', { active: true, at: '07:30', store: 'nl' }],
    ['/alerts/refund', { active: true, threshold: 250, muted_until: '2026-04-20T10:00:00Z' }],
    ['/alerts/morning', { threshold: 5 }],
    ['/alerts/morning', { chat_id: -5 }],
    ['/alerts/luck', {}],
  ],
  'PUT /stores/{slug}/shopify': [
    ['/stores/jp/shopify', { domain: 'jp.myshopify.com', client_id: jp.client_id, client_secret: jp.client_secret }],
    ['/stores/jp/shopify', { domain: 'example.com', client_id: 'client-id', client_secret: 'client-secret' }],
  ],
  'POST /webhooks/shopify': [
    ['/webhooks/shopify', CHANGED_ORDER],
    ['/webhooks/shopify', { id: 2 }],
  ],
  'DELETE /stores/{slug}/shopify': [['/stores/jp/shopify'], ['/stores/uk/shopify']],
  'PATCH /stores/{slug}': [
    ['/stores/uk', { name: 'Great Britain', default_cost_percent: 40.5 }],
    ['/stores/uk', { time_zone: 'Europe/Paris' }],
    ['/stores/none', {}],
    ['/stores/uk', { name: '' }],
  ],
  'DELETE /financials/daily/{id}': [[`/financials/daily/${String(day)}`], ['/financials/daily/999999']],
  'DELETE /financials/product-performance/{id}': [
    [`/financials/product-performance/${String(performance['id'])}`],
    ['/financials/product-performance/x'],
  ],
}

/** What an MCP client, Telegram and Shopify must say; other routes do not ask. */
const HEADERS = {
  ...headersOf(jp, { topic: 'orders/create', event: 'an event', body: JSON.stringify(CHANGED_ORDER) }),
  accept: 'application/json, text/event-stream',
  'x-telegram-bot-api-secret-token': telegramWebhook.secret,
}
const twice = await api.someone('viewer')
await aSecondFactor(sql, SEAL, { user_id: twice.id, email: twice.email, now: api.clock.now })
const begun = await aSecondFactor(sql, SEAL, { user_id: owner.id, email: owner.email, now: api.clock.now, confirmed: false }) // prettier-ignore
const signIn = {
  session: (await api.signIn(owner.id)).claims.sid,
  other: twice.id,
  password: PASSWORD,
  code: (steps: number) => codeOf(begun, api.clock.now, steps),
}
/** Text is sent as CSV. */
type Call = [path: string, json?: object | string]
const CALLS: Record<string, Call[]> = {
  ...Object.fromEntries(Object.entries(PATHS).map(([name, paths]) => [name, paths.map((path): Call => [path])])),
  ...BODIES,
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

test('each route is asked below', () => {
  const missing = names.filter((name) => !(name in CALLS))
  expect(missing.map((name) => `${name} has no call: add one to PATHS, BODIES or CHANGES above`)).toEqual([])
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
