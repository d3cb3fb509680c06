import { afterAll, expect, test } from 'bun:test'
import { createShopify } from '../../../src/shopify/admin.ts'
import { testApi } from '../../support/api.ts'
import { testDatabase } from '../../support/database.ts'
import { toldByShops } from '../../support/shopify-told.ts'
import { startShopify } from '../../support/shopify.ts'

const database = await testDatabase()
const shopify = startShopify()
afterAll(() => shopify.stop())
const { publicUrl, connected } = await toldByShops(database, shopify)
const api = await testApi(database, {
  publicUrl,
  shopify: createShopify({ root: shopify.root, now: () => new Date() }),
})
const { token } = await api.someone('owner')
const disconnect = (slug: string) => api.send(`/stores/${slug}/shopify`, { method: 'DELETE', token })
const keyOf = ({ domain, client_id, client_secret }: { domain: string; client_id: string; client_secret: string }) => ({
  domain,
  client_id,
  client_secret,
})

test('a shop that is disconnected sends no more webhooks: its subscriptions of ours are gone, and no others', async () => {
  const { store, shop } = await connected()
  expect(shop.subscriptions).toHaveLength(13)
  shop.subscriptions.push({ ...shop.subscriptions[0]!, id: 'gid://shopify/WebhookSubscription/9', uri: 'https://other.example/hook' }) // prettier-ignore
  const gone = await disconnect(store.slug)
  expect([gone.status, gone.body]).toEqual([200, { store: store.slug, result: 'disconnected', note: null }])
  expect(shop.subscriptions.map(({ uri }) => uri)).toEqual(['https://other.example/hook'])
})

test('a shop that cannot be told is disconnected all the same, and people are told what to do', async () => {
  const { store, shop } = await connected()
  const broken = { operation: 'ListWebhooks', fault: 'broken' as const }
  shop.faults.push(broken, broken, broken)
  const gone = await disconnect(store.slug)
  expect(gone.body).toMatchObject({ result: 'disconnected' })
  expect(gone.body['note']).toBe(
    `${shop.domain} could not be told to send no more webhooks; those that come are refused. Uninstall the app there, or delete its webhooks. ${shop.domain} does not answer right now. Try again in a moment.`,
  )
  expect((await api.get(`/stores/${store.slug}/shopify`, token)).status).toBe(404)
})

test('a shop that another store of ours listens to goes on', async () => {
  const { store, shop } = await connected()
  const { store: second } = await connected()
  await api.send(`/stores/${second.slug}/shopify`, { method: 'PUT', token, json: keyOf(shop) })
  expect((await disconnect(store.slug)).body).toMatchObject({ note: null })
  expect(shop.subscriptions).toHaveLength(13)
})

test('a store that moves to another shop leaves the first', async () => {
  const { store, shop } = await connected()
  const next = shopify.shop('next.myshopify.com')
  const moved = await api.send(`/stores/${store.slug}/shopify`, { method: 'PUT', token, json: keyOf(next) })
  expect([moved.status, moved.body['domain']]).toEqual([200, 'next.myshopify.com'])
  expect(shop.subscriptions).toEqual([])
})
