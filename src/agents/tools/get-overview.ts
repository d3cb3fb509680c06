import * as v from 'valibot'
import { before, pnlCompared } from '../../../sql/pnl.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { dayIn, PERIODS, samePartBefore } from '../../day.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { StoreInput } from './asked-range.ts'
import { withDecimalTexts } from '../../../sql/exact-rows.ts'
import { headlines } from './headlines.ts'

export const getOverview = tool({
  name: 'get_overview',
  description:
    'How it goes now: today, this week and this month until now, each with the same part of the day, week or month before and the ' +
    'change. Headline figures only; for the whole ladder use get_pnl.',
  input: v.object({ store: StoreInput }),
  queries: { pnlCompared },
  run: ({ db, now, who }: AgentDeps, { store }) => {
    mustBeAllowed(who, 'stats:read')
    return db(async (sql) => {
      const { store_ids, currency, time_zone, name } = await storeScope(sql, store)
      const today = dayIn(time_zone, now())
      const periods = (['today', 'this_week', 'this_month'] as const).flatMap((key) => {
        const range = PERIODS[key](today)
        return [
          { key, ...range },
          { key: before(key), ...samePartBefore(key, range) },
        ]
      })
      const rows = await pnlCompared(sql, { store_ids, currency, periods, now: now() })
      return {
        stores: name,
        ...Object.fromEntries(
          rows.map(({ period, figures }) => {
            const { comparison, change, ...now } = withDecimalTexts(figures) as Record<string, object>
            return [period, { ...headlines(now), comparison: headlines(comparison), change: headlines(change) }]
          }),
        ),
      }
    })
  },
})
