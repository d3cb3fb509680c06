import { afterAll, describe, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const claude = await startAnthropic()
afterAll(() => claude.stop())
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url }) })
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk' })
const de = await aStore(sql, { slug: 'de' })
const owner = await api.someone('owner')
const limited = await api.someone('admin')
await sql`update users set store_ids = ${[nl.id, uk.id]} where id = ${limited.id}`

const make = (json: object, token = owner.token) =>
  api.post('/api-tokens', { name: 'Sheet', scopes: ['stats:read'], ...json }, token)
const made = async (json: object = {}, token = owner.token) => {
  const { status, body } = await make(json, token)
  expect(status).toBe(201)
  return body as { id: number; token: string; public_part: string; expires_at: string | null }
}
const list = async (token = owner.token) =>
  (await api.get('/api-tokens', token)).body['data'] as Record<string, unknown>[]
const status = async (token: string, path = '/stores') => (await api.get(path, token)).status
const storesSeen = async (token: string) =>
  ((await api.get('/stores', token)).body['data'] as { slug: string }[]).map(({ slug }) => slug)

describe('a new token', () => {
  test('is shown once, with a public part that the list shows too', async () => {
    const answer = await make({ name: 'Nightly sheet', scopes: ['stats:read', 'products:read'], stores: ['uk', 'nl'] })
    const { token, ...shown } = answer.body as { token: string }
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(token).toMatch(/^dd_[a-z2-7]{8}_[a-z2-7]{40}$/)
    expect(shown).toEqual({
      id: expect.any(Number),
      name: 'Nightly sheet',
      public_part: token.slice(0, 11),
      email: owner.email,
      scopes: ['products:read', 'stats:read'],
      stores: ['nl', 'uk'],
      created_at: '2026-04-13T10:00:00.000Z',
      last_used_at: null,
      expires_at: null,
    } as object)
    expect((await list())[0]).toEqual(shown as Record<string, unknown>)
  })

  test('is stored as a hash only, here and in the audit log', async () => {
    const { token } = await made()
    const secret = token.slice(12)
    const [row] = await sql<{ found: boolean }[]>`
      select exists (select 1 from api_tokens t where t::text like ${`%${secret}%`})
          or exists (select 1 from audit_log a where a::text like ${`%${secret}%`}) as found`
    expect(row?.found).toBe(false)
    const [{ token_hash } = { token_hash: new Uint8Array() }] = await sql<{ token_hash: Uint8Array }[]>`
      select token_hash from api_tokens where public_part = ${token.slice(0, 11)}`
    expect(Buffer.from(token_hash).toString('hex')).toBe(new Bun.CryptoHasher('sha256').update(token).digest('hex'))
  })

  test('has no more scopes than who makes it', async () => {
    const admin = await api.anApiToken(owner.id, { scopes: ['admin', 'stats:read'] })
    expect(problemOf(await make({ scopes: ['stats:read', 'orders:write'] }, admin.token), 403).detail).toBe(
      'You may not do orders:write yourself, so a token of yours cannot.',
    )
    await made({ scopes: ['stats:read', 'admin'] }, admin.token)
  })

  test('sees no other stores than who makes it', async () => {
    expect(problemOf(await make({ stores: ['de'] }, limited.token), 422).detail).toBe(
      'There is no store "de". Stores: nl, uk.',
    )
    expect(await storesSeen((await made({ stores: ['uk'] }, limited.token)).token)).toEqual(['uk'])
    const same = await made({}, limited.token)
    expect(await storesSeen(same.token)).toEqual(['nl', 'uk'])
    expect((await list())[0]).toMatchObject({ id: same.id, stores: ['nl', 'uk'] })
    const narrow = await api.anApiToken(owner.id, { scopes: ['admin', 'stats:read'], store_ids: [uk.id] })
    expect(await storesSeen((await made({}, narrow.token)).token)).toEqual(['uk'])
  })

  test('lasts no longer than the token that makes it', async () => {
    const expires_at = new Date('2026-05-01T00:00:00Z')
    const maker = await api.anApiToken(owner.id, { expires_at })
    for (const json of [{}, { expires_at: '2026-05-01T00:00:01Z' }])
      expect(problemOf(await make(json, maker.token), 403).detail).toContain('2026-05-01T00:00:00.000Z')
    expect(await made({ expires_at: '2026-05-01T00:00:00Z' }, maker.token)).toMatchObject({
      expires_at: '2026-05-01T00:00:00.000Z',
    })
  })

  test('needs a name, known scopes and stores, and an expiry ahead that is in the calendar', async () => {
    const fieldsOf = async (json: object) => [
      ...new Set(problemOf(await make(json), 422).errors?.map(({ field }) => field)),
    ]
    expect(await fieldsOf({ name: '' })).toEqual(['name'])
    expect(await fieldsOf({ scopes: [] })).toEqual(['scopes'])
    expect(await fieldsOf({ scopes: ['stats:write'] })).toEqual(['scopes.0'])
    expect(await fieldsOf({ stores: [] })).toEqual(['stores'])
    expect(await fieldsOf({ expires_at: 'tomorrow' })).toEqual(['expires_at'])
    expect(await fieldsOf({ expires_at: '2026-02-30T00:00:00Z' })).toEqual(['expires_at'])
    expect(await fieldsOf({ expires_at: '2026-06-01T25:00:00Z' })).toEqual(['expires_at'])
    expect(problemOf(await make({ expires_at: '2026-04-13T10:00:00Z' }), 422).detail).toContain('has passed')
    expect(problemOf(await make({ stores: ['us'] }), 422).detail).toContain('There is no store "us".')
  })
})

