import { Elysia } from 'elysia'
import * as v from 'valibot'
import { MissingCost, missingCosts } from '../../sql/missing-costs.ts'
import { storeScope } from '../access.ts'
import { dayIn } from '../day.ts'
import { afterId, listAnswer, listing, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { fileName, rangeOf, StoreRange } from './ranges.ts'

export const missingCostRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/missing-costs', tags: ['financials'] }).use(identity(deps)).get(
    '',
    ({ db, query: { start, end, limit, offset, cursor, count, format, ...query } }) =>
      db(async (sql) => {
        const { store, store_ids, currency, time_zone } = await storeScope(sql, query.store)
        const range = rangeOf({ start, end }, dayIn(time_zone, now()))
        const asked = { store_ids, currency, start: range.from, end: range.to, limit, offset, after: afterId(cursor) }
        const name = fileName('missing-costs', store, range)
        return listAnswer(sql, missingCosts, asked, { db, format, count, name })
      }),
    {
      needs: 'products:read',
      query: v.object({ ...listing, ...StoreRange }),
      response: Page(MissingCost),
      detail: {
        summary: 'Costs that nobody said, by the revenue of a range that stands on them: a list to work through',
        description:
          'Unit costs of products, shipping rules of countries and fee rules of gateways. `booked` stands for the cost now, an estimate or ' +
          'nothing; `likely` is what it would be at the rate of the known costs of the same store and range; `profit_effect` is what the profit ' +
          'would change by. A rule or a unit cost takes its line off the list at once.',
      },
    },
  )
}
