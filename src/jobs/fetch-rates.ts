import type { Sql } from '../../sql/connect.ts'
import type { Ecb } from '../ingest/fx/ecb-feed.ts'
import { fetchRates } from '../ingest/fx/fetch-rates.ts'
import { job } from './job.ts'

/** Asks the ECB for new rates every hour: it publishes once on a working day, about 16:00 CET. */
export const fetchRatesJob = ({ sql, ecb }: { sql: Sql; ecb: Ecb }) =>
  job(
    'fetch_rates',
    async () => {
      await fetchRates(sql, ecb, { mayFetchHistory: true })
    },
    { everyMinutes: 60 },
  )
