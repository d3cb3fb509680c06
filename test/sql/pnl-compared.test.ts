import { expect, test } from 'bun:test'
import { before, type Period, type PnlAsked, pnlCompared } from '../../sql/pnl.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aStore, bookAll, DAY, someAdSpend } from '../support/factories.ts'

const { sql } = await testDatabase()
const LATER = new Date('2026-12-31T12:00:00Z')

const asked = (store: Store, ...periods: Period[]): PnlAsked => ({
  store_ids: [store.id],
  currency: store.currency,
  periods,
  now: LATER,
})

test('a comparison tells the change of every figure in amount and in percent of the earlier size', async () => {
  const store = await aStore(sql)
  await anOrder(sql, store, { day: '2026-04-01', shipping_cost_minor: 1_500 })
  await anOrder(sql, store, { day: '2026-04-02', lines: [{ quantity: 3 }], tips_minor: 75, shipping_cost_minor: 575 })
  await someAdSpend(sql, store, { day: '2026-04-02', amount_minor: 1_000 })
  await bookAll(sql, store)
  const key = 'asked'
  const [row, ...more] = await pnlCompared(
    sql,
    asked(
      store,
      { key, from: '2026-04-02', to: '2026-04-02' },
      { key: before(key), from: '2026-04-01', to: '2026-04-01' },
    ),
  )
  expect(more).toEqual([])
  expect(row!.period).toBe(key)
  const { comparison, change, ...figures } = JSON.parse(row!.figures) as Record<string, never>
  expect(figures).toMatchObject({ revenue: 30.75, start: '2026-04-02', net_profit: 15 })
  expect(comparison).toMatchObject({ revenue: 10, start: '2026-04-01', net_profit: -5 })
  expect(change).toMatchObject({
    revenue: { amount: 20.75, percent: 207.5 },
    net_profit: { amount: 20, percent: 400 },
    shipping_cost: { amount: -9.25, percent: -61.7 },
    ad_spend: { amount: 10, percent: null },
    orders: { amount: 0, percent: 0 },
    cogs: { amount: 0, percent: null },
  })
  // Nothing to compare where one side has no ratio, and days are not a figure.
  expect(Object.keys(change ?? {})).not.toContain('mer')
  expect(Object.keys(change ?? {})).not.toContain('days')
})

test('a period that is asked for alone has no comparison and no change', async () => {
  const store = await aStore(sql)
  const [row] = await pnlCompared(sql, asked(store, { key: 'asked', from: DAY, to: DAY }))
  expect(Object.keys(JSON.parse(row!.figures) as object)).toEqual(expect.not.arrayContaining(['comparison', 'change']))
})
