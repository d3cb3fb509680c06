import * as v from 'valibot'
import { seeing, type Sql } from '../../sql/connect.ts'
import { ecbRatesReach } from '../../sql/fx-rates.ts'
import { type Gap, noteSync } from '../../sql/sync-state.ts'
import { addDays, dayIn, daysOf } from '../day.ts'
import type { Ecb } from '../ingest/fx/ecb-feed.ts'
import { fetchRates } from '../ingest/fx/fetch-rates.ts'
import type { Connector } from './run-sync.ts'

/** Days without rates in a row that are no holidays. */
const LONGEST_PAUSE = 5
/** When the history was last asked for: once a day is enough for a gap that the ECB itself has. */
const Cursor = v.object({ history_on: v.optional(v.string()) })

/** Brings in the ECB's exchange rates, and tells days without them that no holiday explains. */
export const ratesConnector =
  ({ sql, now, ecb }: { sql: Sql; now: () => Date; ecb: Ecb }): Connector =>
  async ({ sync: { id, cursor } }) => {
    const today = dayIn('Europe/Berlin', now()) // Frankfurt's
    const { history_on } = v.parse(Cursor, cursor)
    const { feed, added } = await fetchRates(sql, ecb, { mayFetchHistory: history_on !== today })
    return seeing(sql, 'all', async (tx) => {
      const known = feed === 'history' ? { history_on: today } : { ...(history_on && { history_on }) }
      await noteSync(tx, { id, cursor: known, done: 0, expected: null, added })
      const { last_day, gap_from, gap_to } = await ecbRatesReach(tx, {})
      const gaps: v.InferOutput<typeof Gap>[] = []
      if (gap_from && gap_to)
        gaps.push({
          from: addDays(gap_from, 1),
          to: addDays(gap_to, -1),
          reason: 'The ECB has no rates of these days.',
        })
      if (last_day && daysOf({ from: last_day, to: today }) - 1 > LONGEST_PAUSE)
        gaps.push({ from: addDays(last_day, 1), to: today, reason: 'The ECB has not published since.' })
      return { covered_until: now(), gaps }
    })
  }
