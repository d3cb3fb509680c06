import { afterAll, expect, test } from 'bun:test'
import { freePort } from '../../dev/ports.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
import { faultTable } from '../support/fault-table.ts'
import { type Service, startService } from '../support/service.ts'
import { OWNER } from '../support/owner.ts'
import { nothingLost, startTraffic } from '../support/traffic.ts'
import { smallDisk } from '../support/small-disk.ts'
import { NONSENSE, startProxy, type Trouble } from '../support/proxy.ts'
import { until } from '../support/until.ts'

const services: Service[] = []
afterAll(async () => {
  for (const service of services) await service.kill()
  await proxy.stop()
})
const { sql, appUrl } = await testDatabase()
const proxy = await startProxy(appUrl)
const table = faultTable('Database')
const PORT = String(await freePort())
const AWAY = 'The database does not answer right now. Try again in a moment.'

const start = async (more: Record<string, string> = {}) => {
  const service = await startService({
    DATABASE_URL: proxy.url,
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
    RATE_LIMIT: '1000000',
    REQUEST_TIMEOUT: '2',
    ...more,
  })
  services.push(service)
  return service
}
const url = `http://127.0.0.1:${PORT}`
const ready = async () => (await fetch(`${url}/ready`).catch(() => undefined))?.status === 200

