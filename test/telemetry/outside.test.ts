import { afterAll, expect, test } from 'bun:test'
import { testDatabase } from '../support/database.ts'
import { startEcb } from '../support/ecb.ts'
import { aStore } from '../support/factories.ts'
import { spends, startMeta } from '../support/meta.ts'
import { startOpenai } from '../support/openai.ts'
import { OWNER } from '../support/owner.ts'
import { startReceivers } from '../support/receivers.ts'
import { startService } from '../support/service.ts'
import { startShopify } from '../support/shopify.ts'
import { until } from '../support/until.ts'

const { sql, appUrl } = await testDatabase()
const receivers = startReceivers()
const today = new Date().toISOString().slice(0, 10)
const [shopify, meta, openai, ecb] = [startShopify(), startMeta({ today }), startOpenai(), startEcb()]
afterAll(() => Promise.all([shopify.stop(), meta.stop(), openai.stop(), ecb.stop()]))
ecb.publish([{ day: today, rates: { USD: '1.0843' } }])
const service = await startService({
  DATABASE_URL: appUrl,
  ADMIN_EMAIL: OWNER.email,
  ADMIN_PASSWORD: OWNER.password,
  SHOPIFY_API_ROOT: shopify.root,
  META_API_ROOT: meta.root,
  ECB_API_ROOT: ecb.url,
  OPENAI_API_KEY: openai.key,
  OPENAI_BASE_URL: openai.url,
  OTEL_METRIC_EXPORT_INTERVAL: '200',
  ...receivers.environment,
})

let token = ''
async function call(path: string, method = 'GET', json?: object) {
  const headers = { authorization: `Bearer ${token}`, ...(json && { 'content-type': 'application/json' }) }
  const response = await fetch(service.url + path, { method, headers, ...(json && { body: JSON.stringify(json) }) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('requests to shops, Meta, the ECB and OpenAI are spans with endpoint, whose, and status, and how old each source is, is measured', async () => {
  token = String((await call('/auth/login', 'POST', OWNER)).body['token'])
  const store = await aStore(sql, { slug: 'nl' })
  const shop = shopify.shop('nl-shop.myshopify.com')
  shop.buys('1000', { at: new Date().toISOString(), lines: [{ sku: 'ZEBRAFINCH', price: '10.00' }] })
  const account = meta.addAccount()
  spends(meta.addCampaign(account, 'Zebrafinch'), today, 1_000)
  const { domain, client_id, client_secret } = shop
  expect((await call('/stores/nl/shopify', 'PUT', { domain, client_id, client_secret })).status).toBe(200)
  const { id: external_id } = account
  expect((await call('/ad-accounts', 'POST', { store: 'nl', external_id, token: account.token })).status).toBe(201)
  await call('/chunks?q=zebrafinch')
  await until('order and spend are in', async () => (await sql`select 1 from orders o join ad_spend a using (store_id) where store_id = ${store.id}`).length > 0) // prettier-ignore
  await until('sources are measured', () => receivers.metrics.some(({ name }) => name === 'dealdome.source.lag'))
  await service.stop()

  const sent = (service: string) => receivers.spans.filter(({ attributes }) => attributes['peer.service'] === service)
  const found = (service: string) => new Set(sent(service).map(({ name, attributes }) => `${name} ${attributes['http.response.status_code']}`)) // prettier-ignore
  for (const name of ['shopify access_token 200', 'shopify AboutShop 200', 'shopify bulk file 200'])
    expect(found('shopify')).toContain(name)
  expect(sent('shopify').find(({ name }) => name.endsWith('AboutShop'))?.attributes['dealdome.account']).toBe(domain)
  for (const name of ['meta account 200', 'meta insights 200']) expect(found('meta')).toContain(name)
  expect([...found('ecb')][0]).toMatch(/^ecb eurofxref-.* 200$/)
  expect(found('openai')).toEqual(new Set(['openai embeddings 200']))
  // A job is above those that it asks.
  const sync = receivers.spans.find(({ name }) => name === 'job run_sync')!
  expect(receivers.spans.some(({ trace, attributes }) => trace === sync.trace && 'peer.service' in attributes)).toBe(true) // prettier-ignore
  expect(receivers.metrics.map(({ name }) => name)).toContain('http.client.request.duration')
  const all = receivers.bytes.join('\n')
  for (const secret of [
    client_secret,
    client_id,
    account.token,
    openai.key,
    shop.token,
    'ZEBRAFINCH',
    'Zebrafinch',
    'zebrafinch',
  ])
    // prettier-ignore
    expect(all).not.toContain(secret)
})
