import { expect, test } from 'bun:test'
import { sweepJob } from '../../src/jobs/sweep.ts'
import { appPool, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { startService } from '../support/service.ts'

const database = await testDatabase()
const { sql, appUrl } = database
const api = await testApi(database, { requestsPerMinute: 3 })
const limited = (token?: string) => api.get('/stores', token)

test('answers count down, then refuse with the seconds to wait, and begin anew after a minute', async () => {
  const { token } = await api.someone('owner')
  const answers = [await limited(token), await limited(token), await limited(token)]
  expect(answers.map(({ status, headers }) => [status, headers.get('ratelimit')])).toEqual([
    [200, '"default";r=2;t=60'],
    [200, '"default";r=1;t=60'],
    [200, '"default";r=0;t=60'],
  ])
  expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"default";q=3;w=60')

  await api.at('2026-04-13T10:00:20Z', async () => {
    const refused = await limited(token)
    expect(problemOf(refused, 429).detail).toBe('More than 3 requests in a minute. Try again in 40 seconds.')
    expect(refused.headers.get('retry-after')).toBe('40')
  })
  await api.at('2026-04-13T10:01:00Z', async () => expect((await limited(token)).status).toBe(200))
})

test('each token has its own limit', async () => {
  const [ann, ben] = [await api.someone('owner'), await api.someone('owner')]
  for (let n = 0; n < 4; n++) await limited(ann.token)
  expect((await limited(ann.token)).status).toBe(429)
  expect((await limited(ben.token)).status).toBe(200)
})

test('a machine that watches is never refused', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => api.get('/health')))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
})

/** Statements that changed the minutes of callers since. */
await sql`create table takings (caller text)`
await sql`grant insert on takings to dealdome_app`
await sql`create function note_taking() returns trigger language plpgsql as $$ begin insert into takings values (new.caller); return new; end $$`
await sql`create trigger noted after insert or update on rate_windows for each row execute function note_taking()`
const takings = async () => (await sql`delete from takings`).count

test('the limit holds over processes, also for many requests at once', async () => {
  const environment = { DATABASE_URL: appUrl, ROLES: 'api', RATE_LIMIT: '120' }
  await using one = await startService(environment)
  await using two = await startService(environment)
  const services = [one, two]
  await takings()
  const ask = async (at: number) => (await fetch(`${services[at % 2]!.url}/stores`, { headers: { authorization: 'Bearer of-one-caller' } })).status // prettier-ignore
  // Each lets the first sixtieth in by itself, which is 2.
  const apart = [await ask(0), await ask(0), await ask(1), await ask(1)]
  const together = await Promise.all(Array.from({ length: 300 }, (_, at) => ask(at)))
  const statuses = [...apart, ...together]
  expect(new Set(statuses)).toEqual(new Set([401, 429]))
  const letIn = statuses.filter((status) => status === 401).length
  expect(letIn).toBeGreaterThanOrEqual(114)
  expect(letIn).toBeLessThanOrEqual(124)
  expect(await takings()).toBeLessThan(60)
  for (let n = 0; n < 20; n++) expect(await ask(n)).toBe(429)
  expect(await takings()).toBe(0)
})

test('a caller with few requests costs no statement, one with many one for several', async () => {
  const roomy = await testApi(database, { requestsPerMinute: 600 })
  const { token } = await roomy.someone('owner')
  await takings()
  for (let n = 1; n <= 10; n++) expect((await roomy.get('/stores', token)).headers.get('ratelimit')).toBe(`"default";r=${600 - n};t=60`) // prettier-ignore
  expect(await takings()).toBe(0)
  for (let n = 11; n <= 600; n++) {
    const answer = await roomy.get('/stores', token)
    expect([n, answer.status]).toEqual([n, 200])
  }
  problemOf(await roomy.get('/stores', token), 429)
  expect(await takings()).toBeLessThan(70)
})

test('minutes that are over are swept', async () => {
  const sweep = sweepJob({ sql: appPool(appUrl), now: () => new Date(Date.now() + 180_000) })
  await sweep.run({}, { signal: new AbortController().signal, attempt: 1, last: false })
  expect((await sql`select caller from rate_windows`).length).toBe(0)
})
