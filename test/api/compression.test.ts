import { afterAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, unzipSync } from 'fflate'
import { says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { createModel } from '../../src/agents/model.ts'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aStore } from '../support/factories.ts'

const folder = await mkdtemp(join(tmpdir(), 'dealdome-out-'))
const page = `<!doctype html><title>DealDome</title>${'<p>Profit</p>'.repeat(500)}`
await Bun.write(join(folder, 'index.html'), page)
await Bun.write(join(folder, '404.html'), '<!doctype html>Not here')
await Bun.write(join(folder, '_next/static/a.js'), `export const a = [${'1,'.repeat(2_000)}]`)
await Bun.write(join(folder, 'icon.png'), new Uint8Array(4_000).fill(7))

const database = await testDatabase()
const claude = await startAnthropic({ otherwise: () => says('Fine. '.repeat(400)) })
const model = createModel({ apiKey: claude.key, baseURL: claude.url })
const api = await testApi(database, { model, dashboard: { folder } })
const store = await aStore(database.sql, { slug: 'nl' })
for (let n = 0; n < 60; n++) await aProduct(database.sql, store, { name: `Lamp ${n}`, sku: `L-${n}` })
const { token } = await api.someone('owner')
api.app.listen({ port: 0, hostname: '127.0.0.1' })
afterAll(async () => {
  await Promise.all([api.app.stop(true), claude.stop()])
  await rm(folder, { recursive: true })
})
const url = `http://127.0.0.1:${api.app.server?.port}`

/** An answer with the bytes that travelled. */
async function get(
  path: string,
  encoding: string | null,
  more: { headers?: object; method?: string; body?: string } = {},
) {
  const headers = { authorization: `Bearer ${token}`, 'accept-encoding': encoding ?? 'identity', ...more.headers }
  const response = await fetch(url + path, { ...more, headers, decompress: false })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const header = (name: string) => response.headers.get(name)
  return { status: response.status, header, bytes, isGzip: header('content-encoding') === 'gzip' }
}
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

test('a large answer is compressed for who takes gzip, and is the same otherwise', async () => {
  for (const path of ['/products', '/openapi.json', '/products?format=csv', '/app', '/app/_next/static/a.js']) {
    const [plain, gzip] = [await get(path, null), await get(path, 'gzip, deflate, br')]
    expect([path, plain.isGzip, gzip.isGzip]).toEqual([path, false, true])
    expect(textOf(gunzipSync(gzip.bytes))).toBe(textOf(plain.bytes))
    expect(gzip.bytes.byteLength).toBeLessThan(plain.bytes.byteLength / 2)
    expect(gzip.header('content-type')).toBe(plain.header('content-type'))
    expect([plain.header('vary'), gzip.header('vary')]).toEqual(['accept-encoding', 'accept-encoding'])
  }
})

test('the weights of Accept-Encoding decide', async () => {
  for (const [encoding, compressed] of [
    ['gzip', true],
    ['GZIP;q=0.1', true],
    ['br, gzip ; q=0.5', true],
    ['*', true],
    ['gzip;q=0', false],
    ['*;q=0', false],
    ['gzip;q=0, *', false],
    ['br, deflate', false],
    ['identity', false],
    [';;q=x,,', false],
  ] as const)
    expect([encoding, (await get('/products', encoding)).isGzip]).toEqual([encoding, compressed])
})

test('a small answer, a workbook, a picture and a failure are left as they are', async () => {
  for (const path of ['/products/1', '/auth/me', '/app/icon.png', '/nothing', '/app/nothing'])
    expect([path, (await get(path, 'gzip')).isGzip]).toEqual([path, false])
  const workbook = await get('/products?format=xlsx', 'gzip')
  expect([workbook.isGzip, Object.keys(unzipSync(workbook.bytes)).length]).toEqual([false, 6])
})

test('an answer that is no text of the database is compressed too', async () => {
  const headers = { 'content-type': 'application/json' }
  const answer = await get('/agents/messages', 'gzip', { method: 'POST', headers, body: '{"text":"Hi"}' })
  expect([answer.status, answer.isGzip]).toEqual([200, true])
  expect(JSON.parse(textOf(gunzipSync(answer.bytes)))).toMatchObject({ agent: 'alfred' })
})

test('HEAD tells of the form that GET would have', async () => {
  for (const encoding of ['gzip', null]) {
    const [whole, head] = [await get('/products', encoding), await get('/products', encoding, { method: 'HEAD' })]
    expect(head.bytes.byteLength).toBe(0)
    for (const name of ['content-encoding', 'content-length', 'content-type', 'vary'])
      expect([name, head.header(name)]).toEqual([name, whole.header(name)])
  }
})

test('each form has its own ETag, and an update may be tied to either', async () => {
  const name = 'N'.repeat(200)
  const path = `/products/1`
  const patch = (etag: string, json: object) =>
    get(path, null, { method: 'PATCH', body: JSON.stringify(json), headers: { 'content-type': 'application/json', 'if-match': etag } }) // prettier-ignore
  const plain = await get('/settings', null)
  const { isGzip, header } = await get('/settings', 'gzip')
  expect([isGzip, header('etag')]).toEqual([false, plain.header('etag')])
  const etag = (await get(path, null)).header('etag')!
  expect((await patch(etag.replace(/"$/, '-gzip"'), { name })).status).toBe(200)
  expect((await patch(etag.replace(/"$/, '-gzip"'), { name: 'Other' })).status).toBe(412)
  expect((await patch((await get(path, null)).header('etag')!, { name: 'Other' })).status).toBe(200)
})

test('files of the dashboard are compressed once, and told apart by their ETag', async () => {
  const [plain, gzip] = [await get('/app', null), await get('/app', 'gzip')]
  expect(gzip.header('etag')).toBe(plain.header('etag')!.replace(/"$/, '-gzip"'))
  for (const known of [plain, gzip])
    for (const encoding of ['gzip', null]) {
      const again = await get('/app', encoding, { headers: { 'if-none-match': `"x", W/${known.header('etag')}` } })
      expect([again.status, again.bytes.byteLength, again.header('vary')]).toEqual([304, 0, 'accept-encoding'])
    }
  expect((await get('/app', 'gzip', { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
})
