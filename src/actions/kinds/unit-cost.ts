import * as v from 'valibot'
import { costsWithin } from '../../../sql/product-costs.ts'
import { updateProduct } from '../../../sql/products.ts'
import { AppError } from '../../errors.ts'
import { lockWholeProduct } from '../../ledger/lock-product.ts'
import { restateUnitCost } from '../../ledger/set-unit-cost.ts'
import type { Executor } from '../executor.ts'
import { NEW_VALUES } from '../values.ts'

/** Sets what a piece costs us, and restates the profit of what was sold on these days. */
export const unitCost: Executor = {
  where: 'here',
  undo: true,
  async run(sql, { product_id, old_value, new_value, reason, id }, now) {
    if (product_id === null) throw new AppError('not_found', 'The product is gone.')
    const { unit_cost, currency, from, to, costs } = v.parse(NEW_VALUES.unit_cost, new_value)
    await lockWholeProduct(sql, product_id)
    const before = costsOf(v.parse(NEW_VALUES.unit_cost, old_value))
    if (!Bun.deepEquals(await costsWithin(sql, { product_id, from, to }), before))
      throw new AppError('conflict', 'The cost was changed after this was proposed. Ask for a new proposal.')
    const within = costs?.map((cost) => ({
      unit_cost: cost.unit_cost,
      currency: cost.currency,
      from: later(cost.from, from),
      to: earlier(cost.to, to),
    }))
    const cost = { product_id, unit_cost, currency, from, to, ...(within && { costs: within }) }
    const effect = await restateUnitCost(sql, { ...cost, reason: `action ${id}: ${reason}`, now })
    await updateProduct(sql, { id: product_id, name: null, status: null })
    return { effect: JSON.parse(effect) as unknown }
  },
}
const costsOf = ({ unit_cost, currency, from, to, costs }: v.InferOutput<typeof NEW_VALUES.unit_cost>) =>
  costs ?? (unit_cost === null ? [] : [{ from, to, unit_cost: trimmed(unit_cost), currency }])
/** A decimal text as the database tells it: `700.50` is `700.5`. */
const trimmed = (decimal: string) => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal)
const later = (one: string | null, other: string) => (one === null || one < other ? other : one)
const earlier = (one: string | null, other: string | null) =>
  one === null ? other : other === null || one < other ? one : other
