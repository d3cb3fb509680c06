import { Elysia } from 'elysia'
import * as v from 'valibot'
import { before, FigureChanges, Pnl, pnl, pnlCompared } from '../../sql/pnl.ts'
import { jsonRows } from '../../sql/query.ts'
import { columnsOf, comparisonOf, dayIn, PERIODS, samePartBefore } from '../day.ts'
import { ExportFormat, exportTable } from '../export/export.ts'
import { comparedTable, pnlTable } from '../export/report-tables.ts'
import { json, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { fileName, rangeOf, StoreRange } from './ranges.ts'

const Compared = v.object({ ...Pnl.entries, comparison: v.optional(Pnl), change: v.optional(FigureChanges) })
const Overview = v.object({
  store: v.nullable(v.string()),
  currency: v.string(),
  today: Compared,
  this_week: Compared,
  this_month: Compared,
})
const Statement = v.object({
  store: v.nullable(v.string()),
  currency: v.string(),
  grain: v.string(),
  start: v.string(),
  end: v.string(),
  data: v.array(Pnl),
})

/** Figures over REST. Every answer is JSON that Postgres wrote from exact values. */
export const financialRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials', tags: ['financials'] })
    .use(identity(deps))
    .get(
      '/summary',
      async ({ db, scopeOf, query: { start, end, compare, format, ...query } }) => {
        const { store, store_ids, currency, time_zone } = await scopeOf(query.store)
        const range = rangeOf({ start, end }, dayIn(time_zone, now()))
        const key = 'range'
        const asked = { store_ids, currency, periods: [{ key, ...range }], now: now() }
        const compared = compare && [...asked.periods, { key: before(key), ...comparisonOf(range, compare) }]
        const told = await db(async (sql) =>
          compared
            ? (await pnlCompared(sql, { ...asked, periods: compared }))[0]?.figures
            : (await jsonRows(sql, pnl, asked)).slice(1, -1),
        )
        if (!format) return json(told ?? '{}')
        return exportTable(comparedTable([told ?? '{}']), { format, name: fileName('summary', store, range) })
      },
      {
        needs: 'stats:read',
        query: v.object({
          ...StoreRange,
          compare: v.optional(v.picklist(['previous', 'year'])),
          format: v.optional(ExportFormat),
        }),
        response: Compared,
        detail: { summary: 'The P&L ladder of a range; the current month when no range is given' },
      },
    )
    .get(
      '/overview',
      async ({ db, scopeOf, query }) => {
        const { store, store_ids, currency, time_zone } = await scopeOf(query.store)
        const today = dayIn(time_zone, now())
        const periods = (['today', 'this_week', 'this_month'] as const).flatMap((key) => {
          const range = PERIODS[key](today)
          return [
            { key, ...range },
            { key: before(key), ...samePartBefore(key, range) },
          ]
        })
        const rows = await db((sql) => pnlCompared(sql, { store_ids, currency, periods, now: now() }))
        if (query.format) {
          const name = ['overview', store ?? 'all-stores', today].join('-')
          return exportTable(comparedTable(rows.map(({ figures }) => figures)), {
            format: query.format,
            name,
          })
        }
        return json(
          `{"store":${JSON.stringify(store)},"currency":"${currency}",${rows.map((r) => `"${r.period}":${r.figures}`).join(',')}}`,
        )
      },
      {
        needs: 'stats:read',
        query: v.object({ store: v.optional(Slug), format: v.optional(ExportFormat) }),
        response: Overview,
        detail: {
          summary: 'Today, this week and this month, each with the change against the same part of the period before',
        },
      },
    )
    .get(
      '/pnl',
      async ({ db, scopeOf, query: { start, end, grain, format, ...query } }) => {
        const { store, store_ids, currency, time_zone } = await scopeOf(query.store)
        const range = rangeOf({ start, end }, dayIn(time_zone, now()))
        const periods = columnsOf(range, grain).map(({ from, to }) => ({ key: from, from, to }))
        const data = await db((sql) => jsonRows(sql, pnl, { store_ids, currency, periods, now: now() }))
        if (format)
          return exportTable(pnlTable(data), {
            format,
            name: fileName(`pnl-${grain}`, store, range),
          })
        return json(
          `{"store":${JSON.stringify(store)},"currency":"${currency}","grain":"${grain}","start":"${range.from}","end":"${range.to}","data":${data}}`,
        )
      },
      {
        needs: 'stats:read',
        query: v.object({
          ...StoreRange,
          grain: v.optional(v.picklist(['day', 'week', 'month']), 'day'),
          format: v.optional(ExportFormat),
        }),
        response: Statement,
        detail: { summary: 'The income statement in columns by day, week or month' },
      },
    )
}
