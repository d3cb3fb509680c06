import { afterAll, expect, test } from 'bun:test'
import { createMeta } from '../../src/ingest/meta/graph.ts'
import { createShopify } from '../../src/shopify/admin.ts'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

/** Stands for whatever is reachable from inside: a metadata service, a database, our own API. */
const asked: string[] = []
const inside = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request) {
    asked.push(request.url)
    return new Response('{}')
  },
})
afterAll(() => inside.stop(true))
const here = `127.0.0.1:${inside.port}`

const database = await testDatabase()
const now = () => new Date('2026-04-13T10:00:00Z')
// Without a root, as in production: requests go where the domain says.
const api = await testApi(database, {
  shopify: createShopify({ now }),
  meta: createMeta({ root: `http://${here}/meta` }),
})
await april(database.sql)
const { token } = await api.someone('owner')

const DOMAINS = [
  here, `http://${here}`, `${here}/.myshopify.com`, `${here}#.myshopify.com`, `${here}?.myshopify.com`, `x.myshopify.com@${here}`,
  `x.myshopify.com:${inside.port}`, 'x.myshopify.com.evil.example', 'evil.example/x.myshopify.com', 'localhost', '169.254.169.254', '[::1]',
  'x.myshopify.com\r\nhost: evil', 'x.myshopify.com\n', '0x7f000001', 'file:///etc/passwd', '..myshopify.com', '.myshopify.com', 'a_b.myshopify.com',
] // prettier-ignore

test('a shop is asked at myshopify.com and nowhere else, whatever domain somebody types', async () => {
  for (const domain of DOMAINS)
    for (const credentials of [{ access_token: 'shpat_0123456789abcdef0123456789abcdef' }, { client_id: 'a', client_secret: 'b' }]) {
      const answer = await api.send('/stores/nl/shopify', { method: 'PUT', token, json: { domain, ...credentials } })
      expect([domain, (problemOf(answer, 422).errors ?? []).map(({ field }) => field)]).toEqual([domain, ['domain']])
    } // prettier-ignore
  expect(asked).toEqual([])
})

test('an ad account is asked by its number, which cannot become another address', async () => {
  const bad = [
    'act_1/../../me',
    '../me',
    'act_1?fields=id',
    'act_1#',
    `http://${here}/`,
    'act_',
    'me',
    '1 2',
    'act_1\r\nx: y',
  ]
  for (const external_id of bad) {
    const json = { external_id, platform: 'meta', store: 'nl', access_token: 'EAAB0123456789abcdef', token: 'EAAB0123456789abcdef' } // prettier-ignore
    expect([external_id, (await api.post('/ad-accounts', json, token)).status]).toEqual([external_id, 422])
  }
  expect(asked).toEqual([])
})

test('no body anywhere names an address that the service then asks', async () => {
  const url = `http://${here}/inside`
  const fields = ['url', 'uri', 'webhook', 'webhook_url', 'callback', 'domain', 'endpoint', 'image', 'source', 'file', 'link', 'host', 'name', 'content', 'title', 'text', 'external_id'] // prettier-ignore
  const json = { ...Object.fromEntries(fields.map((field) => [field, url])), store: 'nl' }
  for (const { method, path } of api.app.routes)
    if (['POST', 'PUT', 'PATCH'].includes(method) && !/^\/(auth|webhooks)/.test(path))
      await api.send(path.replace(/:\w+/g, '1'), { method, token, json })
  expect(asked).toEqual([])
})
