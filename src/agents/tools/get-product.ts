import * as v from 'valibot'
import { listCostTiers } from '../../../sql/cost-tiers.ts'
import { listProductCosts } from '../../../sql/product-costs.ts'
import { productReport } from '../../../sql/product-report.ts'
import { findProduct } from '../../../sql/products.ts'
import { listVariants } from '../../../sql/variants.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { dayIn } from '../../day.ts'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { askedRange, rangeOf, StoreInput } from './asked-range.ts'
import { exactRows } from '../../../sql/exact-rows.ts'

/** More products than any shop has; the report is asked for all, because shared costs are shared by all. */
const ALL = 1_000_000

export const getProduct = tool({
  name: 'get_product',
  description:
    'One product: what it earned in a period down to cm3, its SKUs with list prices, and its dated unit costs; cost tiers come before them, for larger lines or one country. The id comes from find_products.',
  input: v.object({
    product_id: v.pipe(v.number(), v.integer(), v.minValue(1)),
    store: StoreInput,
    ...askedRange,
  }),
  queries: { productReport, findProduct, listProductCosts, listCostTiers, listVariants },
  run: ({ db, now, who }: AgentDeps, { product_id, store, ...asked }) => {
    mustBeAllowed(who, 'stats:read')
    mustBeAllowed(who, 'products:read')
    return db(async (sql) => {
      const { store: slug, store_ids, currency, time_zone, name } = await storeScope(sql, store)
      const today = dayIn(time_zone, now())
      const { from: start, to: end } = rangeOf(asked, today)
      const product = await findProduct(sql, { id: product_id, today })
      if (!product)
        throw new AppError('not_found', `There is no product ${product_id}. Look for it with find_products.`)
      const sorted = { sort: 'product', descending: false, limit: ALL, offset: 0, now: now() } as const
      const [told] = await exactRows(sql, productReport, { store: slug, store_ids, currency, start, end, ...sorted })
      const listed = { product_id, limit: 20, offset: 0, after: null }
      return {
        stores: name,
        product: product.name,
        status: product.status,
        start,
        end,
        currency,
        figures: told?.data.find((row) => row.product_id === product_id) ?? 'Nothing was booked for it on these days.',
        skus: await exactRows(sql, listVariants, listed),
        unit_costs: await exactRows(sql, listProductCosts, listed),
        cost_tiers: await exactRows(sql, listCostTiers, listed),
      }
    })
  },
})
