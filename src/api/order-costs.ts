import { Elysia } from 'elysia'
import * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import { OrderDetail, orderDetails } from '../../sql/orders.ts'
import { ProfitEffect } from '../../sql/profit-effect.ts'
import { jsonRows } from '../../sql/query.ts'
import { audit } from '../audit.ts'
import { overrideOrderCosts, overridesOf } from '../ledger/override-order-costs.ts'
import { previewEffect } from '../ledger/preview-effect.ts'
import { FixedAmount } from '../ledger/save-fixed-costs.ts'
import { entity, json, mustMatch } from './answers.ts'
import { AmountEither } from './bulk.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams, NameInput, UnitCostInput } from './inputs.ts'

const LineCost = v.strictObject({
  line_no: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
  unit_cost: v.nullable(UnitCostInput),
})
const Overrides = v.strictObject({
  shipping_cost: v.optional(v.nullable(FixedAmount)),
  transaction_fees: v.optional(v.nullable(AmountEither)),
  lines: v.optional(
    v.pipe(
      v.array(LineCost),
      v.maxLength(1_000, 'has at most 1,000'),
      v.check((lines) => new Set(lines.map((line) => line.line_no)).size === lines.length, 'names a line twice'),
    ),
  ),
  reason: v.optional(NameInput),
})

/** What a person says that one order costs: first of all steps. Null takes it back, to the cent. */
export const orderCostRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const textOf = async (sql: Sql, id: number) => (await jsonRows(sql, orderDetails, { id })).slice(1, -1)
  /** What was said of the order until now, with its store locked. */
  const locked = async (sql: Sql, id: number) => {
    const { store_id } = await overridesOf(sql, id)
    await lockStores(sql, { store_ids: [store_id] })
    return overridesOf(sql, id)
  }
  return new Elysia({ prefix: '/orders/:id/costs', tags: ['orders'] })
    .use(identity(deps))
    .patch(
      '',
      ({ db, who, request, params: { id }, body }) =>
        db(async (sql) => {
          const old_value = await locked(sql, id)
          mustMatch(request, await textOf(sql, id))
          await overrideOrderCosts(sql, old_value, body)
          const new_value = { ...(await overridesOf(sql, id)), reason: body.reason }
          await audit(sql, who, {
            action: 'order.costs_said',
            subject: `order ${old_value.number}`,
            old_value,
            new_value,
          })
          return entity(await textOf(sql, id))
        }),
      {
        needs: 'orders:write',
        params: IdParams,
        body: Overrides,
        response: OrderDetail,
        detail: {
          summary: 'Say what one order costs: shipping, fees, the unit cost of lines; null takes that back',
          description:
            'It comes before what the source, the unit costs and the rules say; the order is restated. Amounts are in the ' +
            'currency of the order. `If-Match` takes the ETag of the order.',
        },
      },
    )
    .post(
      '/preview',
      ({ db, params: { id }, body }) =>
        db(async (sql) => {
          const old = await locked(sql, id)
          const work = (tx: Sql) => overrideOrderCosts(tx, old, body)
          return json(await previewEffect(sql, { store_ids: [old.store_id], now: now(), work }))
        }),
      {
        needs: 'orders:write',
        params: IdParams,
        body: Overrides,
        response: ProfitEffect,
        detail: { summary: 'What saying these costs of an order would do to the net profit; nothing is kept' },
      },
    )
}
