import { seeing, type Sql } from '../../../sql/connect.ts'
import { ecbRatesReach } from '../../../sql/fx-rates.ts'
import { addDays } from '../../day.ts'
import type { Ecb } from './ecb-feed.ts'
import { type RatesLoaded, saveEcbRates } from './ecb.ts'

/** Days that the feed of 90 days is trusted to reach back. */
const FEED_REACHES = 85

export type RatesFetched = RatesLoaded & { feed: 'last day' | '90 days' | 'history' }

/**
 * Fetches what is missing of the ECB's rates: its last day, the last 90 days when days before that are missing, or its whole history when
 * there are no rates yet, or a gap that is older. Asks the ECB first and holds no transaction meanwhile.
 * @param mayFetchHistory false when that was tried of late: a gap that the ECB itself has would be asked for each time
 * @throws AppError `unavailable`, `invalid`
 */
export async function fetchRates(
  sql: Sql,
  ecb: Ecb,
  { mayFetchHistory }: { mayFetchHistory: boolean },
): Promise<RatesFetched> {
  const { last_day, gap_from } = await seeing(sql, 'all', (tx) => ecbRatesReach(tx, {}))
  const published = await ecb.lastDay()
  const newest = published.at(-1)?.day ?? ''
  const reach = addDays(newest, -FEED_REACHES)
  const save = (rates: typeof published) => seeing(sql, 'all', (tx) => saveEcbRates(tx, rates))
  if (last_day === null || last_day < reach || (gap_from !== null && gap_from < reach && mayFetchHistory))
    return { feed: 'history', ...(await save([...(await ecb.history()), ...published])) }
  if (last_day < addDays(newest, -1) || (gap_from !== null && gap_from >= reach))
    return { feed: '90 days', ...(await save(await ecb.last90Days())) }
  return { feed: 'last day', ...(await save(published)) }
}
