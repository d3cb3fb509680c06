import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const { uk, jp } = await april(sql)
const api = await testApi(database)
const { token } = await api.someone('viewer')
const RANGE = 'start=2026-04-01&end=2026-04-13'
type Row = { store: string; own: Record<string, unknown>; converted: Record<string, unknown> }
const rowsOf = ({ body }: { body: Record<string, unknown> }) => body['data'] as Row[]

test('every store stands in its own currency and in the reporting currency, and the total is the summary', async () => {
  const answer = await api.get(`/financials/stores?${RANGE}`, token)
  expect(
    rowsOf(answer).map(({ store, own, converted }) => [store, own['currency'], own['revenue'], converted['revenue']]),
  ).toEqual([
    ['jp', 'JPY', 3200, 20],
    ['nl', 'EUR', 15820.4, 15820.4],
    ['uk', 'GBP', 80, 100],
  ])
  expect(answer.body['total']).toEqual((await api.get(`/financials/summary?${RANGE}`, token)).body)
  for (const { store, own } of rowsOf(answer))
    expect(own).toEqual((await api.get(`/financials/summary?${RANGE}&store=${store}`, token)).body)
})

test('who is limited to stores compares those', async () => {
  const limited = await api.someone('viewer')
  await sql`update users set store_ids = ${[uk.id, jp.id]} where id = ${limited.id}`
  const answer = await api.get(`/financials/stores?${RANGE}`, limited.token)
  expect(rowsOf(answer).map(({ store }) => store)).toEqual(['jp', 'uk'])
  expect(answer.body['total']).toMatchObject({ revenue: 120 })
})

test('half a range is refused', async () => {
  problemOf(await api.get('/financials/stores?end=2026-04-01', token), 400)
})
