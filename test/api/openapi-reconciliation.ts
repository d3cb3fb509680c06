import type { Sql } from '../../sql/connect.ts'
import type { Store } from '../../sql/stores.ts'
import { keepSync } from '../../sql/sync-state.ts'
import { figures, reconciled } from '../support/reconciliation.ts'

/** Two days of the store that were compared: one matches, of the other an order is missing. */
export async function compareDays(sql: Sql, store: Store, now: Date): Promise<void> {
  await keepSync(sql, { connector: 'shopify', store_id: store.id, account: '', resource: 'reconciliation', every_minutes: 60, next_run_at: null }) // prettier-ignore
  const ours = figures({ gross_sales: 582_040, net_sales: 582_040, tax: 122_228, orders: 1 })
  const missing = figures({ gross_sales: -4_900, net_sales: -4_900, tax: -1_029, orders: -1 })
  const theirs = figures({ gross_sales: 586_940, net_sales: 586_940, tax: 123_257, orders: 2 })
  const words = 'Order #1002 is in Shopify and not in our books. It is read again now.'
  await reconciled(sql, store, {
    '2026-04-12': {},
    '2026-04-13': {
      ours,
      theirs,
      orders: [{ key: '450789470', name: '#1002', cause: 'order_missing', words, difference: missing, reread: true }],
    },
  }, now) // prettier-ignore
}

/** Calls of the routes about the reconciliation for test/api/openapi.test.ts. */
export const reconciliationCalls: Record<string, [path: string, json?: object][]> = {
  'GET /reconciliation': [
    ['/reconciliation?store=nl&status=differs'],
    ['/reconciliation?limit=1&count=true'],
    ['/reconciliation?status=unsure'],
    ['/reconciliation?start=2026-04-13&end=2026-04-01'],
  ],
  'GET /reconciliation/stores': [['/reconciliation/stores'], ['/reconciliation/stores?store=gone']],
  'GET /reconciliation/{store}/{day}': [
    ['/reconciliation/nl/2026-04-13'],
    ['/reconciliation/nl/2026-04-01'],
    ['/reconciliation/nl/yesterday'],
  ],
  'POST /reconciliation/{store}/run': [
    ['/reconciliation/nl/run', { from: '2026-04-01', to: '2026-04-13' }],
    ['/reconciliation/nl/run', { from: '2026-04-13', to: '2026-04-01' }],
    ['/reconciliation/uk/run', { from: '2026-04-01', to: '2026-04-13' }],
  ],
}
