import * as v from 'valibot'
import { customerTotals, findOrders } from '../../../sql/found-orders.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'

const MOST = 20

export const getCustomerOrders = tool({
  name: 'get_customer_orders',
  description:
    'All orders of one customer in all stores: how many, revenue and refunds per currency, and the newest orders. ' +
    'Take the customer exactly as find_orders or get_order shows it.',
  input: v.object({ customer: v.pipe(v.string(), v.regex(/\S/, 'must not be empty'), v.maxLength(200)) }),
  run: ({ db, who }: AgentDeps, { customer }) => {
    mustBeAllowed(who, 'orders:read')
    return db(async (sql) => {
      const { store_ids } = await storeScope(sql, null)
      const asked = { number: null, customer, exact: true, product: null, from: null, to: null }
      const [totals, orders] = await Promise.all([
        customerTotals(sql, { store_ids, customer }),
        findOrders(sql, { store_ids, ...asked, limit: MOST }),
      ])
      return {
        totals,
        orders,
        ...(orders.length === 0 && { hint: 'No order has this customer. Look them up with find_orders.' }),
      }
    })
  },
})
