import { seeing, type Sql } from '../../sql/connect.ts'
import { forgetSettledDays, settleDays, takeTurnToSettle, takeUnsettledDays } from '../../sql/settled-days.ts'
import { getWorkspace, listStores } from '../../sql/stores.ts'
import { dayIn } from '../day.ts'

/** Days of all stores per transaction: 200 stores take about a second for them. */
const MOST = 30

/** The last zone to begin a day. */
const LAST_ZONE = 'Pacific/Kiritimati'

/**
 * Works out the days that changed since they were settled, newest first, so that reports take them as they are. Reports are right before,
 * meanwhile and after; only what they cost differs.
 * @returns how many days were settled; fewer than there were when another process is at it
 */
export async function settleUnsettledDays(sql: Sql, { now }: { now: Date }): Promise<number> {
  const today = dayIn(LAST_ZONE, now)
  for (let settled = 0; ;) {
    const days = await seeing(sql, 'all', async (tx) => {
      if (!(await takeTurnToSettle(tx, {})).taken) return []
      const days = (await takeUnsettledDays(tx, { today, most: MOST })).map(({ day }) => day)
      if (days.length === 0) return []
      const [{ reporting_currency }, stores] = await Promise.all([getWorkspace(tx, {}), listStores(tx, {})])
      await forgetSettledDays(tx, { days })
      await settleDays(tx, { store_ids: stores.map(({ id }) => id), reporting_currency, days })
      return days
    })
    settled += days.length
    if (days.length === 0) return settled
  }
}
