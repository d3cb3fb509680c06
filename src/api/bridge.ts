import { Elysia } from 'elysia'
import * as v from 'valibot'
import { Bridge, bridge } from '../../sql/bridge.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeScope } from '../access.ts'
import { comparisonOf, Day, dayIn, type Range } from '../day.ts'
import { AppError } from '../errors.ts'
import { ExportFormat, exportTable } from '../export/export.ts'
import { bridgeTable } from '../export/report-tables.ts'
import { json } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { fileName, rangeOf, StoreRange } from './ranges.ts'

const Ranges = v.object({
  ...StoreRange,
  compare: v.optional(v.picklist(['previous', 'year'])),
  from_start: v.optional(Day),
  from_end: v.optional(Day),
  to_start: v.optional(Day),
  to_end: v.optional(Day),
  format: v.optional(ExportFormat),
})

/** The two ranges to compare. @throws AppError `malformed` when only some of the four days are named, or a range is named twice */
function rangesOf(asked: v.InferOutput<typeof Ranges>, today: string): { earlier: Range; later: Range } {
  const { start, end, compare, from_start, from_end, to_start, to_end } = asked
  const four = [from_start, from_end, to_start, to_end]
  if (four.every((day) => day === undefined)) {
    const later = rangeOf({ start, end }, today)
    return { later, earlier: comparisonOf(later, compare ?? 'previous') }
  }
  if (four.includes(undefined))
    throw new AppError('malformed', 'Give all of from_start, from_end, to_start and to_end, or none of them.')
  if (start ?? end ?? compare)
    throw new AppError('malformed', 'Give either from_start to to_end, or start, end and compare.')
  return {
    earlier: rangeOf({ start: from_start, end: from_end }, today),
    later: rangeOf({ start: to_start, end: to_end }, today),
  }
}

export const bridgeRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/bridge', tags: ['financials'] }).use(identity(deps)).get(
    '',
    ({ db, query }) =>
      db(async (sql) => {
        const { store, store_ids, currency, time_zone } = await storeScope(sql, query.store)
        const ranges = rangesOf(query, dayIn(time_zone, now()))
        const told = await jsonRows(sql, bridge, { store, store_ids, currency, ...ranges, now: now() })
        const text = told.slice(1, -1)
        if (!query.format) return json(text)
        return exportTable(bridgeTable(text), {
          format: query.format,
          name: fileName('bridge', store, ranges.later),
        })
      }),
    {
      needs: 'stats:read',
      query: Ranges,
      response: Bridge,
      detail: {
        summary: 'Why net profit changed between two ranges, in parts that add up exactly',
        description:
          'Name the ranges by `from_start`, `from_end`, `to_start` and `to_end`, or one range by `start` and `end` (the current month when missing) to ' +
          '`compare` with the one before or a year earlier. Per product and store, in the store’s currency: `price` is this range’s units at the changed ' +
          'list price, `unit_cost` likewise; `volume` is the change of units at the earlier range’s average margin per unit, `mix` the rest of what other ' +
          'quantities changed (new and discontinued products included) and what rounding leaves; `returns` is net of the cost of restocked goods; ' +
          '`shipping` is shipping income and tips less shipping cost; `discounts`, `transaction_fees`, `ad_spend` and `fixed_costs` are differences. The ' +
          'parts are converted at the earlier range’s average rate, and what other rates made of it is `fx`. A positive part raised net profit.',
      },
    },
  )
}
