import type { Sql } from '../../sql/connect.ts'
import { settleUnsettledDays } from '../ledger/settle-days.ts'
import { job } from './job.ts'

/** Settles the days of the reports that changed, every minute. */
export const settleDaysJob = ({ sql, now }: { sql: Sql; now: () => Date }) =>
  job('settle_days', async () => void (await settleUnsettledDays(sql, { now: now() })), { everyMinutes: 1 })
