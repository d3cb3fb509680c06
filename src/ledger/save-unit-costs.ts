import * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import { lockProducts } from '../../sql/product-rows.ts'
import { listStores } from '../../sql/stores.ts'
import { judgeUnitCostRows, type UnitCostRow as SavedRow } from '../../sql/unit-cost-rows.ts'
import type { RowOutcome } from '../../sql/upserts.ts'
import { Day } from '../day.ts'
import { Slug } from '../api/answers.ts'
import { CurrencyInput, IdInput, NameInput, UnitCostInput } from '../api/inputs.ts'
import { type Keeper, keepsNothing } from './keeper.ts'
import { setUnitCosts } from './set-unit-cost.ts'

const leftOut = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null)

/** A unit cost in a list, of a product or of a SKU of a store. `from` and `to` are both included. */
export const UnitCostRow = v.pipe(
  v.object({
    product_id: leftOut(IdInput),
    store: leftOut(Slug),
    sku: leftOut(NameInput),
    unit_cost: UnitCostInput,
    currency: leftOut(CurrencyInput),
    from: Day,
    to: leftOut(Day),
  }),
  v.forward(
    v.partialCheck(
      [['product_id'], ['store'], ['sku']],
      ({ product_id, store, sku }) => product_id !== null || (sku !== null && store !== null),
      'is missing: a product is known by its id, or by a SKU and its store',
    ),
    ['sku'],
  ),
  v.forward(
    v.partialCheck([['from'], ['to']], ({ from, to }) => to === null || to >= from, 'must not be before from'),
    ['to'],
  ),
)

type Saving = { rows: SavedRow[]; reporting_currency: string; reason: string; keep?: Keeper }

/**
 * Sets dated unit costs and restates the orders that they touch. A cost without an end holds until the next one that the rows say of the
 * product, or on and on: then it takes the place of every later one.
 * @returns what became of each row, in order; `unknown` for a product or SKU that is not here
 */
export function saveUnitCosts(sql: Sql, given: Saving): Promise<RowOutcome[]> {
  const { rows, reporting_currency, reason, keep = keepsNothing } = given
  return transaction(sql, async (tx) => {
    const asked = { rows, reporting_currency }
    const known = (await judgeUnitCostRows(tx, asked)).flatMap(({ product_id }) => product_id ?? [])
    await lockProducts(tx, { ids: known })
    const store_ids = (await listStores(tx, {})).map(({ id }) => id)
    await lockStores(tx, { store_ids })
    const judged = await judgeUnitCostRows(tx, asked)
    const rowOf = new Map(rows.map((row) => [row.row, row]))
    const costs = judged.flatMap(({ row, product_id, currency, until, holds, reason }) => {
      const said = rowOf.get(row)
      if (reason !== null || holds || !said || product_id === null || currency === null) return []
      return [{ product_id, unit_cost: said.unit_cost, currency, from: said.from, to: until }]
    })
    // In order of their days: a cost without an end takes the place of every later one.
    costs.sort((a, b) => a.product_id - b.product_id || (a.from < b.from ? -1 : 1))
    await keep.before(
      'product_costs',
      costs.map(({ product_id }) => product_id),
    )
    if (costs.length > 0) await setUnitCosts(tx, { spans: costs, store_ids, reason })
    return judged.map(({ row, product_id, holds, is_new, is_unknown, reason }): RowOutcome => {
      if (reason !== null) return { row, result: is_unknown ? 'unknown' : 'rejected', id: null, reason }
      return { row, result: holds ? 'unchanged' : is_new ? 'created' : 'updated', id: product_id, reason: null }
    })
  })
}
