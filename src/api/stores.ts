import { Elysia } from 'elysia'
import * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import { ProfitEffect } from '../../sql/profit-effect.ts'
import { jsonRows } from '../../sql/query.ts'
import {
  addStore,
  isStoreInUse,
  listStoreSettings,
  ordersWithoutCost,
  StoreSettings,
  updateStore,
} from '../../sql/stores.ts'
import { storeScope, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { bookOrders } from '../ledger/book.ts'
import { previewEffect } from '../ledger/preview-effect.ts'
import { entity, json, mustMatch, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { CurrencyInput, NameInput, PercentInput, TimeZoneInput } from './inputs.ts'
import { mustBeKnown } from '../known-terms.ts'

const Percent = v.nullable(PercentInput)
const NewStore = v.object({
  slug: Slug,
  name: NameInput,
  currency: CurrencyInput,
  time_zone: TimeZoneInput,
  default_cost_percent: v.optional(Percent, null),
})
const StoreChange = v.object({
  name: v.optional(NameInput),
  time_zone: v.optional(TimeZoneInput),
  default_cost_percent: v.optional(Percent),
})
const SlugParams = v.object({ slug: Slug })

const storeJson = async (sql: Sql, slug: string) => (await jsonRows(sql, listStoreSettings, { slug })).slice(1, -1)

/** @throws AppError `conflict` for another time zone once days were cut in the old one */
async function changeStore(sql: Sql, who: Who, slug: string, change: v.InferOutput<typeof StoreChange>) {
  const [found] = await listStoreSettings(sql, { slug })
  if (!found) return
  const { id: store_id, currency, name, time_zone, default_cost_percent } = found
  const before = { name, time_zone, default_cost_percent }
  const after = { ...before, ...change }
  if (after.time_zone !== before.time_zone) {
    await mustBeKnown(sql, { currency, time_zone: after.time_zone })
    if ((await isStoreInUse(sql, { store_id })).in_use)
      throw new AppError('conflict', `The time zone of ${slug} stays: days were booked in ${before.time_zone}.`)
  }
  await updateStore(sql, { store_id, ...after })
  if (!samePercent(after.default_cost_percent, before.default_cost_percent)) {
    const order_ids = (await ordersWithoutCost(sql, { store_id })).map(({ id }) => id)
    await bookOrders(sql, { store_id, order_ids, reason: 'default cost percent changed' })
  }
  await audit(sql, who, { action: 'store.updated', subject: slug, old_value: before, new_value: after })
}

const samePercent = (a: string | null, b: string | null) =>
  a === null || b === null ? a === b : Number(a) === Number(b)

export const storeRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/stores', tags: ['stores'] })
    .use(identity(deps))
    .get(
      '',
      ({ db }) =>
        db(async (sql) => json(`{"data":${await jsonRows(sql, listStoreSettings, { slug: null })},"next":null}`)),
      {
        needs: 'stats:read',
        response: v.object({ data: v.array(StoreSettings), next: v.null() }),
        detail: { summary: 'Stores by name' },
      },
    )
    .get(
      '/:slug',
      ({ db, params: { slug } }) =>
        db(async (sql) => {
          await storeScope(sql, slug)
          return entity(await storeJson(sql, slug))
        }),
      {
        needs: 'stats:read',
        params: SlugParams,
        response: StoreSettings,
        detail: { summary: 'A store, with the ETag that a change of it may be tied to' },
      },
    )
    .post(
      '',
      ({ db, who, body }) =>
        db(async (sql) => {
          if (who.stores !== 'all')
            throw new AppError(
              'forbidden',
              'You are limited to some stores. Ask someone who sees all stores to add one.',
            )
          await mustBeKnown(sql, body)
          if (!(await addStore(sql, body))) throw new AppError('conflict', `There is a store "${body.slug}" already.`)
          await audit(sql, who, { action: 'store.created', subject: body.slug, new_value: body })
          return entity(await storeJson(sql, body.slug), 201)
        }),
      {
        needs: 'admin',
        body: NewStore,
        response: { 201: StoreSettings },
        detail: { summary: 'Add a store; its slug and currency stay for good' },
      },
    )
    .patch(
      '/:slug',
      ({ db, who, request, params: { slug }, body }) =>
        db(async (sql) => {
          const { store_ids } = await storeScope(sql, slug)
          // A booking that is under way has read the old settings.
          await lockStores(sql, { store_ids })
          mustMatch(request, await storeJson(sql, slug))
          await changeStore(sql, who, slug, body)
          return entity(await storeJson(sql, slug))
        }),
      {
        needs: 'admin',
        params: SlugParams,
        body: StoreChange,
        response: StoreSettings,
        detail: {
          summary: 'Change a store',
          description:
            'The time zone only while nothing is booked. Another `default_cost_percent` (null: none) books the ' +
            'estimated costs of all orders again, as a restatement.',
        },
      },
    )
    .post(
      '/:slug/preview',
      ({ db, who, params: { slug }, body }) =>
        db(async (sql) => {
          const { store_ids } = await storeScope(sql, slug)
          await lockStores(sql, { store_ids })
          const work = (tx: Sql) => changeStore(tx, who, slug, body)
          return json(await previewEffect(sql, { store_ids, now: deps.now(), work }))
        }),
      {
        needs: 'admin',
        params: SlugParams,
        body: StoreChange,
        response: ProfitEffect,
        detail: {
          summary:
            'What changing a store would do to the net profit, by month: another default cost percent; nothing is kept',
        },
      },
    )
