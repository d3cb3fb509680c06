import { Elysia } from 'elysia'
import * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import { lockProduct } from '../../sql/products.ts'
import { jsonRows } from '../../sql/query.ts'
import { findStore } from '../../sql/stores.ts'
import { Count } from '../../sql/units.ts'
import {
  deleteVariant,
  findVariant,
  findVariantOfSku,
  giveLinesTo,
  listVariants,
  ordersOfWeight,
  tieVariant,
  Variant,
} from '../../sql/variants.ts'
import { storeScope } from '../access.ts'
import { audit } from '../audit.ts'
import { Day } from '../day.ts'
import { AppError } from '../errors.ts'
import { bookOrders } from '../ledger/book.ts'
import { afterId, entity, listAnswer, listing, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams, NameInput, UnitCostInput } from './inputs.ts'
import { mustSeeProduct } from './products.ts'

const NewVariant = v.strictObject({
  store: Slug,
  sku: NameInput,
  title: v.optional(NameInput),
  list_price: v.optional(v.nullable(UnitCostInput)),
  grams: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000_000)))),
  move: v.optional(v.boolean(), false),
  rebook_from: v.optional(v.nullable(Day)),
})
const VariantParams = v.object({ ...IdParams.entries, variant_id: IdParams.entries.id })

/** Restates the shipping costs that the weight of a SKU decides. */
async function bookWeight(sql: Sql, { store_id, sku }: { store_id: number; sku: string }): Promise<void> {
  const order_ids = (await ordersOfWeight(sql, { store_id, sku })).map(({ id }) => id)
  await bookOrders(sql, { store_id, order_ids, reason: `weight of SKU ${sku}` })
}

/**
 * The SKUs of stores that sell a product. Tying a SKU says which product its orders sell from the next import on. Orders that are there
 * keep their product, and the ledger its entries, unless `rebook_from` names a day: then the store's lines of that SKU from that day on
 * go to the product and are restated with its unit costs. A SKU of another product moves only with `move`. Another weight (`grams`)
 * restates what shipping rules by weight say.
 */
export const variantRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/products/:id/variants', tags: ['products'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, params: { id }, query: { limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          await mustSeeProduct(sql, id)
          return listAnswer(
            sql,
            listVariants,
            { product_id: id, limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'variants' },
          )
        }),
      {
        needs: 'products:read',
        params: IdParams,
        query: v.object(listing),
        response: Page(Variant),
        detail: { summary: 'SKUs of stores that sell the product, newest first' },
      },
    )
    .post(
      '',
      ({ db, who, params: { id }, body: { store: slug, sku, title, list_price, grams, move, rebook_from } }) =>
        db(async (sql) => {
          await mustSeeProduct(sql, id)
          await lockProduct(sql, { id })
          const store = await findStore(sql, { slug })
          if (!store) throw new AppError('invalid', `There is no store "${slug}".`)
          const store_id = store.id
          await lockStores(sql, { store_ids: [store_id] })
          const old = await findVariantOfSku(sql, { store_id, sku })
          const moved = old && old.product_id !== id
          if (moved && !move)
            throw new AppError(
              'conflict',
              `The SKU "${sku}" of ${slug} belongs to product ${old.product_id}. Send "move": true to move it.`,
            )
          const kept = { title: title ?? null, list_price: list_price ?? null, grams: grams ?? null }
          const variant = { product_id: id, store_id, sku, ...kept }
          const tied = await tieVariant(sql, variant)
          const order_ids = rebook_from
            ? (await giveLinesTo(sql, { store_id, sku, product_id: id, from: rebook_from })).map((row) => row.order_id)
            : []
          if (order_ids.length > 0)
            await bookOrders(sql, { store_id, order_ids, reason: `SKU ${sku} belongs to product ${id}` })
          if (grams != null && grams !== old?.grams) await bookWeight(sql, { store_id, sku })
          await audit(sql, who, {
            action: moved ? 'variant.moved' : old ? 'variant.changed' : 'variant.tied',
            subject: `SKU ${sku} of ${slug}`,
            old_value: old ?? null,
            new_value: {
              ...(await findVariant(sql, tied)),
              rebook_from: rebook_from ?? null,
              orders: order_ids.length,
            },
          })
          const text = (await jsonRows(sql, findVariant, tied)).slice(1, -1)
          const answer = `${text.slice(0, -1)},"rebooked_orders":${order_ids.length}}`
          return entity(answer, old ? 200 : 201)
        }),
      {
        needs: 'products:write',
        params: IdParams,
        body: NewVariant,
        response: {
          200: v.object({ ...Variant.entries, rebooked_orders: Count }),
          201: v.object({ ...Variant.entries, rebooked_orders: Count }),
        },
        detail: { summary: 'Tie a SKU of a store to the product; past orders stay unless rebook_from names a day' },
      },
    )
    .delete(
      '/:variant_id',
      ({ db, who, params: { id, variant_id }, set }) =>
        db(async (sql) => {
          const old = await findVariant(sql, { id: variant_id })
          if (old?.product_id !== id) throw new AppError('not_found', `Product ${id} has no variant ${variant_id}.`)
          const { store_ids } = await storeScope(sql, old.store)
          await lockStores(sql, { store_ids })
          await deleteVariant(sql, { id: variant_id })
          if (old.grams !== null) await bookWeight(sql, { store_id: store_ids[0]!, sku: old.sku })
          const subject = `SKU ${old.sku} of ${old.store}`
          await audit(sql, who, { action: 'variant.untied', subject, old_value: old })
          set.status = 204
        }),
      {
        needs: 'products:write',
        params: VariantParams,
        detail: { summary: 'Untie a SKU from the product; past orders keep it' },
      },
    )
