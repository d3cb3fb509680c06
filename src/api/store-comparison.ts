import { Elysia } from 'elysia'
import * as v from 'valibot'
import { jsonRows } from '../../sql/query.ts'
import { StoreComparison, storeComparison } from '../../sql/store-comparison.ts'
import { storeScope } from '../access.ts'
import { dayIn } from '../day.ts'
import { ExportFormat, exportTable } from '../export/export.ts'
import { storeTable } from '../export/report-tables.ts'
import { json } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { fileName, rangeOf, StoreRange } from './ranges.ts'

const { start, end } = StoreRange

export const storeComparisonRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/stores', tags: ['financials'] }).use(identity(deps)).get(
    '',
    ({ db, query }) =>
      db(async (sql) => {
        const { store_ids, currency, time_zone } = await storeScope(sql, null)
        const { from, to } = rangeOf(query, dayIn(time_zone, now()))
        const asked = { store_ids, currency, start: from, end: to, now: now() }
        const text = (await jsonRows(sql, storeComparison, asked)).slice(1, -1)
        if (!query.format) return json(text)
        return exportTable(storeTable(text), {
          format: query.format,
          name: fileName('stores', null, { from, to }),
        })
      }),
    {
      needs: 'stats:read',
      query: v.object({ start, end, format: v.optional(ExportFormat) }),
      response: StoreComparison,
      detail: {
        summary:
          'The P&L ladders of all stores side by side, each in its own and in the reporting currency, with their total',
      },
    },
  )
}
