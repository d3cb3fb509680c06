import { type Period, pnl, type PnlAsked } from '../../sql/pnl.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Store } from '../../sql/stores.ts'
import { DAY } from './factories.ts'

/** After every day of the tests, so that none is still running. */
export const LATER = new Date('2026-12-31T12:00:00Z')

/** What is asked of a store in its own currency. */
export const asked = (store: Store, ...periods: Period[]): PnlAsked => ({
  store_ids: [store.id],
  currency: store.currency,
  periods,
  now: LATER,
})

/** Asks the P&L of a store in its own currency. */
export const pnlIn =
  (sql: Sql) =>
  async (store: Store, from = DAY, to = from) =>
    (await pnl(sql, asked(store, { key: 'asked', from, to })))[0]!
