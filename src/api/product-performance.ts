import { Elysia } from 'elysia'
import * as v from 'valibot'
import { lockStores } from '../../sql/booking.ts'
import type { Sql } from '../../sql/connect.ts'
import {
  deleteEmptyProductDay,
  deleteManualProductDay,
  findManualProductDay,
  listProductPerformance,
  type PostedProductDay,
  ProductPerformance,
  upsertManualProductDays,
} from '../../sql/product-performance.ts'
import { jsonRows } from '../../sql/query.ts'
import { storeScope, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { Day, dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { saveUnderLock } from '../ledger/book.ts'
import { afterId, entity, json, listAnswer, listing, Page, Slug } from './answers.ts'
import { AmountEither, AmountSpent, isOne, Outcomes, rowOrRows, saved, tallied, upsertRows } from './bulk.ts'
import { changesOf } from './changes.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'
import { rangeOf, StoreRange } from './ranges.ts'

const FIGURES = ['revenue', 'units_sold', 'cogs', 'ad_spend'] as const

const ProductDayRow = v.pipe(
  v.object({
    date: Day,
    store: Slug,
    product_id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    revenue: v.optional(v.nullable(AmountEither), null),
    units_sold: v.optional(
      v.nullable(v.pipe(v.number(), v.integer(), v.minValue(-10_000_000), v.maxValue(10_000_000))),
      null,
    ),
    cogs: v.optional(v.nullable(AmountEither), null),
    ad_spend: v.optional(v.nullable(AmountSpent), null),
  }),
  v.forward(
    v.check((day) => FIGURES.some((figure) => day[figure] !== null), 'give at least one figure'),
    ['revenue'],
  ),
)

async function performanceJson(sql: Sql, store_ids: number[], id: number): Promise<string> {
  const range = { start: '2000-01-01', end: '2099-12-31', product_id: null, limit: 1, offset: 0, after: null }
  return (await jsonRows(sql, listProductPerformance, { store_ids, id, ...range })).slice(1, -1)
}

async function postProductDays(sql: Sql, who: Who, rows: PostedProductDay[]) {
  const outcomes = await saveUnderLock(sql, rows, () => upsertManualProductDays(sql, { rows }))
  const changes = changesOf(outcomes)
  if (changes) await audit(sql, who, { action: 'product_performance.posted', ...changes })
  return outcomes
}

async function deleteProductDay(sql: Sql, who: Who, id: number) {
  const found = await findManualProductDay(sql, { id })
  if (found) await lockStores(sql, { store_ids: [found.store_id] })
  const gone = found && (await deleteManualProductDay(sql, found))
  if (!gone) throw new AppError('not_found', `There are no hand-posted figures with the id ${id}.`)
  await deleteEmptyProductDay(sql, found)
  await audit(sql, who, {
    action: 'product_performance.deleted',
    subject: `${found.store} ${found.date} product ${found.product_id}`,
    old_value: gone.old_value,
  })
}

export const productPerformanceRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/financials/product-performance', tags: ['financials'] })
    .use(identity(deps))
    .get(
      '',
      async ({ db, scopeOf, query: { start, end, store, product_id, limit, offset, cursor, count, format } }) => {
        const { store_ids, time_zone } = await scopeOf(store)
        const { from, to } = rangeOf({ start, end }, dayIn(time_zone, now()))
        const asked = { store_ids, start: from, end: to, product_id: product_id ?? null, id: null }
        const page = { limit, offset, after: afterId(cursor) }
        return db((sql) =>
          listAnswer(
            sql,
            listProductPerformance,
            { ...asked, ...page },
            { db, format, count, name: 'product-performance' },
          ),
        )
      },
      {
        needs: 'financials:read',
        query: v.object({ ...listing, ...StoreRange, product_id: v.optional(IdParams.entries.id) }),
        response: Page(ProductPerformance),
        detail: {
          summary: 'Figures per product, store and day, newest first, each in its store’s currency',
          description: '`units_sold` less those returned; `roas` is revenue over ad spend, null without spend.',
        },
      },
    )
    .post(
      '',
      ({ db, who, body }) =>
        db(async (sql) => {
          // Before the stores are locked: the next writer of one waits for all that follows.
          const { store_ids } = await storeScope(sql, null)
          const outcomes = await upsertRows(body, ProductDayRow, (rows) => postProductDays(sql, who, rows))
          if (!isOne(body)) return json(JSON.stringify(tallied(outcomes)))
          const { id, status } = saved(outcomes)
          return entity(await performanceJson(sql, store_ids, id), status)
        }),
      {
        needs: 'financials:write',
        body: rowOrRows(ProductDayRow),
        response: { 200: v.union([ProductPerformance, Outcomes]), 201: ProductPerformance },
        detail: {
          operationId: 'postProductPerformance',
          consumes: ['text/csv'],
          summary: 'Post the figures of a product’s day by hand, in place of the ledger’s',
          description:
            'By date, store and product, in the store’s currency: one row, an array of up to 5,000, or text/csv ' +
            'with a header of the same names. A figure that is left out stays the ledger’s, until `DELETE` gives ' +
            'all of them back. `roas` and `cm1` are computed: what is sent is ignored. `ad_spend` counts only where ' +
            'the product’s day has no rows of ad spend, which `ad_spend_source` tells. The day’s own figures do not ' +
            'change.',
        },
      },
    )
    .delete(
      '/:id',
      ({ db, who, params: { id }, set }) =>
        db(async (sql) => {
          await deleteProductDay(sql, who, id)
          set.status = 204
        }),
      {
        needs: 'financials:write',
        params: IdParams,
        detail: { summary: 'Take back the hand-posted figures of a product’s day: the ledger’s hold again' },
      },
    )
}
