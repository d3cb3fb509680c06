import * as v from 'valibot'
import { storeComparison } from '../../../sql/store-comparison.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { dayIn } from '../../day.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { askedRange, rangeOf } from './asked-range.ts'
import { exactRows } from '../../../sql/exact-rows.ts'
import { headlines } from './headlines.ts'

export const compareStores = tool({
  name: 'compare_stores',
  description: 'The headline figures of all stores side by side, in the reporting currency, with their total.',
  input: v.object({ ...askedRange }),
  queries: { storeComparison },
  run: ({ db, now, who }: AgentDeps, asked) => {
    mustBeAllowed(who, 'stats:read')
    return db(async (sql) => {
      const { store_ids, currency, time_zone } = await storeScope(sql, null)
      const { from: start, to: end } = rangeOf(asked, dayIn(time_zone, now()))
      const [told] = await exactRows(sql, storeComparison, { store_ids, currency, start, end, now: now() })
      return {
        currency,
        start,
        end,
        stores: (told?.data ?? []).map(({ store, name, own, converted }) =>
          Object.assign({ store, name, own_currency: own.currency }, headlines(converted)),
        ),
        total: headlines(told?.total),
      }
    })
  },
})
