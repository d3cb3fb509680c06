import * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import {
  createProductRows,
  judgeProductRows,
  lockProducts,
  type ProductRow as SavedRow,
  tieProductRows,
  updateProductRows,
} from '../../sql/product-rows.ts'
import { ProductStatus } from '../../sql/products.ts'
import { listStores } from '../../sql/stores.ts'
import type { RowOutcome } from '../../sql/upserts.ts'
import { Slug } from '../api/answers.ts'
import { CurrencyInput, IdInput, NameInput, UnitCostInput } from '../api/inputs.ts'
import { type Keeper, keepsNothing } from './keeper.ts'
import { setUnitCosts } from './set-unit-cost.ts'

const leftOut = <S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema), null)

/** A product in a list: known by its id, or by a SKU of a store, which is made when it is new. The cost holds from today on. */
export const ProductRow = v.pipe(
  v.object({
    id: leftOut(IdInput),
    store: leftOut(Slug),
    sku: leftOut(NameInput),
    name: leftOut(NameInput),
    status: leftOut(ProductStatus),
    list_price: leftOut(UnitCostInput),
    cost_price: leftOut(UnitCostInput),
    cost_currency: leftOut(CurrencyInput),
  }),
  v.forward(
    v.partialCheck(
      [['id'], ['store'], ['sku']],
      ({ id, store, sku }) => id !== null || (sku !== null && store !== null),
      'is missing: a product is known by its id, or by a SKU and its store',
    ),
    ['sku'],
  ),
  v.forward(
    v.partialCheck(
      [['store'], ['sku']],
      ({ store, sku }) => sku === null || store !== null,
      'is missing: a SKU is that of a store',
    ),
    ['store'],
  ),
)

type Saving = { rows: SavedRow[]; today: string; reporting_currency: string; reason: string; keep?: Keeper }

/**
 * Creates products and changes those that are there, with their SKUs, list prices and the unit cost from `today` on, which lasts until
 * the next planned one. Orders of today are restated.
 * @returns what became of each row, in order
 */
export function saveProducts(sql: Sql, given: Saving): Promise<RowOutcome[]> {
  const { rows, today, reporting_currency, reason, keep = keepsNothing } = given
  return transaction(sql, async (tx) => {
    const asked = { rows, today, reporting_currency }
    const known = (await judgeProductRows(tx, asked)).flatMap(({ product_id }) => product_id ?? [])
    await lockProducts(tx, { ids: known })
    const store_ids = (await listStores(tx, {})).map(({ id }) => id)
    await lockStores(tx, { store_ids })
    // Again, now that nobody else can make the same SKU or plan another cost.
    const judged = await judgeProductRows(tx, asked)
    const rowOf = new Map(rows.map((row) => [row.row, row]))
    const good = judged.flatMap((judgement) => {
      const row = rowOf.get(judgement.row)
      return judgement.reason === null && row ? [{ ...judgement, ...row, cost_currency: judgement.cost_currency }] : []
    })

    const fresh = good.filter(({ product_id }) => product_id === null)
    const made = await createProductRows(tx, { rows: fresh, today })
    await keep.created(
      'product',
      made.map(({ product_id }) => product_id),
    )
    await keep.created(
      'variant',
      made.map(({ variant_id }) => variant_id),
    )
    await keep.created(
      'product_costs',
      made.map(({ product_id }) => product_id),
    )

    const there = good.flatMap((row) => (row.product_id === null ? [] : [{ ...row, product_id: row.product_id }]))
    const renamed = there.filter((row) => row.product_differs)
    await keep.before(
      'product',
      renamed.map(({ product_id }) => product_id),
    )
    await updateProductRows(tx, { rows: renamed })
    const tied = there.filter((row) => row.variant_differs)
    await keep.before(
      'variant',
      tied.flatMap(({ variant_id }) => variant_id ?? []),
    )
    const variants = await tieProductRows(tx, { rows: tied })
    await keep.created(
      'variant',
      variants.map(({ variant_id }) => variant_id),
    )
    const dear = there.filter((row) => row.cost_differs)
    await keep.before(
      'product_costs',
      dear.map(({ product_id }) => product_id),
    )
    const costs = dear.map(({ product_id, cost_price, cost_currency, cost_to }) => ({
      product_id,
      unit_cost: cost_price,
      currency: cost_currency ?? reporting_currency,
      from: today,
      to: cost_to,
    }))
    if (costs.length > 0) await setUnitCosts(tx, { spans: costs, store_ids, reason })

    const madeOf = new Map(made.map(({ row, product_id }) => [row, product_id]))
    return judged.map((judgement): RowOutcome => {
      const { row, product_id, product_differs, variant_differs, cost_differs } = judgement
      if (judgement.reason !== null)
        return { row, result: judgement.is_unknown ? 'unknown' : 'rejected', id: null, reason: judgement.reason }
      const created = madeOf.get(row)
      if (created !== undefined) return { row, result: 'created', id: created, reason: null }
      const differs = product_differs || variant_differs || cost_differs
      return { row, result: differs ? 'updated' : 'unchanged', id: product_id, reason: null }
    })
  })
}
