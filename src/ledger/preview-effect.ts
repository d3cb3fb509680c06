import type { Sql } from '../../sql/connect.ts'
import { newestEntry } from '../../sql/product-costs.ts'
import { bookedMonths, profitEffect, profitOfStoreMonths } from '../../sql/profit-effect.ts'
import { jsonRows } from '../../sql/query.ts'
import { takenBack } from './taken-back.ts'

/**
 * What work that books orders of these stores anew would do to the net profit of their months: it is done and taken back. The stores must
 * be locked.
 * @returns a `ProfitEffect` as JSON text
 */
export async function previewEffect(
  sql: Sql,
  { store_ids, now, work }: { store_ids: number[]; now: Date; work: (tx: Sql) => Promise<unknown> },
): Promise<string> {
  const { booked, after } = await takenBack(sql, async (tx) => {
    const { id: since } = await newestEntry(tx, {})
    await work(tx)
    const booked = await bookedMonths(tx, { since, store_ids })
    return { booked, after: await profitOfStoreMonths(tx, { months: booked, now }) }
  })
  const before = await profitOfStoreMonths(sql, { months: after, now })
  return (await jsonRows(sql, profitEffect, { before, after, booked })).slice(1, -1)
}
