import { afterAll } from 'bun:test'
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
import { calls, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { SEAL, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { aRate } from '../support/factories.ts'
import { connectAds, startAds } from './openapi-ads.ts'
import { compareDays } from './openapi-reconciliation.ts'
import { aSecondFactor, codeOf } from '../support/second-factor.ts'
import { aProposal, whoIs } from '../support/proposals.ts'

// The workspace that test/api/openapi.test.ts asks, and what its routes are asked about.
export const PASSWORD = 'correct horse battery'
export const CHANGED_ORDER = { id: 450_789_469 }

const database = await testDatabase()
const { sql } = database
const claude = await startAnthropic({ otherwise: () => says('Fine.') })
afterAll(() => claude.stop())
const shopify = startShopify()
afterAll(() => shopify.stop())
export const jp = Object.assign(shopify.shop('jp.myshopify.com'), {
  currency: 'JPY',
  client_id: 'client-id',
  client_secret: 'client-secret',
})
const telegramWebhook = { secret: 'secret-of-the-webhook', receive: () => Promise.resolve() }
const ads = startAds()
afterAll(() => ads.stop())
export const api = await testApi(database, {
  model: createModel({ apiKey: claude.key, baseURL: claude.url }),
  telegramWebhook,
  shopify: createShopify({ root: shopify.root, now: () => new Date('2026-04-13T10:00:00Z') }),
  meta: ads.meta,
})
export const { nl, table } = await april(sql)
await sql`update orders set customer = '17850' where store_id = ${nl.id}`
await aRate(sql, 'GBP', '2026-03-31', '0.80')
export const owner = await api.someone('owner', await hashPassword(PASSWORD))
export const { token } = owner
for (const telegram_id of [4_711, 4_712])
  await linkTelegramAccount(sql, { telegram_id, user_id: owner.id, first_name: 'Ann', username: null })
export const memory = (await api.post('/memories', { content: 'Answer me in Dutch' }, token)).body['id'] as number
const aCost = (unit_cost: string) =>
  aProposal(sql, whoIs(owner), api.clock.now, { kind: 'unit_cost', product_id: table, unit_cost, currency: 'EUR' })
export const [action, unwanted, differently] = [await aCost('2501'), await aCost('2502'), await aCost('2503')]
claude.script([calls('get_pnl', { store: 'nl', period: 'this_month' }), says('Fine.')])
const asked = await api.post('/agents/messages', { text: 'How is nl doing?' }, token)
export const [receipt] = asked.body['receipt_ids'] as number[]
export const { id: sync } = await keepSync(sql, { connector: 'shopify', store_id: nl.id, account: '', resource: 'orders', every_minutes: 15, next_run_at: null }) // prettier-ignore
await connectAds(sql, { store: nl, user_id: owner.id, meta: ads.meta, now: api.clock.now })
await connectShopifyShop(sql, { store_id: nl.id, domain: 'nl.myshopify.com', client_id: 'client-id' })
await compareDays(sql, nl, api.clock.now)

export const AD_SPEND = 'Day,Campaign name,Amount spent (EUR)\n2026-04-03,Spring,12.50\n,,12.50\n'
export const imported: string[] = []
for (const campaign of ['Spring', 'Summer']) {
  const sent = {
    method: 'POST',
    token,
    body: AD_SPEND.replace('Spring', campaign),
    headers: { 'content-type': 'text/csv' },
  }
  imported.push(String((await api.send('/imports/ad-spend?store=nl&file_name=april.csv', sent)).body['id']))
}
export const WATCH = {
  title: 'Sales',
  kind: 'reminder',
  text: 'Look at the ads.',
  rhythm: { every: 'week', weekdays: [1, 4], at: '09:00' },
  store: 'nl',
  condition: { metric: 'mer', period: 'last_week', is: 'below', value: 1.8, compare_with: 'previous' },
}
export const task = String((await api.post('/tasks', WATCH, token)).body['id'])
export const lesson = {
  title: 'Lesson 3: Returns',
  url: 'https://videos.example.com/3',
  text: 'WEBVTT\n\n00:01.000 --> 00:04.500\nThe return window is 14 days.\n\n00:05.000 --> 00:09.000\nAfter that we give store credit.',
}
await api.post('/sources', lesson, token)
export const parked = (
  await insertJob(sql, { name: 'sweep', payload: '{}', queue: null, key: null, delay: 0, attempts: 1 })
).id
await sql`update graphile_worker._private_jobs set attempts = 1, last_error = 'no' where id = ${parked}`
export const { code } = await pairingCode(sql, { telegram_id: 1, first_name: 'Sam', username: 'sam' }, api.clock.now)
export const { code: another } = await pairingCode(
  sql,
  { telegram_id: 2, first_name: 'Kim', username: null },
  api.clock.now,
)
await api.post('/reports', { month: '2026-02', store: 'nl' }, token)
await api.post('/agents/messages', { text: 'Hello Alfred' }, token)
export const credentials = { email: owner.email, password: PASSWORD }
export const invited = (await api.post('/users', { email: 'first@example.com', role: 'viewer' }, token)).body
export const apiToken = (await api.post('/api-tokens', { name: 'Sheet', scopes: ['stats:read'] }, token)).body
export const posted = { date: '2026-04-03', store: 'uk', revenue: 12.5 }
export const day = (await api.post('/financials/daily', { ...posted, date: '2026-04-04' }, token)).body['id']
export const product = { ...posted, product_id: table, units_sold: 2 }
export const performance = (
  await api.post('/financials/product-performance', { ...product, date: '2026-04-04' }, token)
).body

/** What an MCP client, Telegram and Shopify must say; other routes do not ask. */
export const HEADERS = {
  ...headersOf(jp, { topic: 'orders/create', event: 'an event', body: JSON.stringify(CHANGED_ORDER) }),
  accept: 'application/json, text/event-stream',
  'x-telegram-bot-api-secret-token': telegramWebhook.secret,
}
const twice = await api.someone('viewer')
await aSecondFactor(sql, SEAL, { user_id: twice.id, email: twice.email, now: api.clock.now })
const begun = await aSecondFactor(sql, SEAL, { user_id: owner.id, email: owner.email, now: api.clock.now, confirmed: false }) // prettier-ignore
export const signIn = {
  session: (await api.signIn(owner.id)).claims.sid,
  other: twice.id,
  password: PASSWORD,
  code: (steps: number) => codeOf(begun, api.clock.now, steps),
}
