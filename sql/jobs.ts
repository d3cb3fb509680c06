import * as v from 'valibot'
import { Day } from '../src/day.ts'
import type { Sql } from './connect.ts'
import { command, find, get, query } from './query.ts'
import { Count, Id } from './units.ts'

/** The jobs there are, with what each is told. They run in src/jobs/, one file each. */
export const JOBS = {
  check_alerts: v.strictObject({}),
  send_digest: v.strictObject({ alert_id: Id, day: Day }),
  run_task: v.strictObject({ run_id: Id }),
  send_delivery: v.strictObject({ delivery_id: Id }),
  run_sync: v.strictObject({ sync_id: Id, from: v.optional(Day), to: v.optional(Day) }),
  read_shopify_events: v.strictObject({ store_id: Id }),
  embed_chunks: v.strictObject({}),
  sweep: v.strictObject({}),
  resume_actions: v.strictObject({}),
  settle_days: v.strictObject({}),
  back_up: v.strictObject({}),
}
export type JobName = keyof typeof JOBS
export type JobPayload<Name extends JobName> = v.InferOutput<(typeof JOBS)[Name]>

type Options = {
  /** Jobs of one queue run one after another, whatever their kind: `store 3`. */
  queue?: string
  /** A waiting job with the same key is replaced, so that there is one; one that runs already is followed by the new one. */
  key?: string
  /** Seconds until it may start; at once unless given. */
  delay?: number
  /** How often it is tried, with growing pauses, before it is parked: 25 times take three days, 10 take seven hours. */
  attempts?: number
}

/**
 * Adds a job in the open transaction: it exists exactly when the data does that it was added with, and starts once that is committed.
 * Resolves to the id of the job.
 */
export async function addJob<Name extends JobName>(
  sql: Sql,
  name: Name,
  payload: JobPayload<Name>,
  { queue, key, delay = 0, attempts = 10 }: Options = {},
): Promise<number> {
  const told = JSON.stringify(payload)
  const added = { name, payload: told, queue: queue ?? null, key: key ?? null, delay, attempts }
  return (await insertJob(sql, added)).id
}

type NewJob = {
  name: string
  payload: string
  queue: string | null
  key: string | null
  delay: number
  attempts: number
}
const NEW: NewJob = { name: 'sweep', payload: '{}', queue: null, key: null, delay: 0, attempts: 10 }

export const insertJob = get(
  v.object({ id: Id }),
  NEW,
  (sql, { name, payload, queue, key, delay, attempts }: NewJob) => sql`
    select id
    from graphile_worker.add_job(
      ${name}, ${payload}::text::json, queue_name => ${queue}, run_at => now() + make_interval(secs => ${delay}), max_attempts => ${attempts},
      job_key => ${key})`,
)

export const JobState = v.picklist(['waiting', 'running', 'parked'])
export type JobState = v.InferOutput<typeof JobState>

/** A job that is not done. `parked`: it failed for good and waits for a person; `error` is what it last failed with. */
export const Job = v.object({
  id: Id,
  name: v.string(),
  queue: v.nullable(v.string()),
  state: JobState,
  attempts: Count,
  max_attempts: Count,
  error: v.nullable(v.string()),
  run_at: v.string(),
  created_at: v.string(),
})

type Listing = { state: JobState | null; limit: number; offset: number; after: number | null }
const LISTING: Listing = { state: 'parked', limit: 50, offset: 0, after: null }

/** Jobs that are not done, newest first. */
export const listJobs = query(
  Job,
  LISTING,
  (sql, { state, limit, offset, after }: Listing) => sql`
    select id, name, queue, state, attempts, max_attempts, error, run_at, created_at
    from (
      -- Postgres takes every column of a view for one that may be null; an expression says nothing.
      select id + 0 as id, task_identifier || '' as name, queue_name as queue,
             case when locked_at is not null then 'running' when attempts >= max_attempts then 'parked' else 'waiting' end as state,
             attempts + 0 as attempts, max_attempts + 0 as max_attempts, last_error as error, iso(run_at) as run_at, iso(created_at) as created_at
      from graphile_worker.jobs
    ) job
    where (${state}::text is null or state = ${state}) and (${after}::bigint is null or id < ${after})
    order by id desc
    limit ${limit} offset ${offset}`,
)

