import { lockAdAccount } from '../../sql/ad-accounts.ts'
import { adSpendToSave, removeMovedAdSpend } from '../../sql/ad-insights.ts'
import { lockStoresNamed } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import { saveAdSpend } from './book.ts'

/** Rows of ad spend per statement. */
const BATCH = 5_000
export const ALL_DAYS = { from: '2000-01-01', to: '2099-12-31' }

export type BookedInsights = {
  /** Rows of ad spend that are new or other than before. */
  rows: number
  /** Rows that could not be booked, for want of an exchange rate, with the reason of the first. */
  waiting: number
  reason: string | undefined
}

/**
 * Brings the ad spend of an account up to what its platform says and where its campaigns belong: what changed is booked as a restatement, in
 * the stores that it left and in those that it came to. All days of it unless some are named.
 */
export function bookInsights(
  sql: Sql,
  {
    account_id,
    campaign_id = null,
    from = ALL_DAYS.from,
    to = ALL_DAYS.to,
    reason,
  }: { account_id: number; campaign_id?: number | null; from?: string; to?: string; reason: string },
): Promise<BookedInsights> {
  return transaction(sql, async (tx) => {
    await lockAdAccount(tx, { id: account_id })
    const asked = { account_id, campaign_id, from, to }
    const rows = await adSpendToSave(tx, asked)
    await lockStoresNamed(tx, { slugs: [...new Set(rows.map(({ store }) => store))] })
    const booked: BookedInsights = { rows: 0, waiting: 0, reason: undefined }
    for (let at = 0; at < rows.length; at += BATCH)
      for (const { result, reason: why } of await saveAdSpend(tx, { rows: rows.slice(at, at + BATCH), reason })) {
        if (result !== 'rejected') booked.rows += 1
        else {
          booked.waiting += 1
          booked.reason ??= why ?? undefined
        }
      }
    await removeMovedAdSpend(tx, asked)
    return booked
  })
}
