import * as v from 'valibot'
import { bridge } from '../../../sql/bridge.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { comparisonOf, Day, dayIn } from '../../day.ts'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { askedRange, rangeOf, StoreInput } from './asked-range.ts'
import { exactRows } from '../../../sql/exact-rows.ts'
import { headlines } from './headlines.ts'

export const comparePeriods = tool({
  name: 'compare_periods',
  description:
    'Why net profit changed between two periods, in parts that add up to the change exactly: price, discounts, volume, mix, returns, unit_cost, ' +
    'shipping, transaction_fees, ad_spend, fixed_costs, fx, each with the products that moved it most. A positive part raised profit. Give a ' +
    'period, or from and to, and either against (previous or year) or the earlier days as earlier_from and earlier_to.',
  input: v.object({
    store: StoreInput,
    ...askedRange,
    against: v.optional(v.picklist(['previous', 'year'])),
    earlier_from: v.optional(Day),
    earlier_to: v.optional(Day),
  }),
  queries: { bridge },
  run: ({ db, now, who }: AgentDeps, { store, against, earlier_from, earlier_to, ...asked }) => {
    mustBeAllowed(who, 'stats:read')
    if ((earlier_from === undefined) !== (earlier_to === undefined) || (earlier_from && against))
      throw new AppError('invalid', 'Give either against, or both earlier_from and earlier_to.')
    return db(async (sql) => {
      const scope = await storeScope(sql, store)
      const later = rangeOf(asked, dayIn(scope.time_zone, now()))
      const earlier =
        earlier_from && earlier_to
          ? rangeOf({ from: earlier_from, to: earlier_to }, later.to)
          : comparisonOf(later, against ?? 'previous')
      const { store: slug, store_ids, currency } = scope
      const [told] = await exactRows(sql, bridge, { store: slug, store_ids, currency, earlier, later, now: now() })
      if (!told) throw new AppError('not_found', 'There is nothing to compare.')
      const { from, to, net_profit_change, parts } = told
      return { stores: scope.name, currency, earlier: headlines(from), later: headlines(to), net_profit_change, parts }
    })
  },
})