/** Gives a parked job all its attempts again; nothing when there is no such parked job. */
export const retryJob = find(
  v.object({ id: Id }),
  { id: 1 },
  (sql, { id }: { id: number }) => sql`
    select j.id
    from graphile_worker.reschedule_jobs(
      array(select id from graphile_worker.jobs where id = ${id} and locked_at is null and attempts >= max_attempts),
      run_at => now(), attempts => 0::smallint) j`,
)

type Periodic = { name: string; every_minutes: number; now: Date }
const PERIODIC: Periodic = { name: 'sweep', every_minutes: 15, now: new Date(0) }

/** Makes a job come back by itself, first at once; one that does already keeps its next time unless that is further off than its rhythm. */
export const keepPeriodicJob = command(
  PERIODIC,
  (sql, { name, every_minutes, now }: Periodic) => sql`
    insert into periodic_jobs as p (name, every_minutes, next_run_at) values (${name}, ${every_minutes}, ${now})
    on conflict (name) do update set
      every_minutes = excluded.every_minutes,
      next_run_at = least(p.next_run_at, excluded.next_run_at + make_interval(mins => excluded.every_minutes))`,
)

/** Adds the periodic jobs that are due, once each however many processes ask, to a queue of their name; times that were missed are not made up for. */
export const addDueJobs = query(
  v.object({ id: Id }),
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    with due as (
      select name from periodic_jobs where next_run_at <= ${now} for update skip locked
    ),
    moved as (
      update periodic_jobs p
      set next_run_at = next_run_at
            + make_interval(mins => every_minutes) * (floor(extract(epoch from ${now}::timestamptz - next_run_at) / 60 / every_minutes) + 1)
      from due
      where p.name = due.name
      returning p.name
    )
    select j.id
    from moved
    cross join lateral graphile_worker.add_job(moved.name, '{}', queue_name => moved.name, max_attempts => 3, job_key => 'periodic ' || moved.name) j`,
)

/**
 * Marks a worker as alive for as long as this connection lasts, and no other that it marked before. Said again it changes nothing, unless the
 * connection was lost meanwhile.
 */
export const holdWorker = command(
  { worker: 'pool-1' },
  (sql, { worker }: { worker: string }) => sql`
    select case
             when current_setting('dealdome.worker', true) = ${worker} then true
             when pg_advisory_unlock_all() is null or not pg_try_advisory_lock(hashtextextended('job worker ' || ${worker}, 0)) then false
             else set_config('dealdome.worker', ${worker}, false) is not null
           end`,
)

/**
 * Frees the jobs of workers that died, so that another takes them at once; the library itself waits four hours. Jobs taken in the last
 * five seconds are left alone: their worker may not have marked itself yet.
 */
export const freeJobsOfTheDead = query(
  v.object({ worker: v.string(), jobs: Count }),
  {},
  (sql) => sql`
    with dead as materialized (
      select worker, jobs
      from (
        select locked_by || '' as worker, count(*) as jobs
        from graphile_worker.jobs
        where locked_by is not null
        group by locked_by
        having max(locked_at) < now() - interval '5 seconds'
      ) holder
      where pg_try_advisory_xact_lock(hashtextextended('job worker ' || worker, 0))
    )
    select worker, jobs from dead cross join lateral graphile_worker.force_unlock_workers(array[worker])`,
)

/**
 * Takes away periodic jobs whose worker died and whose next time came before they were freed: the library gives their key to the next one and
 * lets them run no more, so that they would count as parked, without an error, for good.
 */
export const dropFollowedJobs = query(
  v.object({ id: Id }),
  {},
  (sql) => sql`
    select j.id
    from graphile_worker.complete_jobs(array(
      select id from graphile_worker.jobs
      where queue_name = task_identifier and task_identifier in (select name from periodic_jobs)
        and key is null and locked_at is null and attempts >= max_attempts and last_error is null)) j`,
)
