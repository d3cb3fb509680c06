import * as v from 'valibot'
import { costRules } from '../../../sql/cost-rules.ts'
import { listFixedCosts } from '../../../sql/fixed-costs.ts'
import { missingCosts } from '../../../sql/missing-costs.ts'
import { listProducts } from '../../../sql/products.ts'
import { mustBeAllowed, storeScope } from '../../access.ts'
import { Day, dayIn, PERIODS } from '../../day.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'
import { StoreInput } from './asked-range.ts'
import { exactRows } from '../../../sql/exact-rows.ts'

const MOST = 50
const MOST_MISSING = 20

export const getCosts = tool({
  name: 'get_costs',
  description:
    'The costs that are set up, as they hold on a day (today unless named): fixed costs with their interval, fee rules of gateways and shipping ' +
    'rules, and unit costs of products; `missing` lists the costs that nobody said, by the revenue of the last 30 days that stands on them. What they came to in a period is in get_pnl.',
  input: v.object({
    store: StoreInput,
    at: v.optional(v.pipe(Day, v.description('The day they hold on, YYYY-MM-DD'))),
    kinds: v.optional(v.pipe(v.array(v.picklist(['fixed_costs', 'rules', 'unit_costs', 'missing'])), v.minLength(1)), [
      'fixed_costs',
      'rules',
    ]),
  }),
  queries: { listFixedCosts, costRules, listProducts, missingCosts },
  run: ({ db, now, who }: AgentDeps, { store, at, kinds }) => {
    mustBeAllowed(who, 'products:read')
    return db(async (sql) => {
      const { store: slug, store_ids, time_zone, currency, name } = await storeScope(sql, store)
      const today = dayIn(time_zone, now())
      const on = at ?? today
      const page = { limit: MOST + 1, offset: 0, after: null }
      const store_id = slug ? (store_ids[0] ?? null) : null
      const fixed = { currency: null, store_id, at: on, today, ...page }
      const mayFixed = kinds.includes('fixed_costs') && who.role !== 'marketer'
      const { from: start, to: end } = PERIODS.last_30_days(on)
      const gaps = { store_ids, currency, start, end, ...page, limit: MOST_MISSING }
      const [fixed_costs, rules, products, missing] = [
        mayFixed ? await exactRows(sql, listFixedCosts, fixed) : undefined,
        kinds.includes('rules') ? await exactRows(sql, costRules, { store_ids, at: on }) : undefined,
        kinds.includes('unit_costs') ? await exactRows(sql, listProducts, { status: 'active', today: on, ...page }) : undefined, // prettier-ignore
        kinds.includes('missing') ? await exactRows(sql, missingCosts, gaps) : undefined,
      ]
      const unit_costs = products?.slice(0, MOST).map(({ id, name, cost_price, cost_currency }) => ({
        product_id: id,
        product: name,
        unit_cost: cost_price,
        currency: cost_currency,
      }))
      return {
        stores: name,
        on,
        ...(fixed_costs && { fixed_costs: fixed_costs.slice(0, MOST) }),
        ...(kinds.includes('fixed_costs') && !mayFixed && { fixed_costs: 'Your role does not include fixed costs.' }),
        ...(rules && { rules }),
        ...(unit_costs && { unit_costs }),
        ...(missing && { missing: { start, end, currency, costs: missing } }),
        ...((products?.length ?? 0) > MOST && { hint: `There are more than ${MOST} products; for one product use get_product.` }), // prettier-ignore
      }
    })
  },
})
