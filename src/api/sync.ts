import { Elysia } from 'elysia'
import * as v from 'valibot'
import { findStore } from '../../sql/stores.ts'
import { listSyncs, runSyncNow, Sync } from '../../sql/sync-state.ts'
import { Id } from '../../sql/units.ts'
import { audit } from '../audit.ts'
import { Day, daysOf } from '../day.ts'
import { AppError } from '../errors.ts'
import { afterId, listAnswer, listing, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

/** Days that may be brought in again at once. */
const MOST_DAYS = 3_660
const Again = v.strictObject({
  from: v.pipe(Day, v.description('First business day, included.')),
  to: v.pipe(Day, v.description('Last business day, included.')),
})
const Queued = v.object({ id: Id, job_id: Id })

/** What flows in by itself: how far each connector is, and running it now. */
export const syncRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const nothing = (id: number) => new AppError('not_found', `There is no connection ${id}.`)
  return new Elysia({ prefix: '/sync', tags: ['sync'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { store: slug, limit, offset, cursor, count, format } }) =>
        db(async (tx) => {
          const store = slug === undefined ? undefined : await findStore(tx, { slug })
          if (slug !== undefined && !store) throw new AppError('not_found', `There is no store "${slug}".`)
          const args = {
            id: null,
            store_ids: store ? [store.id] : null,
            limit,
            offset,
            after: afterId(cursor),
            now: now(),
          }
          return listAnswer(tx, listSyncs, args, { db, format, count, name: 'sync' })
        }),
      {
        needs: 'stats:read',
        query: v.object({ ...listing, store: v.optional(Slug) }),
        response: Page(Sync),
        detail: {
          summary:
            'What flows in by itself, by connector and store: last success, next run, lag, rows, gaps, errors in words',
          description:
            'While a run is under way, `done` of `expected` rows are in and `seconds_left` says how long the rest takes. After a failure `error` says why; it is tried again with growing pauses.',
        },
      },
    )
    .post(
      '/:id/run',
      ({ db, who, params: { id }, set }) =>
        db(async (tx) => {
          const queued = await runSyncNow(tx, { id, from: null, to: null })
          if (!queued) throw nothing(id)
          await audit(tx, who, { action: 'sync.run', subject: `sync ${id}` })
          set.status = 202
          return queued
        }),
      {
        needs: 'financials:write',
        params: IdParams,
        response: { 202: Queued },
        detail: { summary: 'Sync now, beside its times' },
      },
    )
    .post(
      '/:id/import',
      ({ db, who, params: { id }, body: { from, to }, set }) =>
        db(async (tx) => {
          if (from > to) throw new AppError('invalid', `The first day ${from} is after the last day ${to}.`)
          if (daysOf({ from, to }) > MOST_DAYS)
            throw new AppError('invalid', 'At most ten years can be brought in at once.')
          const queued = await runSyncNow(tx, { id, from, to })
          if (!queued) throw nothing(id)
          await audit(tx, who, { action: 'sync.import', subject: `sync ${id}`, new_value: { from, to } })
          set.status = 202
          return queued
        }),
      {
        needs: 'financials:write',
        params: IdParams,
        body: Again,
        response: { 202: Queued },
        detail: {
          summary:
            'Bring a range of days in again; what is in already stays as it is, and what differs is booked as a restatement',
        },
      },
    )
}
