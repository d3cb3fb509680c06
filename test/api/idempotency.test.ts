import { expect, test } from 'bun:test'
import { sweepJob } from '../../src/jobs/sweep.ts'
import { appPool, problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql: owner } = database
const api = await testApi(database)
const { token } = await api.someone('owner')

const create = (key: string, name: string, as = token) =>
  api.send('/products', { method: 'POST', token: as, json: { name }, headers: { 'idempotency-key': key } })
const productsNamed = async (name: string) =>
  (await owner<{ n: number }[]>`select count(*) as n from products where name = ${name}`)[0]?.n

test('a repeat with the same key gets the same answer and does nothing', async () => {
  const first = await create('key-1', 'Mug')
  const second = await create('key-1', 'Mug')
  expect(first.status).toBe(201)
  expect([second.status, second.text]).toEqual([first.status, first.text])
  expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([
    null,
    'true',
  ])
  expect(await productsNamed('Mug')).toBe(1)
})

test('a repeat of an answer with 200 has that status as well', async () => {
  const rows = { method: 'POST', token, json: [{ date: '2026-02-30' }], headers: { 'idempotency-key': 'key-200' } }
  const [first, second] = [await api.send('/financials/daily', rows), await api.send('/financials/daily', rows)]
  expect([first.status, second.status, second.text]).toEqual([200, 200, first.text])
  expect(second.headers.get('idempotency-replayed')).toBe('true')
})

test('the same key twice at once does the work once', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => create('key-2', 'Bowl')))
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(await productsNamed('Bowl')).toBe(1)
})

test('the same key for another body is a conflict, and so is another route', async () => {
  await create('key-3', 'Plate')
  problemOf(await create('key-3', 'Other plate'), 409)
  const route = { method: 'POST', token, json: { name: 'Plate' }, headers: { 'idempotency-key': 'key-3' } }
  problemOf(await api.send('/products?again=1', route), 409)
  expect(await productsNamed('Other plate')).toBe(0)
})

test('a write that failed may be tried again with its key', async () => {
  problemOf(await create('key-4', ''), 422)
  expect((await create('key-4', 'Jug')).status).toBe(201)
})

test('keys are a person’s own, and end after 24 hours', async () => {
  await create('key-5', 'Pan')
  const other = await api.someone('owner')
  expect((await create('key-5', 'Pan', other.token)).headers.get('idempotency-replayed')).toBeNull()
  await api.at('2026-04-14T10:00:01Z', async () => {
    const later = await api.someone('owner')
    expect((await create('key-5', 'Pan', later.token)).status).toBe(201)
  })
})

test('a key that is not printable ASCII is refused', async () => {
  problemOf(await create('ä', 'Cup'), 400)
  problemOf(await create('x'.repeat(201), 'Cup'), 400)
})

test('kept answers are swept once their 24 hours are over', async () => {
  await create('key-6', 'Pot')
  const { now } = api.clock
  const at = (hours: number) => () => new Date(now.getTime() + hours * 3_600_000)
  const kept = async () => (await owner`select key from idempotency_keys where key = 'key-6'`).length
  const run = { signal: new AbortController().signal, attempt: 1, last: false }
  const sql = appPool(database.appUrl)
  await sweepJob({ sql, now: at(23) }).run({}, run)
  expect(await kept()).toBe(1)
  await sweepJob({ sql, now: at(24) }).run({}, run)
  expect(await kept()).toBe(0)
})
