import * as v from 'valibot'
import { findOrders } from '../../../sql/found-orders.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { Day } from '../../day.ts'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'

const MOST = 20
const Words = v.pipe(v.string(), v.regex(/\S/, 'must not be empty'), v.maxLength(100))

export const findOrdersTool = tool({
  name: 'find_orders',
  description:
    'Finds orders by number, by customer (the id or name that the shop gave), by a SKU or words of a product, or by days; newest first. ' +
    'Each with store, day, status, revenue, what was refunded and its contribution cm2. Give at least one of them.',
  input: v.object({
    number: v.optional(Words),
    customer: v.optional(Words),
    product: v.optional(v.pipe(Words, v.description('SKU, or words of the product name'))),
    from: v.optional(v.pipe(Day, v.description('First day, YYYY-MM-DD'))),
    to: v.optional(v.pipe(Day, v.description('Last day, YYYY-MM-DD'))),
    store: v.optional(v.pipe(v.string(), v.description('Slug of the store; leave out for all stores'))),
  }),
  run: async (
    { db, who }: AgentDeps,
    { store, number = null, customer = null, product = null, from = null, to = null },
  ) => {
    mustBeAllowed(who, 'orders:read')
    if (!number && !customer && !product && !from && !to)
      throw new AppError('invalid', 'Give a number, a customer, a product or days.')
    if (from && to && from > to) throw new AppError('invalid', `The first day ${from} is after the last, ${to}.`)
    const found = await db(async (sql) => {
      const { store_ids } = await storeScope(sql, store)
      const asked = { number: number && number.replace(/^#/, ''), customer, exact: false, product, from, to }
      return findOrders(sql, { store_ids, ...asked, limit: MOST + 1 })
    })
    return {
      orders: found.slice(0, MOST),
      ...(found.length > MOST && { hint: `There are more than ${MOST}. Narrow the days, or name a store.` }),
    }
  },
})