test('a database that is away at the start is waited for, in words, and the service goes on without a restart', async () => {
  await proxy.make('refuse')
  const starting = start({ PORT })
  await until('the port answers', () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  expect((await fetch(`${url}/ready`)).status).toBe(503)
  const answer = await fetch(`${url}/stores`)
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([503, 'application/problem+json', '2']) // prettier-ignore
  expect(await answer.json()).toMatchObject({ status: 503, detail: AWAY, instance: answer.headers.get('x-request-id') })
  const healed = performance.now()
  await proxy.make('none')
  const service = await starting
  await until('it is ready', ready)
  table.note({ fault: 'away at the start', saw: `503 “${AWAY}”; /health 200, /ready 503`, lost: 'nothing', recovery: performance.now() - healed }) // prettier-ignore
  expect(service.logs.filter(({ level }) => level === 'error')).toEqual([])
})

const login = async () => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/auth/login`, { method: 'POST', headers, body: JSON.stringify(OWNER) })
  return ((await response.json()) as { token: string }).token
}

type Case = {
  fault: string
  trouble: () => Promise<unknown>
  lasts?: number
  saw: RegExp
  heal?: () => Promise<unknown>
}
const make = (trouble: Trouble) => () => proxy.make(trouble)
const CASES: Case[] = [
  { fault: 'away for 2 seconds in the middle of writes', trouble: make('refuse'), saw: /^503 The database does not answer/ },
  { fault: 'every connection reset, as at a restart', trouble: async () => proxy.drop(), lasts: 0, saw: /^503 The database does not answer/ },
  { fault: 'silent for 5 seconds', trouble: make('hang'), lasts: 5_000, saw: /^503 There was no answer within 2 seconds/ },
  { fault: 'cut in the middle of answers', trouble: make({ cut: 900 }), saw: /^503 The database does not answer/ },
  { fault: 'something else answers on its port', trouble: async () => { await proxy.make({ answer: NONSENSE }); proxy.drop() }, saw: /^503 The database does not answer/ },
] // prettier-ignore

for (const { fault, trouble, lasts = 2_000, saw } of CASES)
  test(`${fault}: requests fail in words, the service recovers by itself, and no write is lost or doubled`, async () => {
    const service = services.at(-1)!
    const store = await aStore(sql)
    const traffic = startTraffic({ url: () => url, token: await login(), store })
    await until('some writes are in', () => traffic.taken.writes > 5)
    const began = performance.now()
    await trouble()
    await Bun.sleep(lasts)
    const healed = performance.now()
    await proxy.make('none')
    const recovery = await traffic.wellAfter(healed)
    await until('it is ready', ready)
    await Bun.sleep(200)
    await traffic.stop()
    const failures = traffic.failures(began)
    const lost = await nothingLost(sql, store, traffic)
    expect(failures.some((line) => saw.test(line)) || lasts === 0).toBe(true)
    expect(failures.filter((line) => !line.startsWith('503 '))).toEqual([])
    expect(service.logs.filter(({ level }) => level === 'error')).toEqual([])
    expect(service.running).toBe(true)
    table.note({
      fault,
      saw: failures.map(inWords).join('; ') || 'nothing: every request went through',
      lost,
      recovery,
    })
  })

const inWords = (line: string) => `${line.slice(0, 3)} “${line.slice(4)}”`

test('a slow database makes answers late and nothing else', async () => {
  const store = await aStore(sql)
  const token = await login()
  await proxy.make({ delay: 15 })
  const traffic = startTraffic({ url: () => url, token, store })
  await until('some writes are in', () => traffic.taken.writes > 12)
  await proxy.make('none')
  await traffic.stop()
  expect(traffic.failures(0)).toEqual([])
  table.note({ fault: 'slow: each answer 15 ms late', saw: 'late answers', lost: await nothingLost(sql, store, traffic), recovery: 'none needed' }) // prettier-ignore
})

test('when all connections for writes are taken, writes are refused in words and go on once one is free, and everybody else is served', async () => {
  const store = await aStore(sql)
  const traffic = startTraffic({ url: () => url, token: await login(), store, clients: 30 })
  await until('some writes are in', () => traffic.taken.writes > 5)
  const began = performance.now()
  // Who holds this lock keeps every write, and so every connection for writes, waiting, as does who books a store that all write to.
  const lock = await sql.reserve()
  await lock`begin`
  await lock`lock table fixed_costs in exclusive mode`
  while (performance.now() < began + 4_000) {
    const headers = { authorization: `Bearer ${await login()}` }
    for (const path of ['/auth/me', '/stores', '/financials/summary', '/goals', '/conversations'])
      expect([path, (await fetch(url + path, { headers })).status]).toEqual([path, 200])
    await Bun.sleep(200)
  }
  const healed = performance.now()
  await lock`rollback`
  lock.release()
  const recovery = await traffic.wellAfter(healed)
  await traffic.stop()
  const failures = traffic.failures(began)
  expect(failures.length).toBeGreaterThan(0)
  expect(failures.filter((line) => !line.startsWith('503 '))).toEqual([])
  table.note({ fault: 'all connections for writes taken for 4 seconds', saw: `writes: ${failures.map(inWords).join('; ')}; everybody else nothing`, lost: await nothingLost(sql, store, traffic), recovery }) // prettier-ignore
})

test('a full disk is told in words, nothing is half booked, and writes go on once there is room', async () => {
  const store = await aStore(sql)
  const token = await login()
  const disk = await smallDisk(sql, ['fixed_costs', 'ad_spend', 'ledger_entries'])
  const traffic = startTraffic({ url: () => url, token, store })
  try {
    await until('some writes are in', () => traffic.taken.writes > 5)
    const began = performance.now()
    await disk.fill()
    await until('a write finds no room', () => traffic.failures(began).length > 0)
    await Bun.sleep(500)
    const healed = performance.now()
    await disk.clear()
    const recovery = await traffic.wellAfter(healed)
    const before = traffic.taken.writes
    await until('writes go on', () => traffic.taken.writes > before)
    await traffic.stop()
    const failures = traffic.failures(began)
    expect(failures.filter((line) => !line.startsWith('503 The database has no room left'))).toEqual([])
    table.note({ fault: disk.real ? 'the disk is full' : 'the disk is full (53100, raised in its place: this machine lets nobody mount one)', saw: failures.map(inWords).join('; '), lost: await nothingLost(sql, store, traffic), recovery }) // prettier-ignore
  } finally {
    await traffic.stop()
    await disk.remove()
  }
})

for (const [trouble, words] of [
  ['refuse', 'away'],
  ['hang', 'silent'],
] as const)
  test(`a service that is told to end while its database is ${words} ends in its time`, async () => {
    const service = await start({ PORT: '0' })
    await until('its jobs run', () => service.logs.some(({ message }) => message === 'jobs: running'))
    await proxy.make(trouble)
    await Bun.sleep(1_000)
    const at = performance.now()
    const ended = await service.stop()
    // What a late stop waited for stands in the log.
    const late = service.logs.filter(({ message }) => message === 'did not drain in time')
    expect([ended, late]).toEqual([0, []])
    table.note({ fault: `${words} when the service is told to end`, saw: '503 until it has ended', lost: 'nothing', recovery: performance.now() - at }) // prettier-ignore
    await proxy.make('none')
    expect(service.logs.filter(({ level }) => level === 'error')).toEqual([])
  })
