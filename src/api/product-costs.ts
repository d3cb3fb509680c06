import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { CostEffect, costsWithin, DatedCost, listProductCosts } from '../../sql/product-costs.ts'
import { updateProduct } from '../../sql/products.ts'
import { getWorkspace } from '../../sql/stores.ts'
import { audit } from '../audit.ts'
import { addDays, Day, dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { previewUnitCost, restateUnitCost } from '../ledger/set-unit-cost.ts'
import { lockWholeProduct } from '../ledger/lock-product.ts'
import { afterId, json, listAnswer, listing, mustMatch, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { CurrencyInput, IdParams, NameInput, UnitCostInput } from './inputs.ts'
import { mustBeCurrency, mustSeeProduct, productText } from './products.ts'

const Part = v.strictObject({
  unit_cost: UnitCostInput,
  currency: CurrencyInput,
  from: v.nullable(Day),
  to: v.nullable(Day),
})
/**
 * `from` and `to` are both included; without `to` the cost holds from then on, and takes the place of every later one. With `costs` these
 * stand on their days instead, and none on the others: so what a change replaced is put back.
 */
const NewCost = v.pipe(
  v.strictObject({
    unit_cost: v.nullable(UnitCostInput),
    currency: CurrencyInput,
    from: Day,
    to: v.optional(v.nullable(Day)),
    reason: v.optional(NameInput),
    costs: v.optional(v.pipe(v.array(Part), v.maxLength(500, 'has at most 500'))),
  }),
  v.forward(
    v.partialCheck([['from'], ['to']], ({ from, to }) => !to || to >= from, 'must not be before from'),
    ['to'],
  ),
)

/** What a request asks for, as the ledger takes it. Takes the product until the end of the transaction. */
async function asked(sql: Sql, id: number, body: v.InferOutput<typeof NewCost>, now: Date) {
  await lockWholeProduct(sql, id)
  const { unit_cost, currency, from, to = null, reason, costs } = body
  for (const code of new Set([currency, ...(costs ?? []).map((part) => part.currency)]))
    await mustBeCurrency(sql, 'currency', code)
  if (costs) mustFollowEachOther(costs, { from, to })
  const days = { product_id: id, from, to }
  return { ...days, unit_cost, currency, ...(costs && { costs }), reason: reason ?? `unit cost from ${from}`, now }
}

/** @throws AppError `invalid` for costs that share a day, or reach beyond the days that they are for */
function mustFollowEachOther(costs: v.InferOutput<typeof Part>[], { from, to }: { from: string; to: string | null }) {
  let next = from
  let open = false
  for (const part of costs) {
    const [first, last] = [part.from ?? '', part.to ?? '9999-12-31']
    if (open || first < next || last < first || (to !== null && last > to))
      throw new AppError('invalid', 'The costs must follow each other, within the days from and to.')
    open = part.to === null
    next = addDays(last, 1)
  }
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
      ({ db, who, request, params: { id }, body }) =>
        db(async (sql) => {
          const cost = await asked(sql, id, body, now())
          const { time_zone } = await getWorkspace(sql, {})
          mustMatch(request, await productText(sql, id, dayIn(time_zone, now())))
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
          description:
            '`unit_cost` null: none is known on these days. `costs` puts several costs on parts of the days instead, in order, as a list of them was: so a ' +
            'change is taken back exactly. `If-Match` with the ETag of the product holds the change to what was read.',
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
