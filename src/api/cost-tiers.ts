import { Elysia } from 'elysia'
import * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import { CostTier, costTiersWithin, findCostTier, listCostTiers } from '../../sql/cost-tiers.ts'
import { storesOfProduct } from '../../sql/product-costs.ts'
import { ProfitEffect } from '../../sql/profit-effect.ts'
import { jsonRows } from '../../sql/query.ts'
import { audit } from '../audit.ts'
import { Day } from '../day.ts'
import { AppError } from '../errors.ts'
import { removeRule, setRule, TIERS } from '../ledger/cost-rules.ts'
import { lockWholeProduct } from '../ledger/lock-product.ts'
import { previewEffect } from '../ledger/preview-effect.ts'
import { orTooLarge } from '../ledger/too-large.ts'
import { afterId, entity, json, listAnswer, listing, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { CurrencyInput, IdParams, NameInput, UnitCostInput } from './inputs.ts'
import { mustBeCurrency, mustSeeProduct } from './products.ts'

const MaybeDay = v.optional(v.nullable(Day), null)
const NewTier = v.pipe(
  v.strictObject({
    country: v.optional(v.nullable(NameInput), null),
    min_quantity: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)), 1),
    unit_cost: UnitCostInput,
    currency: CurrencyInput,
    from: MaybeDay,
    to: MaybeDay,
    reason: v.optional(NameInput),
  }),
  v.forward(
    v.partialCheck(
      [['from'], ['to']],
      ({ from, to }) => from === null || to === null || to >= from,
      'must not be before from',
    ),
    ['to'],
  ),
  v.forward(
    v.partialCheck(
      [['country'], ['min_quantity']],
      ({ country, min_quantity }) => country !== null || min_quantity > 1,
      'must be 2 or more without a country: the plain unit cost is set under /products/{id}/costs',
    ),
    ['min_quantity'],
  ),
)
const TierParams = v.object({ ...IdParams.entries, tier_id: IdParams.entries.id })

/** Takes the product and the stores that sell it until the end of the transaction. */
async function lockedStores(sql: Sql, product_id: number): Promise<number[]> {
  await lockWholeProduct(sql, product_id)
  const store_ids = (await storesOfProduct(sql, { product_id })).map(({ id }) => id)
  await lockStores(sql, { store_ids })
  return store_ids
}

/** What a request asks to set, with everything that it touches locked. */
async function toSet(sql: Sql, product_id: number, { reason, ...terms }: v.InferOutput<typeof NewTier>) {
  const store_ids = await lockedStores(sql, product_id)
  await mustBeCurrency(sql, 'currency', terms.currency)
  const tier = { product_id, ...terms }
  const set = (tx: Sql) => setRule(tx, TIERS, tier, reason).catch(orTooLarge(`The unit_cost ${terms.unit_cost} makes`))
  return { store_ids, tier, set }
}

/** Unit costs by quantity and country, which come before the plain unit cost of a product. */
export const costTierRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/products/:id/cost-tiers', tags: ['products'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, params: { id }, query: { limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          await mustSeeProduct(sql, id)
          const asked = { product_id: id, limit, offset, after: afterId(cursor) }
          return listAnswer(sql, listCostTiers, asked, { db, format, count, name: 'cost-tiers' })
        }),
      {
        needs: 'products:read',
        params: IdParams,
        query: v.object(listing),
        response: Page(CostTier),
        detail: { summary: 'Unit costs of a product for larger lines or one country, newest first' },
      },
    )
    .post(
      '',
      ({ db, who, params: { id }, body }) =>
        db(async (sql) => {
          const { tier, set } = await toSet(sql, id, body)
          const old_value = await costTiersWithin(sql, tier)
          const made = await set(sql)
          const new_value = await findCostTier(sql, { id: made })
          await audit(sql, who, { action: 'cost_tier.set', subject: `product ${id}`, old_value, new_value })
          return entity((await jsonRows(sql, findCostTier, { id: made })).slice(1, -1), 201)
        }),
      {
        needs: 'products:write',
        params: IdParams,
        body: NewTier,
        response: { 201: CostTier },
        detail: {
          operationId: 'setCostTier',
          summary: 'Set the unit cost of lines of at least so many pieces, or to a country; orders there are restated',
          description:
            'It comes before the plain unit cost of the product; the own country first, then the tier of most pieces.',
        },
      },
    )
    .post(
      '/preview',
      ({ db, params: { id }, body }) =>
        db(async (sql) => {
          const { store_ids, set } = await toSet(sql, id, body)
          return json(await previewEffect(sql, { store_ids, now: now(), work: set }))
        }),
      {
        needs: 'products:write',
        params: IdParams,
        body: NewTier,
        response: ProfitEffect,
        detail: { summary: 'What setting this tier would do to the net profit, by month; nothing is kept' },
      },
    )
    .delete(
      '/:tier_id',
      ({ db, who, params: { id, tier_id }, set }) =>
        db(async (sql) => {
          await lockedStores(sql, id)
          const old_value = await findCostTier(sql, { id: tier_id })
          if (old_value?.product_id !== id)
            throw new AppError('not_found', `Product ${id} has no cost tier ${tier_id}.`)
          await removeRule(sql, TIERS, old_value)
          await audit(sql, who, { action: 'cost_tier.removed', subject: `product ${id}`, old_value })
          set.status = 204
        }),
      {
        needs: 'products:write',
        params: TierParams,
        detail: { summary: 'Take a tier away as if it had never been; orders that it priced are restated' },
      },
    )
}
