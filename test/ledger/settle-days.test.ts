import { expect, test } from 'bun:test'
import { seeing, type Sql } from '../../sql/connect.ts'
import { dailyFinancials } from '../../sql/daily-financials.ts'
import { pnl } from '../../sql/pnl.ts'
import { productReport } from '../../sql/product-report.ts'
import { keepPeriodicJob } from '../../sql/jobs.ts'
import { jsonRows } from '../../sql/query.ts'
import { settleSooner, takeTurnToSettle } from '../../sql/settled-days.ts'
import { getWorkspace, listStores } from '../../sql/stores.ts'
import { settleUnsettledDays } from '../../src/ledger/settle-days.ts'
import { appPool } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, aRate, aStore, bookAll, someAdSpend } from '../support/factories.ts'

const database = await testDatabase()
const owner = database.sql
const sql = appPool(database.appUrl)
const { nl, uk, jp, chair } = await april(owner)
for (const [currency, rate] of [
  ['GBP', '0.81'],
  ['JPY', '161'],
  ['USD', '1.13'],
] as const)
  // prettier-ignore
  for (const day of ['2026-03-20', '2026-03-28', '2026-04-05', '2026-04-14']) await aRate(owner, currency, day, rate)
await aFixedCost(owner, null, { amount_minor: 100_001, starts_on: '2026-03-20' })
const now = new Date('2026-04-20T10:00:00Z')
const RANGE = { start: '2026-03-20', end: '2026-04-23' }
const settle = () => settleUnsettledDays(sql, { now })

/** What reports say of the range: all stores in the reporting currency, one in its own, days, and products. */
async function told(tx: Sql): Promise<string[]> {
  const all = (await listStores(tx, {})).map(({ id }) => id)
  const { reporting_currency: currency } = await getWorkspace(tx, {})
  const periods = Array.from({ length: 6 }, (_, n) => ({ key: `${n}`, from: `2026-04-0${n + 1}`, to: '2026-04-23' }))
  periods.push({ key: 'all', from: RANGE.start, to: RANGE.end })
  const page = { limit: 500, offset: 0, after: null }
  const report = { ...RANGE, ...page, store: null, sort: 'cm3', descending: true, now } as const
  return [
    await jsonRows(tx, pnl, { store_ids: all, currency, periods, now }),
    await jsonRows(tx, pnl, { store_ids: [uk.id], currency: 'GBP', periods, now }),
    await jsonRows(tx, pnl, { store_ids: [jp.id], currency: 'USD', periods, now }),
    await jsonRows(tx, dailyFinancials, { store_ids: all, ...RANGE, ...page }),
    await jsonRows(tx, productReport, { ...report, store_ids: all, currency }),
  ]
}
/** The same with nothing settled. */
class Undone extends Error {}
async function workedOut(): Promise<string[]> {
  let answers: string[] = []
  const undone = seeing(sql, 'all', async (tx) => {
    await tx`insert into unsettled_days (days) values (daterange(null, null))`
    answers = await told(tx)
    throw new Undone()
  })
  await undone.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error
  })
  return answers
}
const asSettled = () => seeing(sql, 'all', told)

/** Every kind of change that a day's figures follow. */
const CHANGES: Record<string, () => Promise<unknown>> = {
  'an order': async () => {
    await anOrder(owner, uk, { day: '2026-04-03', lines: [{ price_minor: 7_777 }] })
    await bookAll(owner, uk)
  },
  'a cost of goods booked again': async () => {
    await owner`update product_costs set unit_cost = unit_cost + 1.11 where product_id = ${chair}`
    await bookAll(owner, nl)
  },
  'a day posted by hand': () => owner`
    insert into manual_days (store_id, day, revenue_minor, cogs_minor, ad_spend_minor) values (${nl.id}, '2026-04-01', 123456, 777, 4321)`,
  'the posted day corrected': () => owner`update manual_days set revenue_minor = 99, shipping_cost_minor = 5`,
  'ad spend on the posted day': async () => {
    await someAdSpend(owner, nl, { day: '2026-04-01', amount_minor: 50 })
    await bookAll(owner, nl)
  },
  'the posted day taken back': () => owner`delete from manual_days`,
  'a cost of all stores': () => aFixedCost(owner, null, { amount_minor: 9_999, starts_on: '2026-04-02', ends_on: '2026-04-30' }), // prettier-ignore
  'a cost in another currency': () => aFixedCost(owner, jp, { amount_minor: 5_005, currency: 'USD' }),
  'a cost that ends earlier': () => owner`update fixed_costs set ends_on = '2026-04-10' where ends_on = '2026-04-30'`,
  'a cost that begins earlier': () =>
    owner`update fixed_costs set starts_on = '2026-03-22' where ends_on = '2026-04-10'`,
  'a cost that goes': () => owner`delete from fixed_costs where currency = 'USD'`,
  'a rate that a person sets': () => owner`
    insert into fx_rates (currency, day, units_per_euro, source) values ('GBP', '2026-04-13', 0.9, 'manual')`,
  'another store': () => aStore(owner, { currency: 'USD' }),
  'another reporting currency': () => owner`update workspace set reporting_currency = 'USD'`,
  'the old reporting currency': () => owner`update workspace set reporting_currency = 'EUR'`,
}

