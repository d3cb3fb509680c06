import * as v from 'valibot'
import { before, pnl } from '../../../sql/pnl.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { comparisonOf, Day, dayIn, type PeriodName, periodNames, PERIODS } from '../../day.ts'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'

export const getPnl = tool({
  name: 'get_pnl',
  description:
    'The profit and loss of one store or of all stores together: the whole ladder from gross sales to net profit, margins, orders, ' +
    'AOV, MER and POAS. Give a named period, or from and to (both days included). With compare_with it also gives the same figures ' +
    'for the period before or the same days a year earlier. Amounts are exact decimals, tax excluded.',
  input: v.object({
    store: v.optional(v.pipe(v.string(), v.description('Slug of the store; leave out for all stores together'))),
    period: v.optional(v.picklist(periodNames)),
    from: v.optional(v.pipe(Day, v.description('First day, YYYY-MM-DD'))),
    to: v.optional(v.pipe(Day, v.description('Last day, YYYY-MM-DD'))),
    compare_with: v.optional(v.picklist(['previous', 'year'])),
  }),
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

type Asked = { period?: PeriodName | undefined; from?: string | undefined; to?: string | undefined }

function rangeOf({ period, from, to }: Asked, today: string) {
  if (period && !from && !to) return PERIODS[period](today)
  if (!period && from && to && from <= to) return { from, to }
  throw new AppError('invalid', 'Give either period, or both from and to with from not after to.')
}
