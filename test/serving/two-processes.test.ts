import { afterAll, expect, test } from 'bun:test'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
import { OWNER } from '../support/owner.ts'
import { type Service, startService } from '../support/service.ts'

const DAY = '2026-04-08'
const SUMMARY = `/financials/summary?start=${DAY}&end=${DAY}`

const WRITES = 60

const services: Service[] = []
afterAll(async () => {
  for (const service of services) await service.kill()
})
const { sql, appUrl } = await testDatabase()
const store = await aStore(sql)
for (let n = 0; n < 2; n += 1)
  services.push(
    await startService({
      ROLES: 'api',
      DATABASE_URL: appUrl,
      ADMIN_EMAIL: OWNER.email,
      ADMIN_PASSWORD: OWNER.password,
      RATE_LIMIT: '1000000',
    }),
  )
const [one, other] = services as [Service, Service]

async function send({ url }: Service, path: string, token: string, json?: unknown, method = json ? 'POST' : 'GET') {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(url + path, { method, headers, ...(json !== undefined && { body: JSON.stringify(json) }) })
  const text = await answer.text()
  const body = text ? (JSON.parse(text) as Record<string, unknown>) : {}
  return { status: answer.status, kept: answer.headers.get('cache-status') !== null, body }
}
const login = async (service: Service) => String((await send(service, '/auth/login', '', OWNER)).body['token'])

test('a write through one process is in the very next read through the other, while both are asked without a pause', async () => {
  const token = await login(one)
  const stop = new AbortController()
  let kept = 0
  const asking = services.flatMap((service) =>
    [1, 2].map(async () => {
      while (!stop.signal.aborted) if ((await send(service, SUMMARY, token)).kept) kept += 1
    }),
  )
  const late: unknown[] = []
  try {
    for (let revenue = 1; revenue <= WRITES; revenue += 1) {
      const [writer, reader] = revenue % 2 ? [one, other] : [other, one]
      if (revenue % 3)
        expect(await send(writer, '/financials/daily', token, { date: DAY, store: store.slug, revenue })).toMatchObject({ body: { revenue } }) // prettier-ignore
      else await sql`update manual_days set revenue_minor = ${revenue * 100}`
      const reads = await Promise.all([reader, writer, reader].map((service) => send(service, SUMMARY, token)))
      for (const { body } of reads) if (body['revenue'] !== revenue) late.push([revenue, body['revenue']])
    }
  } finally {
    stop.abort()
    await Promise.all(asking)
  }
  expect(late).toEqual([])
  expect(kept).toBeGreaterThan(20)
}, 300_000) // two processes that are asked without a pause, on a busy machine

test('a session that is ended through one process is refused at once by the other, which had just known it', async () => {
  for (let round = 0; round < 10; round += 1) {
    const token = await login(one)
    await send(other, SUMMARY, token)
    expect(await send(other, SUMMARY, token)).toMatchObject({ status: 200, kept: true })
    expect((await send(one, '/auth/logout', token, {})).status).toBe(204)
    expect((await send(other, SUMMARY, token)).status).toBe(401)
  }
})

test('a token that is revoked, or whose person may see less, is held to it at once by the other process', async () => {
  const token = await login(one)
  const made = await send(one, '/api-tokens', token, { name: 'Sheet', scopes: ['stats:read'] })
  const sheet = String(made.body['token'])
  const small = await aStore(sql, { slug: 'small' })
  for (const status of [200, 200]) expect((await send(other, SUMMARY, sheet)).status).toBe(status)
  expect((await send(other, SUMMARY, sheet)).body['revenue']).toBe(WRITES)
  await sql`update api_tokens set store_ids = ${[small.id]}`
  expect((await send(other, SUMMARY, sheet)).body['revenue']).toBe(0)
  await sql`update api_tokens set store_ids = null, scopes = ${['orders:read']}`
  expect((await send(other, SUMMARY, sheet)).status).toBe(403)
  await sql`update api_tokens set scopes = ${['stats:read']}`
  expect((await send(other, SUMMARY, sheet)).status).toBe(200)
  expect((await send(one, `/api-tokens/${Number(made.body['id'])}`, token, undefined, 'DELETE')).status).toBe(204)
  expect((await send(other, SUMMARY, sheet)).status).toBe(401)
})
