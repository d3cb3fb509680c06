import { Elysia } from 'elysia'
import * as v from 'valibot'
import { jsonRows } from '../../sql/query.ts'
import {
  findReconciledDay,
  findReconciliation,
  listReconciledDays,
  OrderDifference,
  orderDifferences,
  ReconciledDay,
  ReconciledFigure,
  reconciledFigures,
  reconciliationOfStores,
  ReconciliationStatus,
  StoreReconciliation,
} from '../../sql/reconciliation.ts'
import { runSyncNow } from '../../sql/sync-state.ts'
import { Id } from '../../sql/units.ts'
import { storeScope } from '../access.ts'
import { audit } from '../audit.ts'
import { Day, daysOf } from '../day.ts'
import { AppError } from '../errors.ts'
import { notConnected } from '../shopify/open-shop.ts'
import { afterId, json, listAnswer, listing, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { StoreRange } from './ranges.ts'

/** Days that may be compared at once. */
const MOST_DAYS = 366
const Compared = v.strictObject({
  from: v.pipe(Day, v.description('First business day, included.')),
  to: v.pipe(Day, v.description('Last business day, included.')),
})
const DayOfStore = v.object({
  ...ReconciledDay.entries,
  figures: v.array(ReconciledFigure),
  order_differences: v.array(OrderDifference),
})

/** Our books beside what shops say themselves, day by day to the cent. */
export const reconciliationRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/reconciliation', tags: ['reconciliation'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { store, start, end, status, limit, offset, cursor, count, format } }) =>
        db(async (tx) => {
          if (start && end && start > end) throw new AppError('invalid', `The start ${start} is after the end ${end}.`)
          const { store_ids } = await storeScope(tx, store)
          const args = {
            store_ids,
            start: start ?? null,
            end: end ?? null,
            status: status ?? null,
            limit,
            offset,
            after: afterId(cursor),
          }
          return listAnswer(tx, listReconciledDays, args, { db, format, count, name: 'reconciliation' })
        }),
      {
        needs: 'stats:read',
        query: v.object({ ...listing, ...StoreRange, status: v.optional(ReconciliationStatus) }),
        response: Page(ReconciledDay),
        detail: {
          operationId: 'listReconciledDays',
          summary:
            'Days beside what the shop says of them, newest first: whether they match to the cent, and by how much not',
          description:
            'Recent days are compared every hour, the last 90 every night. Differences are ours less Shopify’s, without what our ' +
            'definitions count otherwise on purpose, such as voided orders.',
        },
      },
    )
    .get(
      '/stores',
      ({ db, query: { store } }) =>
        db(async (tx) => {
          const { store_ids } = await storeScope(tx, store)
          return json(`{"data":${await jsonRows(tx, reconciliationOfStores, { store_ids })},"next":null}`)
        }),
      {
        needs: 'stats:read',
        query: v.object({ store: v.optional(Slug) }),
        response: v.object({ data: v.array(StoreReconciliation), next: v.null() }),
        detail: {
          operationId: 'listReconciliationsOfStores',
          summary: 'Whether the books of each store match its Shopify shop: the last 90 days, and the last look',
        },
      },
    )
    .get(
      '/:store/:day',
      ({ db, params: { store, day } }) =>
        db(async (tx) => {
          const { store_ids } = await storeScope(tx, store)
          const asked = { store_id: store_ids[0] ?? 0, day }
          const [of, figures, orders] = await Promise.all([
            jsonRows(tx, findReconciledDay, asked),
            jsonRows(tx, reconciledFigures, asked),
            jsonRows(tx, orderDifferences, asked),
          ])
          if (of === '[]') throw new AppError('not_found', `${day} was not compared yet for ${store}.`)
          return json(`${of.slice(1, -2)},"figures":${figures},"order_differences":${orders}}`)
        }),
      {
        needs: 'orders:read',
        params: v.object({ store: Slug, day: v.pipe(Day, v.description('The business day.')) }),
        response: DayOfStore,
        detail: {
          operationId: 'getReconciledDay',
          summary:
            'A day beside what the shop says of it: seven measures, and the orders that make the difference, each with its cause',
        },
      },
    )
    .post(
      '/:store/run',
      ({ db, who, params: { store }, body, set }) =>
        db(async (tx) => {
          const { from, to } = body ?? {}
          if (from && to && from > to)
            throw new AppError('invalid', `The first day ${from} is after the last day ${to}.`)
          if (from && to && daysOf({ from, to }) > MOST_DAYS)
            throw new AppError('invalid', `At most ${MOST_DAYS} days can be compared at once.`)
          const { store_ids } = await storeScope(tx, store)
          const sync = await findReconciliation(tx, { store_id: store_ids[0] ?? 0 })
          const queued = sync && (await runSyncNow(tx, { id: sync.id, from: from ?? null, to: to ?? null }))
          if (!queued) throw notConnected(store)
          await audit(tx, who, { action: 'reconciliation.run', subject: `store ${store}`, new_value: body })
          set.status = 202
          return queued
        }),
      {
        needs: 'financials:write',
        params: v.object({ store: Slug }),
        body: v.optional(Compared),
        response: { 202: v.object({ id: Id, job_id: Id }) },
        detail: {
          operationId: 'runReconciliation',
          summary: 'Compare recent days with the shop now, or the days that are named',
        },
      },
    )
