import type { Sql } from '../../sql/connect.ts'
import {
  sweepIdempotencyKeys,
  sweepLoginFailures,
  sweepPasswordLinks,
  sweepRateWindows,
  sweepSessions,
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
]

/** Removes what has had its time, every quarter of an hour. */
export const sweepJob = ({ sql, now }: { sql: Sql; now: () => Date }) =>
  job(
    'sweep',
    async () => {
      for (const sweep of SWEEPS) await sweep(sql, { now: now() })
    },
    { everyMinutes: 15 },
  )
