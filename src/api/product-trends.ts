import { Elysia } from 'elysia'
import * as v from 'valibot'
import { ProductTrend, productTrends } from '../../sql/product-trends.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeScope } from '../access.ts'
import { dayIn } from '../day.ts'
import { json, wholeNumber } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { rangeOf, StoreRange } from './ranges.ts'

const ProductIds = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,14}(,[1-9]\d{0,14}){0,99}$/, 'must be 1 to 100 ids with commas between them'),
  v.description('Ids of products, with commas between them.'),
)

export const productTrendRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/product-trends', tags: ['financials'] }).use(identity(deps)).get(
    '',
    ({ db, query: { start, end, product_ids: ids, steps, ...query } }) =>
      db(async (sql) => {
        const { store_ids, currency, time_zone } = await storeScope(sql, query.store)
        const { from, to } = rangeOf({ start, end }, dayIn(time_zone, now()))
        const product_ids = ids.split(',').map(Number)
        const asked = { product_ids, store_ids, currency, start: from, end: to, most: steps }
        return json(`{"data":${await jsonRows(sql, productTrends, asked)}}`)
      }),
    {
      needs: 'stats:read',
      query: v.object({
        ...StoreRange,
        product_ids: ProductIds,
        steps: v.optional(v.pipe(wholeNumber(1, 400), v.description('At most so many steps.')), '30'),
      }),
      response: v.object({ data: v.array(ProductTrend) }),
      detail: {
        summary:
          'How products went through a range, in steps of as many days each: units, revenue, CM1 and direct ad spend',
        description: 'The last step ends with the range. Steps without sales are zero. Figures are the ledger’s.',
      },
    },
  )
}
