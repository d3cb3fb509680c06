import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { CostEffect, costsWithin, DatedCost, listProductCosts } from '../../sql/product-costs.ts'
import { updateProduct } from '../../sql/products.ts'
import { audit } from '../audit.ts'
import { Day } from '../day.ts'
import { previewUnitCost, restateUnitCost } from '../ledger/set-unit-cost.ts'
import { lockWholeProduct } from '../ledger/lock-product.ts'
import { afterId, json, listAnswer, listing, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { CurrencyInput, IdParams, NameInput, UnitCostInput } from './inputs.ts'
import { mustBeCurrency, mustSeeProduct } from './products.ts'

/** `from` and `to` are both included; without `to` the cost holds from then on, and takes the place of every later one. */
const NewCost = v.pipe(
  v.strictObject({
    unit_cost: UnitCostInput,
    currency: CurrencyInput,
    from: Day,
    to: v.optional(v.nullable(Day)),
    reason: v.optional(NameInput),
  }),
  v.forward(
    v.partialCheck([['from'], ['to']], ({ from, to }) => !to || to >= from, 'must not be before from'),
    ['to'],
  ),
)

/** What a request asks for, as the ledger takes it. Takes the product until the end of the transaction. */
async function asked(sql: Sql, id: number, body: v.InferOutput<typeof NewCost>, now: Date) {
  await lockWholeProduct(sql, id)
  await mustBeCurrency(sql, 'currency', body.currency)
  const { unit_cost, currency, from, to = null, reason } = body
  return { product_id: id, unit_cost, currency, from, to, reason: reason ?? `unit cost from ${from}`, now }
}

/** The dated unit costs of a product. */
export const productCostRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/products/:id/costs', tags: ['products'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, params: { id }, query: { limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          await mustSeeProduct(sql, id)
          return listAnswer(
            sql,
            listProductCosts,
            { product_id: id, limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'product-costs' },
          )
        }),
      {
        needs: 'products:read',
        params: IdParams,
        query: v.object(listing),
        response: Page(DatedCost),
        detail: { summary: 'Unit costs of a product with the days on which they hold, latest first' },
      },
    )
    .post(
      '',
      ({ db, who, params: { id }, body }) =>
        db(async (sql) => {
          const cost = await asked(sql, id, body, now())
          const { product_id: _, now: __, ...new_value } = cost
          const old_value = await costsWithin(sql, cost)
          const effect = await restateUnitCost(sql, cost)
          await updateProduct(sql, { id, name: null, status: null })
          await audit(sql, who, { action: 'product_cost.set', subject: `product ${id}`, old_value, new_value })
          return json(effect)
        }),
      {
        needs: 'products:write',
        params: IdParams,
        body: NewCost,
        response: CostEffect,
        detail: {
          operationId: 'setProductCost',
          summary: 'Set the unit cost on a range of days; orders of the past are restated with the reason',
        },
      },
    )
    .post(
      '/preview',
      ({ db, params: { id }, body }) =>
        db(async (sql) => json(await previewUnitCost(sql, await asked(sql, id, body, now())))),
      {
        needs: 'products:write',
        params: IdParams,
        body: NewCost,
        response: CostEffect,
        detail: { summary: 'What setting this unit cost would do to the net profit, by month; nothing is kept' },
      },
    )
}
