import { seeing, type Sql } from '../../sql/connect.ts'
import {
  forgetProductSpans,
  settleProductMonths,
  settleProductParts,
  settleProductYears,
  takeTurnToSettleProducts,
  takeUnsettledProductDays,
} from '../../sql/settled-products.ts'
import { addDays, dayIn } from '../day.ts'

/** The last zone to begin a day; two days before its day, days are over in nearly every zone. */
const LAST_ZONE = 'Pacific/Kiritimati'
/** Rows of the list of unsettled days above which it is joined. */
const MOST = 100

/**
 * Works out what products did in the spans of days that changed since they were settled, a month of all stores at once, newest first, so that
 * reports take them as they are. Reports are right before, meanwhile and after; only what they cost differs.
 * @returns how many days of stores were settled; fewer than there were when another process is at it
 */
export async function settleUnsettledProducts(sql: Sql, { now }: { now: Date }): Promise<number> {
  const until = addDays(dayIn(LAST_ZONE, now), -2)
  for (let settled = 0; ;) {
    const days = await seeing(sql, 'all', async (tx) => {
      if (!(await takeTurnToSettleProducts(tx, {})).taken) return 0
      const rows = await takeUnsettledProductDays(tx, { until, most: MOST })
      const taken = { store_ids: rows.map(({ store_id }) => store_id), days: rows.map(({ day }) => day) }
      if (rows.length === 0) return 0
      await forgetProductSpans(tx, taken)
      await settleProductParts(tx, taken)
      await settleProductMonths(tx, taken)
      await settleProductYears(tx, taken)
      return rows.length
    })
    settled += days
    if (days === 0) return settled
  }
}
