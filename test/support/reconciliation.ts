import type { Sql } from '../../sql/connect.ts'
import type { Compared, Explained, Figures } from '../../sql/reconciled.ts'
import { isSame, none, plus } from '../../src/ingest/shopify/reconcile/figures.ts'
import { saveReconciliation } from '../../src/ingest/shopify/reconcile/save-reconciliation.ts'

export const figures = (some: Partial<Figures> = {}): Figures => ({ ...none(), ...some })

type Day = Partial<Omit<Compared, 'day'>> & { orders?: (Partial<Explained> & Pick<Explained, 'key' | 'cause'>)[] }

/** What a run found of days of a store: nothing unless it is named. */
export const reconciled = (sql: Sql, store: { id: number }, days: Record<string, Day>, now: Date): Promise<void> =>
  saveReconciliation(sql, {
    store_id: store.id,
    source: 'report',
    now,
    days: Object.entries(days).map(([day, { ours = none(), theirs = ours, by_rule = none() }]) => ({
      day,
      ours,
      theirs,
      by_rule,
      differs: !isSame(ours, plus(theirs, by_rule)),
    })),
    orders: Object.entries(days).flatMap(([day, { orders = [] }]) =>
      orders.map((one) => ({
        day,
        order_id: null,
        name: `#${one.key}`,
        words: 'A test says so.',
        by_rule: false,
        difference: none(),
        reread: false,
        ...one,
      })),
    ),
  })
