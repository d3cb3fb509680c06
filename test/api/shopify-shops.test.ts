import { expect, test } from 'bun:test'
import { shopSecretName } from '../../src/actions/executors.ts'
import { problemOf, SEAL, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk' })
const { token } = await api.someone('admin')
const limited = await api.someone('admin')
await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`

const SECRET = 'shpss_kept-and-never-shown'
const shop = { domain: 'nl-shop.myshopify.com', client_id: 'client-1' }
const connect = (json: object, headers: Record<string, string> = {}, as = token) =>
  api.send('/stores/nl/shopify', { method: 'PUT', token: as, json: { client_secret: SECRET, ...json }, headers })
const sealedSecret = async () => {
  const [row] = await sql<{ sealed: string }[]>`select sealed from secrets where name = ${shopSecretName(nl.id)}`
  return row?.sealed
}

test('a store is connected, shown without its secret, which is sealed, and disconnected again', async () => {
  problemOf(await api.get('/stores/nl/shopify', token), 404)
  const connected = await connect(shop)
  expect([connected.status, connected.body]).toMatchObject([200, shop])
  const { headers, text, body } = await api.get('/stores/nl/shopify', token)
  expect([body, text]).toMatchObject([shop, connected.text])
  expect(text).not.toContain(SECRET)
  expect(SEAL.open(shopSecretName(nl.id), (await sealedSecret())!)).toBe(SECRET)
  expect(headers.has('etag')).toBe(true)

  const gone = await api.send('/stores/nl/shopify', { method: 'DELETE', token })
  expect([gone.status, gone.body]).toEqual([200, { store: 'nl', result: 'disconnected' }])
  expect(await sealedSecret()).toBeUndefined()
  problemOf(await api.send('/stores/nl/shopify', { method: 'DELETE', token }), 404)
  const noted = await sql<{ action: string; text: string }[]>`
    select action, a::text as text from audit_log a where action like 'shopify.%' order by id`
  expect(noted.map(({ action }) => action)).toEqual(['shopify.connected', 'shopify.disconnected'])
  expect(JSON.stringify(noted)).not.toContain(SECRET)
})

test('a connection that was changed since it was read stays as it is', async () => {
  await connect(shop)
  problemOf(await connect({ ...shop, client_id: 'client-2' }, { 'if-match': '"another"' }), 412)
  expect((await api.get('/stores/nl/shopify', token)).body).toMatchObject(shop)
})

test('only a shop at Shopify is taken, from those who see the store', async () => {
  for (const domain of ['example.com', 'x.myshopify.com.evil.example', 'localhost', 'X.myshopify.com'])
    expect(problemOf(await connect({ ...shop, domain }), 422).errors?.[0]?.field).toBe('domain')
  problemOf(await connect({ ...shop, client_secret: '' }), 422)
  problemOf(await connect(shop, {}, limited.token), 404)
  problemOf(await api.get('/stores/nl/shopify', limited.token), 404)
})
