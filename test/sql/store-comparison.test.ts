import { expect, test } from 'bun:test'
import { pnl } from '../../sql/pnl.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeComparison } from '../../sql/store-comparison.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost } from '../support/factories.ts'

const { sql } = await testDatabase()
const { nl, uk, jp } = await april(sql)
await aFixedCost(sql, null, { amount_minor: 100_001, starts_on: '2026-04-12', ends_on: '2026-04-13' })
const RANGE = { start: '2026-04-12', end: '2026-04-13', now: new Date('2026-12-31T12:00:00Z') }
const ids = [nl.id, uk.id, jp.id]

type Ladder = Record<string, number | string>
const compared = async (store_ids = ids) =>
  (
    JSON.parse(await jsonRows(sql, storeComparison, { ...RANGE, store_ids, currency: 'EUR' })) as {
      data: { store: string; own: Ladder; converted: Ladder }[]
      total: Ladder
    }[]
  )[0]!

const ladder = async (store_ids: number[], currency: string) => {
  const periods = [{ key: 'range', from: RANGE.start, to: RANGE.end }]
  return (JSON.parse(await jsonRows(sql, pnl, { store_ids, currency, periods, now: RANGE.now })) as Ladder[])[0]!
}

test('each store has its ladder in its own and in the reporting currency, the same as asked alone', async () => {
  const { data, total } = await compared()
  expect(data.map(({ store }) => store)).toEqual(['jp', 'nl', 'uk'])
  for (const { store, own, converted } of data) {
    const { id, currency } = [nl, uk, jp].find(({ slug }) => slug === store)!
    expect(own).toEqual(await ladder([id], currency))
    expect(converted).toEqual(await ladder([id], 'EUR'))
  }
  expect(total).toEqual(await ladder(ids, 'EUR'))
})

test('the converted ladders add up to the total', async () => {
  const { data, total } = await compared()
  for (const name of ['revenue', 'cogs', 'cm1', 'shipping_cost', 'ad_spend', 'fixed_costs', 'net_profit', 'orders'])
    expect([name, data.reduce((sum, { converted }) => sum + Math.round(Number(converted[name]) * 100), 0)]).toEqual([
      name,
      Math.round(Number(total[name]) * 100),
    ])
})

test('no stores are an empty comparison with a total of zeros', async () => {
  expect(await compared([])).toMatchObject({ data: [], total: { revenue: 0, margin_percent: null } })
})
