import type { Sql } from '../../sql/connect.ts'
import { settleUnsettledDays } from '../ledger/settle-days.ts'
import { settleUnsettledProducts } from '../ledger/settle-products.ts'
import { job } from './job.ts'

type Deps = { sql: Sql; now: () => Date }

/** Settles the days and products of the reports that changed, every minute. */
export const settleDaysJob = ({ sql, now }: Deps) => {
  return job(
    'settle_days',
    async () => {
      await settleUnsettledDays(sql, { now: now() })
      await settleUnsettledProducts(sql, { now: now() })
    },
    { everyMinutes: 1 },
  )
}
