import { Elysia } from 'elysia'
import * as v from 'valibot'
import { ORDER_COLUMNS } from '../../sql/order-sort.ts'
import { listOrders, OrderDetail, orderDetails, OrderRow } from '../../sql/orders.ts'
import { jsonRows } from '../../sql/query.ts'
import { AppError } from '../errors.ts'
import { afterId, entity, listAnswer, listing, Page, sortBy } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'
import { StoreRange } from './ranges.ts'

/** Part of a name or number that is looked for. */
export const Words = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(100, 'has at most 100 characters'),
)

export const orderRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/orders', tags: ['orders'] })
    .use(identity(deps))
    .get(
      '',
      async ({
        db,
        scopeOf,
        query: {
          start = null,
          end = null,
          store,
          q = null,
          product_id = null,
          sort,
          limit,
          offset,
          cursor,
          count,
          format,
        },
      }) => {
        if (start !== null && end !== null && start > end)
          throw new AppError('invalid', `The start ${start} is after the end ${end}.`)
        const { store_ids, currency } = await scopeOf(store)
        const asked = { store_ids, start, end, q, product_id, sort, currency, limit, offset, after: afterId(cursor) }
        return db((sql) => listAnswer(sql, listOrders, asked, { db, format, count, name: 'orders' }))
      },
      {
        needs: 'orders:read',
        query: v.object({
          ...listing,
          ...StoreRange,
          q: v.optional(Words),
          product_id: v.optional(IdParams.entries.id),
          sort: v.optional(sortBy(ORDER_COLUMNS), '-date'),
        }),
        response: Page(OrderRow),
        detail: {
          summary: 'Orders, newest first, each with what it earned',
          description:
            'The figures are all that was booked for the order until now, returns on later days included. `start` ' +
            'and `end` are days on which orders were placed; either may be left out. `q` is part of the order ' +
            'number, of the customer or of a SKU; `product_id` keeps orders with a line of that product. `sort` asks for another order; ' +
            'figures of several currencies are compared in the reporting currency, at the rate of the day of the order.',
        },
      },
    )
    .get(
      '/:id',
      ({ db, params: { id } }) =>
        db(async (sql) => {
          const order = (await jsonRows(sql, orderDetails, { id })).slice(1, -1)
          if (order === '') throw new AppError('not_found', `There is no order with the id ${id}.`)
          return entity(order)
        }),
      {
        needs: 'orders:read',
        params: IdParams,
        response: OrderDetail,
        detail: {
          summary: 'An order with its lines, its refunds and the ledger entries behind every figure',
          description:
            'Per account the entries in the order in which they were booked, each with basis, source and reason: ' +
            'what changed when. The `effect_on_cm2` of all accounts add up to `cm2` exactly.',
        },
      },
    )
