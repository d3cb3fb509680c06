import { Elysia } from 'elysia'
import * as v from 'valibot'
import { LineOrders, lineOrders, ORDER_LINES } from '../../sql/line-orders.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeScope } from '../access.ts'
import { dayIn } from '../day.ts'
import { ALL, exportTable } from '../export/export.ts'
import { lineOrderTable } from '../export/report-tables.ts'
import { afterId, json, listing } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { fileName, rangeOf, StoreRange } from './ranges.ts'

export const lineOrderRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/line-orders', tags: ['financials'] }).use(identity(deps)).get(
    '',
    ({ db, query: { line, start, end, limit, offset, cursor, format, ...query } }) =>
      db(async (sql) => {
        const { store, store_ids, time_zone } = await storeScope(sql, query.store)
        const { from, to } = rangeOf({ start, end }, dayIn(time_zone, now()))
        const told = await jsonRows(sql, lineOrders, {
          line,
          store_ids,
          start: from,
          end: to,
          limit: format ? ALL : limit,
          offset: format ? 0 : (afterId(cursor) ?? offset),
        })
        const text = told.slice(1, -1)
        if (!format) return json(text)
        return exportTable(lineOrderTable(text), { format, name: fileName(`orders-${line}`, store, { from, to }) })
      }),
    {
      needs: 'orders:read',
      query: v.object({
        ...v.omit(v.object(listing), ['count']).entries,
        ...StoreRange,
        line: v.picklist(ORDER_LINES, 'must be a line of the income statement that orders make, such as revenue'),
      }),
      response: LineOrders,
      detail: {
        summary: 'The orders behind a line of the income statement, the largest amount first',
        description:
          'Of the business days of the range, whichever day an order was placed on, each order in the currency of its ' +
          'store. `stores` is what all of them come to: the line of that store, less what was posted by hand. ' +
          '`GET /orders/{id}` opens an order down to its entries.',
      },
    },
  )
}
