import * as v from 'valibot'
import { COLUMNS, productReport } from '../../../sql/product-report.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { dayIn } from '../../day.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { askedRange, rangeOf, StoreInput } from './asked-range.ts'
import { exactRows } from '../../../sql/exact-rows.ts'

const SHOWN = new Set<string>(['product_id', 'product', 'units_sold', 'revenue', 'return_rate', 'cm1', 'cm3', 'cm3_percent', 'cm3_per_unit']) // prettier-ignore

export const rankProducts = tool({
  name: 'rank_products',
  description:
    'The best or worst products of a period by one figure: cm3 (profit after ads), revenue, units_sold, return_rate, cm1_percent, … Also the ' +
    'totals of all products. revenue of a product is its net sales; figures named shared are costs of the store, shared by net sales.',
  input: v.object({
    store: StoreInput,
    ...askedRange,
    by: v.optional(v.picklist(COLUMNS), 'cm3'),
    order: v.optional(v.picklist(['highest', 'lowest']), 'highest'),
    count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(25)), 10),
  }),
  queries: { productReport },
  run: ({ db, now, who }: AgentDeps, { store, by, order, count, ...asked }) => {
    mustBeAllowed(who, 'stats:read')
    return db(async (sql) => {
      const { store: slug, store_ids, currency, time_zone, name } = await storeScope(sql, store)
      const { from: start, to: end } = rangeOf(asked, dayIn(time_zone, now()))
      const sorted = { sort: by, descending: order === 'highest' }
      // One more, because what belongs to no product is a row of the report but not a product.
      const page = { limit: count + 1, offset: 0, now: now() }
      const [told] = await exactRows(sql, productReport, { store: slug, store_ids, currency, start, end, ...sorted, ...page }) // prettier-ignore
      const shown = (row: object) =>
        Object.fromEntries(Object.entries(row).filter(([figure]) => SHOWN.has(figure) || figure === by))
      const ranked = (told?.data ?? []).filter(({ product_id }) => product_id !== null)
      return {
        stores: name,
        start,
        end,
        currency,
        by,
        order,
        products: ranked.slice(0, count).map(shown),
        totals: shown(told?.totals ?? {}),
        ...(told?.next &&
          ranked.length > count && { hint: 'There are more products; raise count, or ask by another figure.' }),
      }
    })
  },
})