describe('a token', () => {
  test('does what both its scopes and the role of its user include, whatever the role is at the moment', async () => {
    const { id } = await api.someone('finance')
    const { token } = await api.anApiToken(id, { scopes: ['products:read', 'admin'] })
    const allowed = async () => [await status(token, '/products'), await status(token), await status(token, '/users')]
    expect(await allowed()).toEqual([200, 403, 403])
    await sql`update users set role = 'viewer' where id = ${id}`
    expect(await allowed()).toEqual([403, 403, 403])
    await sql`update users set role = 'admin' where id = ${id}`
    expect(await allowed()).toEqual([200, 403, 200])
  })

  test('sees the stores that both it and its user are limited to', async () => {
    const { id } = await api.someone('viewer')
    const all = await api.anApiToken(id)
    const two = await api.anApiToken(id, { store_ids: [nl.id, uk.id] })
    expect([await storesSeen(all.token), await storesSeen(two.token)]).toEqual([
      ['de', 'nl', 'uk'],
      ['nl', 'uk'],
    ])
    await sql`update users set store_ids = ${[uk.id, de.id]} where id = ${id}`
    expect([await storesSeen(all.token), await storesSeen(two.token)]).toEqual([['de', 'uk'], ['uk']])
    await sql`update users set store_ids = ${[de.id]} where id = ${id}`
    expect([await storesSeen(all.token), await storesSeen(two.token)]).toEqual([['de'], []])
  })

  test('ends at its expiry', async () => {
    const { token } = await made({ expires_at: '2026-04-13T12:00:00Z' })
    expect(await api.at('2026-04-13T11:59:59Z', () => status(token))).toBe(200)
    expect(await api.at('2026-04-13T12:00:00Z', () => status(token))).toBe(401)
  })

  test('ends at once when it is revoked, and leaves the list', async () => {
    const { id, token } = await made()
    expect(await status(token)).toBe(200)
    const revoke = () => api.send(`/api-tokens/${id}`, { method: 'DELETE', token: owner.token })
    expect((await revoke()).status).toBe(204)
    expect(await status(token)).toBe(401)
    expect((await list()).some((one) => one['id'] === id)).toBe(false)
    problemOf(await revoke(), 404)
  })

  test('says when it was last used, to the minute', async () => {
    const { id, token } = await made()
    const lastUsed = async () => (await list()).find((one) => one['id'] === id)?.['last_used_at']
    for (const [time, noted] of [
      ['2026-04-13T11:00:00Z', '2026-04-13T11:00:00.000Z'],
      ['2026-04-13T11:00:59Z', '2026-04-13T11:00:00.000Z'],
      ['2026-04-13T11:01:01Z', '2026-04-13T11:01:01.000Z'],
    ] as const) {
      await api.at(time, () => status(token))
      expect(await lastUsed()).toBe(noted)
    }
  })

  test('is not taken from the cookie', async () => {
    const { token } = await made()
    problemOf(await api.send('/stores', { headers: { cookie: `dealdome_session=${token}` } }), 401)
  })

  test('learns from Alfred no more than it may read itself', async () => {
    const { token } = await api.anApiToken(owner.id, { scopes: ['agents:use', 'stats:read'] })
    claude.script([
      [calls('find_products', { words: 'lamp' }), calls('get_pnl', { period: 'today', store: 'uk' })],
      says('Done.'),
    ])
    expect((await api.post('/agents/messages', { text: 'Tell me' }, token)).status).toBe(200)
    const [products, pnl] = resultsOf(claude.requests.at(-1)!)
    expect(products?.result).toBe('This API token does not include products:read. Make one that does.')
    expect(pnl?.isError).toBe(false)
  })
})

test('tokens are listed newest first, page by page', async () => {
  const ids = (await list()).map(({ id }) => id as number)
  expect(ids).toEqual(ids.toSorted((a, b) => b - a))
  const first = (await api.get('/api-tokens?limit=2', owner.token)).body
  const second = (await api.get(`/api-tokens?limit=2&cursor=${String(first['next'])}`, owner.token)).body
  expect([first, second].flatMap(({ data }) => (data as { id: number }[]).map(({ id }) => id))).toEqual(ids.slice(0, 4))
})
