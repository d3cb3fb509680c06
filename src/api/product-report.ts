import { Elysia } from 'elysia'
import * as v from 'valibot'
import { Box, COLUMNS, ProductReport, productReport } from '../../sql/product-report.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeScope } from '../access.ts'
import { dayIn } from '../day.ts'
import { ALL, exportTable } from '../export/export.ts'
import { productTable } from '../export/report-tables.ts'
import { afterId, json, listing, sortBy } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdText } from './inputs.ts'
import { fileName, rangeOf, StoreRange } from './ranges.ts'

export const productReportRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/product-report', tags: ['financials'] }).use(identity(deps)).get(
    '',
    ({ db, query: { start, end, sort, product_id, box, limit, offset, cursor, format, ...query } }) =>
      db(async (sql) => {
        const { store, store_ids, currency, time_zone } = await storeScope(sql, query.store)
        const { from, to } = rangeOf({ start, end }, dayIn(time_zone, now()))
        const told = await jsonRows(sql, productReport, {
          store,
          store_ids,
          currency,
          start: from,
          end: to,
          sort: sort.replace(/^-/, '') as (typeof COLUMNS)[number],
          descending: sort.startsWith('-'),
          product_id: product_id ?? null,
          box: box ?? null,
          limit: format ? ALL : limit,
          offset: format ? 0 : (afterId(cursor) ?? offset),
          now: now(),
        })
        const text = told.slice(1, -1)
        if (!format) return json(text)
        return exportTable(productTable(text), {
          format,
          name: fileName('product-report', store, { from, to }),
        })
      }),
    {
      needs: 'stats:read',
      query: v.object({
        ...v.omit(v.object(listing), ['count']).entries,
        ...StoreRange,
        sort: v.optional(sortBy(COLUMNS), '-revenue'),
        product_id: v.optional(IdText),
        box: v.optional(Box),
      }),
      response: ProductReport,
      detail: {
        summary: 'What each product earned in a range, down to cm3, with totals that are the P&L of the range',
        description:
          'Revenue of a product is its net sales. Shipping costs, fees and the ad spend of no product are shared by net sales, which their names say. What no ' +
          'product accounts for, such as shipping income and tips, is the row whose `product_id` is null. `return_rate` is of the orders of the range: units ' +
          'returned until now / units sold. Figures of products are the ledger’s, also where some were posted by hand. `box` says what to do about a product: it earns well from the ' +
          '`cm3_percent` of `boxes` on, what all products make together, and sells much from its `units_sold` on, what the middle product sells. ' +
          '`product_id` and `box` leave other rows out; totals and boxes stay those of all.',
      },
    },
  )
}
