import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { testDatabase } from '../support/database.ts'
import { startReceivers } from '../support/receivers.ts'
import { startService } from '../support/service.ts'
import { until } from '../support/until.ts'

const OWNER = { ADMIN_EMAIL: 'owner@example.com', ADMIN_PASSWORD: 'correct horse battery' }
const receivers = startReceivers()
const { sql, appUrl } = await testDatabase()

async function signedIn(url: string) {
  const body = JSON.stringify({ email: OWNER.ADMIN_EMAIL, password: OWNER.ADMIN_PASSWORD })
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const { token } = (await answer.json()) as { token: string }
  return (path: string) => fetch(url + path, { headers: { authorization: `Bearer ${token}` } })
}

test('an unexpected error reaches Sentry once, with its trace and request, and without data', async () => {
  await using service = await startService({ DATABASE_URL: appUrl, ROLES: 'api', ...OWNER, ...receivers.environment })
  const get = await signedIn(service.url)
  await sql`alter table products rename to mislaid`
  const answer = await get('/products?search=jane.doe@example.com')
  await sql`alter table mislaid rename to products`
  expect(answer.status).toBe(500)
  await until('the error arrives', () => receivers.errors.length > 0)
  expect((await get('/products/999999')).status).toBe(404)
  await service.stop()

  expect(receivers.errors.length).toBe(1)
  const [error] = receivers.errors
  expect(error!.exception.values[0]).toMatchObject({ type: 'PostgresError' })
  expect(error!.tags?.['request_id']).toBe(answer.headers.get('x-request-id')!)
  expect(error!.release).toMatch(/^\d+\.\d+\.\d+/)
  // The service runs its own sources, so a frame names file and line as they stand there, and needs no map.
  const frames = error!.exception.values[0]!.stacktrace!.frames
  const ours = frames.filter(({ filename }) => /\/(src|sql)\/.+\.ts$/.test(filename))
  expect(ours.length).toBeGreaterThan(0)
  for (const { filename, lineno } of ours) {
    const source = readFileSync(filename, 'utf8').split('\n')
    expect(source[lineno - 1]).toMatch(/\S/)
  }
  const logged = service.logs.find(({ level }) => level === 'error')!
  expect(logged['trace_id']).toBe(error!.contexts.trace!.trace_id)
  const failed = receivers.spans.find(({ trace, name }) => trace === logged['trace_id'] && name === 'GET /products')
  expect(failed).toMatchObject({ attributes: { 'http.response.status_code': 500 } })
  const sent = JSON.stringify(receivers.errors)
  for (const part of ['jane.doe', OWNER.ADMIN_EMAIL, 'authorization', 'cookie', 'search='])
    expect(sent).not.toContain(part)
})

test('log lines that the receiver refuses wait, and are sent when it takes them again', async () => {
  const { length } = receivers.logs
  receivers.refusing.push(503)
  await using service = await startService({ DATABASE_URL: appUrl, ROLES: 'api', ...OWNER, ...receivers.environment })
  await until('lines arrive', () => receivers.logs.length > length)
  expect(receivers.refusing).toEqual([])
  await service.stop()
  expect(receivers.logs.slice(length).map(({ message }) => message)).toEqual(
    service.logs.map(({ message }) => message).filter((message) => message !== undefined),
  )
})

test('receivers that are down or slow keep nobody waiting', async () => {
  const silent = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Promise<Response>(() => {}) })
  const url = `http://127.0.0.1:${silent.port}`
  await using service = await startService({
    DATABASE_URL: appUrl,
    ROLES: 'api',
    ...OWNER,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    SENTRY_DSN: `http://public@127.0.0.1:${silent.port}/1`,
    BETTERSTACK_SOURCE_TOKEN: 'logs-token',
    BETTERSTACK_INGEST_URL: `${url}/logs`,
    BETTERSTACK_HEARTBEAT_URL: 'http://127.0.0.1:9/heartbeat',
  })
  const get = await signedIn(service.url)
  for (let at = 0; at < 20; at++) expect((await get('/stores')).status).toBe(200)
  expect(await service.stop()).toBe(0)
  await silent.stop(true)
})
