import { Elysia } from 'elysia'
import * as v from 'valibot'
import { Job, JobState, listJobs, retryJob } from '../../sql/jobs.ts'
import { Id } from '../../sql/units.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { afterId, listAnswer, listing, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

/** The background jobs that wait, run or failed for good. */
export const jobRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/jobs', tags: ['jobs'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { state, limit, offset, cursor, count, format } }) =>
        db((tx) =>
          listAnswer(
            tx,
            listJobs,
            { state: state ?? null, limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'jobs' },
          ),
        ),
      {
        needs: 'admin',
        query: v.object({ ...listing, state: v.optional(JobState) }),
        response: Page(Job),
        detail: {
          summary: 'Background jobs that are not done, newest first',
          description: 'A parked job failed as often as it may; `error` is what it failed with last.',
        },
      },
    )
    .post(
      '/:id/retry',
      ({ db, who, params: { id } }) =>
        db(async (tx) => {
          const retried = await retryJob(tx, { id })
          if (!retried) throw new AppError('not_found', `There is no parked job ${id}.`)
          await audit(tx, who, { action: 'job.retried', subject: `job ${id}` })
          return retried
        }),
      {
        needs: 'admin',
        params: IdParams,
        response: v.object({ id: Id }),
        detail: { summary: 'Try a parked job again, now' },
      },
    )
