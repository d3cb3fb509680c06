import * as v from 'valibot'
import { listOrders, orderDetails } from '../../../sql/orders.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { StoreInput } from './asked-range.ts'
import { exactRows } from '../../../sql/exact-rows.ts'

export const getOrder = tool({
  name: 'get_order',
  description:
    'One order with its lines, refunds and every deduction down to cm2: per account the amount, what it adds to cm2 and where it comes from ' +
    '(basis actual, rule or estimate). `costs` say which step gave each cost (order_override, actual, product_tier, product_cost, rule, store_default, unknown), ' +
    'with the days and terms of that cost or rule. Give the order number as the shop shows it, such as 1001, or the id.',
  input: v.object({
    store: StoreInput,
    number: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(100))),
    id: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
  queries: { orderDetails },
  run: ({ db, who }: AgentDeps, { store, number, id }) => {
    mustBeAllowed(who, 'orders:read')
    if ((number === undefined) === (id === undefined))
      throw new AppError('invalid', 'Give either the number or the id of the order.')
    return db(async (sql) => {
      const { store_ids } = await storeScope(sql, store)
      const wanted = number === undefined ? id! : await idOf(number)
      const [order] = await exactRows(sql, orderDetails, { id: wanted })
      if (!order) throw new AppError('not_found', `There is no order with the id ${wanted}.`)
      const { accounts, customer: _, ...rest } = order
      const deductions = accounts.map(({ account, amount, effect_on_cm2, entries }) => ({
        account,
        amount,
        effect_on_cm2,
        basis: [...new Set(entries.map(({ basis }) => basis))],
        days: [...new Set(entries.map(({ date }) => date))],
        reasons: [...new Set(entries.map(({ reason }) => reason))].slice(0, 5),
      }))
      return { ...rest, accounts: deductions }

      async function idOf(number: string): Promise<number> {
        const q = number.trim().replace(/^#/, '')
        const asked = { store_ids, start: null, end: null, q, limit: 50, offset: 0, after: null }
        const found = (await listOrders(sql, asked)).filter((order) => order.number.replace(/^#/, '') === q)
        const [only, another] = found
        if (!only) throw new AppError('not_found', `There is no order ${number}.`)
        if (another)
          throw new AppError('invalid', `Order ${number} exists in ${found.map((one) => one.store).join(', ')}: name the store.`) // prettier-ignore
        return only.id
      }
    })
  },
})
