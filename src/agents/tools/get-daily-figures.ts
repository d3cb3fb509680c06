import * as v from 'valibot'
import { Pnl, pnl } from '../../../sql/pnl.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { columnsOf, dayIn } from '../../day.ts'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { askedRange, rangeOf, StoreInput } from './asked-range.ts'

const NO_FIGURES = new Set(['period', 'start', 'end', 'days', 'currency', 'coverage'])
type Figure = Exclude<keyof Pnl, 'period' | 'start' | 'end' | 'days' | 'currency' | 'coverage'>
const figures = Object.keys(Pnl.entries).filter((key) => !NO_FIGURES.has(key)) as Figure[]
/** Rows that a model still reads well. */
const MOST = 62

export const getDailyFigures = tool({
  name: 'get_daily_figures',
  description:
    'A series: chosen figures of the P&L by day, week or month of a range, oldest first. For trends, best and worst days and weekday patterns.',
  input: v.object({
    store: StoreInput,
    ...askedRange,
    grain: v.optional(v.picklist(['day', 'week', 'month']), 'day'),
    figures: v.optional(v.pipe(v.array(v.picklist(figures)), v.minLength(1), v.maxLength(6)), [
      'revenue',
      'net_profit',
      'ad_spend',
      'orders',
    ]),
  }),
  queries: { pnl },
  run: ({ db, now, who }: AgentDeps, { store, grain, figures, ...asked }) => {
    mustBeAllowed(who, 'stats:read')
    return db(async (sql) => {
      const { store_ids, currency, time_zone, name } = await storeScope(sql, store)
      const columns = columnsOf(rangeOf(asked, dayIn(time_zone, now())), grain)
      if (columns.length > MOST)
        throw new AppError('invalid', `That is ${columns.length} rows by ${grain}; at most ${MOST}. Take a shorter range or a coarser grain.`) // prettier-ignore
      const periods = columns.map(({ from, to }, at) => ({ key: String(at), from, to }))
      const rows = await pnl(sql, { store_ids, currency, periods, now: now() })
      const shown = [...(grain === 'day' ? (['start'] as const) : (['start', 'end'] as const)), ...figures]
      return {
        stores: name,
        currency,
        grain,
        rows: rows.map((row) => Object.fromEntries(shown.map((column) => [column === 'start' && grain === 'day' ? 'day' : column, row[column]]))), // prettier-ignore
      }
    })
  },
})
