import { seeing, type Sql } from '../../sql/connect.ts'
import { sweepShopifyEvents } from '../../sql/shopify-events.ts'
import { forgetChanges } from '../../sql/data-changes.ts'
import {
  sweepActions,
  sweepIdempotencyKeys,
  sweepLoginFailures,
  sweepPasswordLinks,
  sweepRateWindows,
  sweepSessions,
  sweepTaskRuns,
  sweepTelegramPairings,
} from '../../sql/sweep.ts'
import { job } from './job.ts'

const SWEEPS = [
  sweepIdempotencyKeys,
  sweepSessions,
  sweepPasswordLinks,
  sweepLoginFailures,
  sweepTelegramPairings,
  sweepRateWindows,
  sweepActions,
  sweepTaskRuns,
  sweepShopifyEvents,
  forgetChanges,
]

/** Removes what has had its time, every quarter of an hour. */
export const sweepJob = ({ sql, now }: { sql: Sql; now: () => Date }) =>
  job(
    'sweep',
    async () => {
      for (const sweep of SWEEPS) await seeing(sql, 'all', (tx) => sweep(tx, { now: now() }))
    },
    { everyMinutes: 15 },
  )