test('settled days are what they would be worked out to, before and after every kind of change', async () => {
  expect(await settle()).toBeGreaterThan(20)
  const before = await asSettled()
  expect(before).toEqual(await workedOut())
  for (const [change, make] of Object.entries(CHANGES)) {
    const old = await asSettled()
    await make()
    const unsettled = await asSettled()
    expect([change, unsettled]).toEqual([change, await workedOut()])
    if (change !== 'another store') expect([change, unsettled]).not.toEqual([change, old])
    expect([change, await settle()]).not.toEqual([change, 0])
    expect([change, await asSettled()]).toEqual([change, unsettled])
    expect([change, await settle()]).toEqual([change, 0])
  }
})

test('settled days are what reports read: one that is falsified shows', async () => {
  await owner`update settled_days set taxes_minor = taxes_minor + 12345 where store_id = ${nl.id} and day = '2026-04-13'`
  expect(await asSettled()).not.toEqual(await workedOut())
  await owner`insert into unsettled_days (days) values ('[2026-04-13,2026-04-13]')`
  expect(await asSettled()).toEqual(await workedOut())
  await settle()
  expect(await asSettled()).toEqual(await workedOut())
})

test('a day that changes while it is settled is unsettled afterwards, and one process settles at a time', async () => {
  const settling = await owner.reserve()
  const writing = await owner.reserve()
  await writing`begin`
  await writing`update daily_financials set tips_minor = tips_minor + 1 where store_id = ${nl.id} and day = '2026-04-13'`
  await settling`begin`
  expect(await takeTurnToSettle(settling as unknown as Sql, {})).toEqual({ taken: true })
  expect(await settle()).toBe(0)
  await settling`commit`
  expect(await settle()).toBe(0)
  await writing`commit`
  for (const one of [settling, writing]) one.release()
  expect(await asSettled()).toEqual(await workedOut())
  expect(await settle()).toBe(1)
  expect(await asSettled()).toEqual(await workedOut())
})

test('days on which a rate is missing stay unsettled, and are settled once it is there', async () => {
  await settle()
  await owner`insert into stores (slug, name, currency, time_zone) values ('ch', 'Schweiz', 'CHF', 'Europe/Zurich')`
  expect(await settle()).toBe(0)
  await aRate(owner, 'CHF', '2026-04-13', '0.95')
  expect(await settle()).toBe(9)
})

test('days are settled at once where very many writes put them on the list, and not for a few', async () => {
  await settle()
  const later = new Date(now.getTime() + 60_000)
  await keepPeriodicJob(sql, { name: 'settle_days', every_minutes: 1, now: later })
  const nextRun = async () => (await owner<{ at: Date }[]>`select next_run_at as at from periodic_jobs`)[0]!.at
  const listed = async () => (await owner`select from unsettled_days`).length
  for (let day = 1; (await listed()) < 190; day++)
    await someAdSpend(owner, nl, { day: '2026-04-13', campaign: `C${day}`, amount_minor: day })
  await settleSooner(sql, { now })
  expect(await nextRun()).toEqual(later)
  for (let day = 1; day <= 10; day++)
    await someAdSpend(owner, nl, { day: '2026-04-12', campaign: `C${day}`, amount_minor: day })
  await settleSooner(sql, { now })
  expect(await nextRun()).toEqual(now)
  await settle()
  expect(await listed()).toBeLessThan(10)
})
