import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { costFromToday, costsWithin, findCurrency, storesOfProduct } from '../../sql/product-costs.ts'
import {
  createProduct,
  deleteProduct,
  deleteVariantsOfProduct,
  findProduct,
  findProductName,
  listProducts,
  Product,
  PRODUCT_COLUMNS,
  productHistory,
  ProductStatus,
  updateProduct,
} from '../../sql/products.ts'
import { jsonRows } from '../../sql/query.ts'
import { getWorkspace } from '../../sql/stores.ts'
import { Id } from '../../sql/units.ts'
import type { Who } from '../access.ts'
import { audit } from '../audit.ts'
import { dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { lockWholeProduct } from '../ledger/lock-product.ts'
import { ProductRow, saveProducts } from '../ledger/save-products.ts'
import { setUnitCost } from '../ledger/set-unit-cost.ts'
import { afterId, entity, json, listAnswer, listing, mustMatch, Page, sortBy } from './answers.ts'
import { asOutcomes, isOne, Outcomes, rowOrRows, tallied, upsertRows } from './bulk.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { CurrencyInput, IdParams, NameInput, UnitCostInput } from './inputs.ts'
import { Words } from './orders.ts'

const cost = {
  cost_price: v.optional(v.nullable(UnitCostInput)),
  cost_currency: v.optional(v.nullable(CurrencyInput)),
}
const NewProduct = v.strictObject({ name: NameInput, status: v.optional(ProductStatus, 'active'), ...cost })
const ChangedProduct = v.pipe(
  v.strictObject({ name: v.optional(NameInput), status: v.optional(ProductStatus), ...cost }),
  v.forward(
    v.partialCheck(
      [['cost_price'], ['cost_currency']],
      ({ cost_price, cost_currency }) => cost_price !== undefined || typeof cost_currency !== 'string',
      'is missing: a currency belongs to a cost',
    ),
    ['cost_price'],
  ),
)
const Gone = v.object({ id: Id, result: v.picklist(['deleted', 'archived']) })

const notFound = (id: number) => new AppError('not_found', `There is no product ${id}.`)

/** @throws AppError `not_found` for a product that the asker does not see */
export async function mustSeeProduct(sql: Sql, id: number): Promise<void> {
  if (!(await findProductName(sql, { id }))) throw notFound(id)
}

/** A product as JSON text, with the unit cost of `today`. @throws AppError `not_found` for one that the asker does not see */
export async function productText(sql: Sql, id: number, today: string): Promise<string> {
  const text = (await jsonRows(sql, findProduct, { id, today })).slice(1, -1)
  if (text === '') throw notFound(id)
  return text
}

/** @throws AppError `invalid` for a code that no currency has */
export async function mustBeCurrency(sql: Sql, field: string, code: string): Promise<void> {
  if (await findCurrency(sql, { code })) return
  throw new AppError('invalid', `The ${field} ${code} is not one that we know. Use an ISO 4217 code such as EUR.`)
}

/** Starts a unit cost today, until the next one that is planned; the past stays. Nothing happens when it is the cost of today already. */
async function startCost(
  sql: Sql,
  who: Who,
  { id, today, cost_price, currency }: { id: number; today: string; cost_price: string | null; currency: string },
) {
  await mustBeCurrency(sql, 'cost_currency', currency)
  const { to, same } = await costFromToday(sql, { product_id: id, today, unit_cost: cost_price, currency })
  if (same) return
  const days = { product_id: id, from: today, to }
  const old_value = await costsWithin(sql, days)
  const cost = { ...days, unit_cost: cost_price, currency }
  const store_ids = (await storesOfProduct(sql, { product_id: id })).map((store) => store.id)
  await setUnitCost(sql, { ...cost, store_ids, reason: `unit cost from ${today}` })
  const { product_id: _, ...new_value } = cost
  await audit(sql, who, { action: 'product_cost.set', subject: `product ${id}`, old_value, new_value })
}

/** Creates and changes the products of a list, and answers what became of each row. */
async function manyProducts(
  sql: Sql,
  who: Who,
  sent: unknown,
  { today, reporting_currency }: { today: string; reporting_currency: string },
) {
  const saving = { today, reporting_currency, reason: `unit cost from ${today}` }
  const outcomes = await upsertRows(sent, ProductRow, async (rows) =>
    asOutcomes(await saveProducts(sql, { ...saving, rows })),
  )
  const { data, ...counts } = tallied(outcomes)
  if (counts.created + counts.updated > 0)
    await audit(sql, who, { action: 'product.posted', subject: 'products', new_value: counts })
  return json(JSON.stringify({ data, ...counts }))
}

/** Products of the workspace; the unit cost beside each is the one of today, which is cut in the workspace's time zone. */
export const productRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const todayOf = async (sql: Sql) => dayIn((await getWorkspace(sql, {})).time_zone, now())
  return new Elysia({ prefix: '/products', tags: ['products'] })
    .use(identity(deps))
    .get(
      '',
      async ({ db, scopeOf, query: { status, q = null, sort, limit, offset, cursor, count, format } }) => {
        const today = dayIn((await scopeOf(undefined)).time_zone, now())
        const asked = { status: status ?? null, q, sort, today, limit, offset, after: afterId(cursor) }
        return db((sql) => listAnswer(sql, listProducts, asked, { db, format, count, name: 'products' }))
      },
      {
        needs: 'products:read',
        query: v.object({
          ...listing,
          status: v.optional(ProductStatus),
          q: v.optional(Words),
          sort: v.optional(sortBy(PRODUCT_COLUMNS), '-id'),
        }),
        response: Page(Product),
        detail: {
          summary: 'Products, newest first, with the unit cost valid today',
          description:
            '`q` is part of the name or of a SKU. `sort` asks for another order; costs are compared as they are written, whatever their currency.',
        },
      },
    )
    .get(
      '/:id',
      ({ db, params: { id } }) => db(async (sql) => entity(await productText(sql, id, await todayOf(sql)))),
      {
        needs: 'products:read',
        params: IdParams,
        response: Product,
        detail: { summary: 'A product with the unit cost valid today' },
      },
    )
    .post(
      '',
      ({ db, who, body: sent }) =>
        db(async (sql) => {
          const [today, { reporting_currency }] = await Promise.all([todayOf(sql), getWorkspace(sql, {})])
          if (!isOne(sent)) return manyProducts(sql, who, sent, { today, reporting_currency })
          const { name, status, cost_price, cost_currency } = sent as v.InferOutput<typeof NewProduct>
          const { id } = await createProduct(sql, { name, status })
          await audit(sql, who, { action: 'product.created', subject: `product ${id}`, new_value: { name, status } })
          const currency = cost_currency ?? reporting_currency
          await startCost(sql, who, { id, today, cost_price: cost_price ?? null, currency })
          return entity(await productText(sql, id, today), 201)
        }),
      {
        needs: 'products:write',
        body: rowOrRows(NewProduct),
        response: { 200: Outcomes, 201: Product },
        detail: {
          summary: 'Add a product; its unit cost holds from today on, in the reporting currency unless named',
          description:
            'One product is always added. An array of up to 5,000 rows `{id, store, sku, name, status, list_price, ' +
            'cost_price, cost_currency}`, or text/csv with a header of these names, creates or changes: a row means the ' +
            'product with its `id`, else the one that the SKU of the store is tied to; a new SKU makes a product. What ' +
            'a row leaves out stays. Each row is answered with what became of it; a rejected one does not keep the ' +
            'others out.',
          consumes: ['text/csv'],
        },
      },
    )
    .patch(
      '/:id',
      ({ db, who, request, params: { id }, body: { cost_price, cost_currency, ...changed } }) =>
        db(async (sql) => {
          await lockWholeProduct(sql, id)
          const [today, { reporting_currency }] = await Promise.all([todayOf(sql), getWorkspace(sql, {})])
          mustMatch(request, await productText(sql, id, today))
          const old = await findProduct(sql, { id, today })
          if (!old) throw notFound(id)
          const { name = old.name, status = old.status } = changed
          if (cost_price !== undefined) {
            const currency = cost_currency ?? old.cost_currency ?? reporting_currency
            await startCost(sql, who, { id, today, cost_price, currency })
          }
          if (name !== old.name || status !== old.status)
            await audit(sql, who, {
              action: 'product.changed',
              subject: `product ${id}`,
              old_value: { name: old.name, status: old.status },
              new_value: { name, status },
            })
          await updateProduct(sql, { id, name, status })
          return entity(await productText(sql, id, today))
        }),
      {
        needs: 'products:write',
        params: IdParams,
        body: ChangedProduct,
        response: Product,
        detail: {
          summary:
            'Change a product; a new unit cost starts today, lasts until the next planned one and leaves the past alone',
        },
      },
    )
    .delete(
      '/:id',
      ({ db, who, request, params: { id } }) =>
        db(async (sql) => {
          await lockWholeProduct(sql, id, true)
          const today = await todayOf(sql)
          mustMatch(request, await productText(sql, id, today))
          const old = await findProduct(sql, { id, today })
          const { exists } = await productHistory(sql, { id })
          const result = exists ? ('archived' as const) : ('deleted' as const)
          if (!exists) {
            await deleteVariantsOfProduct(sql, { id })
            await deleteProduct(sql, { id })
          } else if (old?.status === 'active') await updateProduct(sql, { id, name: null, status: 'archived' })
          if (!exists || old?.status === 'active')
            await audit(sql, who, {
              action: `product.${result}`,
              subject: `product ${id}`,
              old_value: old,
              new_value: exists ? { ...old, status: 'archived' } : null,
            })
          return { id, result }
        }),
      {
        needs: 'products:write',
        params: IdParams,
        response: Gone,
        detail: { summary: 'Archive a product that has orders or ad spend, delete one that has none' },
      },
    )
}
