import * as v from 'valibot'
import { before, pnl } from '../../../sql/pnl.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { comparisonOf, dayIn } from '../../day.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { askedRange, rangeOf, StoreInput } from './asked-range.ts'

export const getPnl = tool({
  name: 'get_pnl',
  description:
    'The profit and loss of one store or of all stores together: the whole ladder from gross sales to net profit, margins, orders, ' +
    'AOV, MER and POAS. Give a named period, or from and to (both days included). With compare_with it also gives the same figures ' +
    'for the period before or the same days a year earlier. Amounts are exact decimals, tax excluded.',
  input: v.object({
    store: StoreInput,
    ...askedRange,
    compare_with: v.optional(v.picklist(['previous', 'year'])),
  }),
  queries: { pnl },
  run: ({ db, now, who }: AgentDeps, { store, period, from, to, compare_with }) => {
    mustBeAllowed(who, 'stats:read')
    return db(async (sql) => {
      const { store_ids, currency, time_zone, name } = await storeScope(sql, store)
      const range = rangeOf({ period, from, to }, dayIn(time_zone, now()))
      const periods = [
        { key: 'asked', ...range },
        ...(compare_with ? [{ key: before('asked'), ...comparisonOf(range, compare_with) }] : []),
      ]
      const [figures, comparison] = await pnl(sql, { store_ids, currency, periods, now: now() })
      return { stores: name, figures, ...(comparison && { comparison }) }
    })
  },
})
