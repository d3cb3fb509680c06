import * as v from 'valibot'
import { query } from './query.ts'
import { Count } from './units.ts'

/** What waits in a queue; `parked` failed for good, `oldest_seconds` is how long the oldest that is due has waited. */
export const Backlog = v.object({ queue: v.string(), waiting: Count, parked: Count, oldest_seconds: Count })
export type Backlog = v.InferOutput<typeof Backlog>

/** All queues, empty ones too, so that a measure of zero is seen as such. */
export const backlogs = query(
  Backlog,
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    select q.queue || '' as queue, count(since) filter (where not parked)::int as waiting, count(since) filter (where parked)::int as parked,
           coalesce(extract(epoch from greatest(${now} - min(since) filter (where not parked), interval '0')), 0)::int as oldest_seconds
    from unnest(array['jobs', 'telegram updates', 'deliveries', 'chunks to embed']) as q (queue)
    left join (
      select 'jobs' as queue, run_at as since, locked_at is null and attempts >= max_attempts as parked from graphile_worker.jobs
      union all
      select 'telegram updates', received_at, false from telegram_updates where handled_at is null
      union all
      select 'deliveries', created_at, false from deliveries where status = 'queued'
      union all
      select 'chunks to embed', created_at, false from chunks where embedding is null
    ) waiting on waiting.queue = q.queue
    group by q.queue
    order by q.queue`,
)
