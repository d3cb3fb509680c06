import { expect, test } from 'bun:test'
import { listAdSpend } from '../../sql/ad-spend.ts'
import { pnl } from '../../sql/pnl.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import { aStore, someAdSpend } from '../support/factories.ts'

const { sql } = await testDatabase()
const now = new Date('2026-04-13T10:00:00Z')

const statesOf = async (store: Store) => {
  const all = { store_ids: [store.id], start: '2026-01-01', end: '2026-04-30', platform: null, id: null, limit: 50, offset: 0, after: null, now } // prettier-ignore
  return (await listAdSpend(sql, all)).map(({ date, platform, state }) => [date, platform, state])
}
const finalPercent = async (store: Store, from: string, to: string) => {
  const asked = { store_ids: [store.id], currency: 'EUR', periods: [{ key: 'asked', from, to }], now }
  return (await pnl(sql, asked))[0]?.coverage.final_ad_days_percent
}

test('a day is open while it runs in the store, then settling for as long as its platform restates, then final', async () => {
  const store = await aStore(sql)
  for (const day of ['2026-03-14', '2026-03-15', '2026-03-16', '2026-04-13'])
    await someAdSpend(sql, store, { day, platform: 'meta' })
  for (const day of ['2026-03-13', '2026-03-14']) await someAdSpend(sql, store, { day, platform: 'google' })
  expect(await statesOf(store)).toEqual([
    ['2026-04-13', 'meta', 'open'],
    ['2026-03-16', 'meta', 'settling'],
    ['2026-03-15', 'meta', 'final'],
    ['2026-03-14', 'google', 'settling'],
    ['2026-03-14', 'meta', 'final'],
    ['2026-03-13', 'google', 'final'],
  ])
  expect(await finalPercent(store, '2026-03-01', '2026-03-31')).toBe(60)
  expect(await finalPercent(store, '2026-03-13', '2026-03-13')).toBe(100)
  expect(await finalPercent(store, '2026-04-01', '2026-04-13')).toBe(0)
  expect(await finalPercent(store, '2026-02-01', '2026-02-28')).toBeNull()
})

test('a day of a connected account is final once all of its days were asked for after it had settled', async () => {
  const store = await aStore(sql)
  await sql`
    insert into ad_accounts (store_id, platform, external_id, name, currency, time_zone, action_type, attribution, connected_at)
    values (${store.id}, 'meta', 'act_1', 'Shop', 'EUR', 'Europe/Amsterdam', 'omni_purchase', 'default', now())`
  for (const day of ['2026-02-01', '2026-04-13'])
    await someAdSpend(sql, store, { day, platform: 'meta', account: 'act_1' })
  const asked = async (settled_on: string | null) => {
    await sql`update ad_accounts set settled_on = ${settled_on}`
    return (await statesOf(store)).map(([, , state]) => state)
  }
  expect(await asked(null)).toEqual(['open', 'settling'])
  expect(await asked('2026-03-01')).toEqual(['open', 'settling'])
  expect(await asked('2026-03-02')).toEqual(['open', 'final'])
})
