import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { BusinessDay, Count, Id } from './units.ts'

export const SyncStatus = v.picklist(['waiting', 'running', 'done', 'failed'])
/** Days of a source that are missing, both included. */
export const Gap = v.object({ from: BusinessDay, to: BusinessDay, reason: v.string() })

/**
 * How far a connector is with one resource of a store or account. `rows` came in over all runs; of the run under way `done` of `expected`,
 * with the seconds that it needs still. `lag_seconds`: what happened at the source longer ago is in; null before the first success. `note`:
 * what people should know although nothing failed, in words.
 */
export const Sync = v.object({
  id: Id,
  connector: v.string(),
  store: v.nullable(v.string()),
  account: v.string(),
  resource: v.string(),
  status: SyncStatus,
  rows: Count,
  done: Count,
  expected: v.nullable(Count),
  seconds_left: v.nullable(Count),
  lag_seconds: v.nullable(Count),
  gaps: v.array(Gap),
  error: v.nullable(v.string()),
  note: v.nullable(v.string()),
  every_minutes: v.nullable(Count),
  last_started_at: v.nullable(v.string()),
  last_success_at: v.nullable(v.string()),
  next_run_at: v.nullable(v.string()),
})
export type Sync = v.InferOutput<typeof Sync>

type Asked = { id: number | null; store_ids: number[] | null; limit: number; offset: number; after: number | null; now: Date } // prettier-ignore
const ASKED: Asked = { id: null, store_ids: [1], limit: 50, offset: 0, after: null, now: new Date(0) }

/** What flows in, or the one with the id, oldest connection first; with `store_ids` only what belongs to these stores. */
export const listSyncs = query(
  Sync,
  ASKED,
  (sql, { id, store_ids, limit, offset, after, now }: Asked) => sql`
    select y.id, y.connector, s.slug as store, y.account, y.resource, y.status, y.rows, y.done, y.expected,
           case when y.status = 'running' and y.expected > y.done and y.done > y.done_at_start
                then ceil(extract(epoch from ${now}::timestamptz - y.last_started_at) * (y.expected - y.done) / (y.done - y.done_at_start))::bigint
           end as seconds_left,
           floor(extract(epoch from greatest(${now}::timestamptz, y.covered_until) - y.covered_until))::bigint as lag_seconds,
           y.gaps, y.error, y.note, y.every_minutes, iso(y.last_started_at) as last_started_at, iso(y.last_success_at) as last_success_at,
           iso(y.next_run_at) as next_run_at
    from sync_state y
    left join stores s on s.id = y.store_id
    where (${id}::bigint is null or y.id = ${id})
      and (${store_ids}::bigint[] is null or y.store_id = any(${store_ids}::bigint[]))
      and (${after}::bigint is null or y.id > ${after})
    order by y.id
    limit ${limit} offset ${offset}`,
)

type Key = { connector: string; store_id: number | null; account: string; resource: string }
type New = Key & { every_minutes: number | null; next_run_at: Date | null }
const KEY: Key = { connector: 'shopify', store_id: 1, account: '', resource: 'orders' }

/** Makes a connector bring in a resource, or bring it in anew with another rhythm; what it knows stays. Resolves to its id. */
export const keepSync = get(
  v.object({ id: Id }),
  { ...KEY, every_minutes: 15, next_run_at: new Date(0) },
  (sql, { connector, store_id, account, resource, every_minutes, next_run_at }: New) => sql`
    insert into sync_state as y (connector, store_id, account, resource, every_minutes, next_run_at)
    values (${connector}, ${store_id}, ${account}, ${resource}, ${every_minutes}, ${next_run_at})
    on conflict (connector, store_id, account, resource) do update set
      every_minutes = excluded.every_minutes, next_run_at = least(y.next_run_at, excluded.next_run_at)
    returning id`,
)

/** Ends all that a connector brings into a store. */
export const removeSyncs = command(
  { connector: 'shopify', store_id: 1 },
  (sql, { connector, store_id }: { connector: string; store_id: number }) =>
    sql`delete from sync_state where connector = ${connector} and store_id = ${store_id}`,
)

/** What a run of a connector goes by. `cursor` is in the words of the connector. */
export const SyncWork = v.object({
  id: Id,
  connector: v.string(),
  store_id: v.nullable(Id),
  account: v.string(),
  resource: v.string(),
  cursor: v.unknown(),
  done: Count,
  covered_until: v.nullable(v.date()),
  every_minutes: v.nullable(Count),
})
export type SyncWork = v.InferOutput<typeof SyncWork>

/** Notes that a run begins, or is taken up again; nothing when what it is of is gone. */
export const startSync = find(
  SyncWork,
  { id: 1, now: new Date(0) },
  (sql, { id, now }: { id: number; now: Date }) => sql`
    update sync_state
    set status = 'running', error = null, last_started_at = ${now}, done_at_start = done, next_run_at = null
    where id = ${id}
    returning id, connector, store_id, account, resource, cursor, done, covered_until, every_minutes`,
)

type Progress = { id: number; cursor: unknown; done: number; expected: number | null; added: number }
const PROGRESS: Progress = { id: 1, cursor: {}, done: 0, expected: null, added: 0 }

/** Notes how far a run is, in the transaction of the rows that came in: `done` of `expected` in all, `added` since the last note. */
export const noteSync = command(
  PROGRESS,
  (sql, { id, cursor, done, expected, added }: Progress) => sql`
    update sync_state
    set cursor = ${JSON.stringify(cursor)}::text::jsonb, done = ${done}, expected = ${expected}, rows = rows + ${added}
    where id = ${id}`,
)

type Finished = { id: number; covered_until: Date | null; gaps: v.InferOutput<typeof Gap>[] | null; note: string | null; now: Date } // prettier-ignore
const FINISHED: Finished = { id: 1, covered_until: new Date(0), gaps: [], note: null, now: new Date(0) }

/**
 * When a resource of the store `store_id` comes in next, after `minutes`: what comes once a day comes at 3 at night in the zone of its store.
 */
export const nextRun = (sql: Sql, now: Date, { minutes, store_id }: { minutes: Statement; store_id: Statement }) => sql`
    case when ${minutes} = 1440 then (
           select (date_trunc('day', ${now}::timestamptz at time zone zone.name) + interval '1 day 3 hours') at time zone zone.name
           from (select coalesce((select time_zone from stores where id = ${store_id}), 'UTC') as name) zone)
         else ${now}::timestamptz + make_interval(mins => ${minutes}) end`

/** Notes that a run is done, and when the next one is. Neither `covered_until` nor `gaps` change when they are null. */
export const finishSync = command(
  FINISHED,
  (sql, { id, covered_until, gaps, note, now }: Finished) => sql`
    update sync_state
    set status = 'done', error = null, last_success_at = ${now}, covered_until = coalesce(${covered_until}, covered_until),
        gaps = coalesce(${gaps && JSON.stringify(gaps)}::text::jsonb, gaps), note = ${note}, done = 0, done_at_start = 0, expected = null,
        next_run_at = ${nextRun(sql, now, { minutes: sql`every_minutes`, store_id: sql`store_id` })}
    where id = ${id}`,
)

type Failed = { id: number; error: string; next_run_at: Date | null }

/** Notes why a run failed. Without `next_run_at` it is tried again by its job, or, where that is parked, when a person says so. */
export const failSync = command(
  { id: 1, error: 'no', next_run_at: null },
  (sql, { id, error, next_run_at }: Failed) =>
    sql`update sync_state set status = 'failed', error = ${error}, next_run_at = ${next_run_at} where id = ${id}`,
)

/** Jobs of one queue run one after another: one run at a time of a connector for each store, or account without one. */
const queueOf = (sql: Sql): Statement =>
  sql`'sync ' || moved.connector || ' ' || coalesce(moved.store_id::text, moved.account)`

/**
 * Adds a job for each that is due, once however many processes ask; it is due again when that is done. A time more than a day and two rounds
 * ahead was noted by a clock that was wrong, so it counts as due.
 */
export const startDueSyncs = query(
  v.object({ id: Id }),
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    with due as (
      select id
      from sync_state
      where next_run_at <= ${now} or next_run_at > ${now}::timestamptz + make_interval(days => 1, mins => 2 * coalesce(every_minutes, 0))
      order by next_run_at
      limit 100
      for update skip locked
    ),
    moved as (
      update sync_state y set next_run_at = null from due where y.id = due.id returning y.id, y.connector, y.store_id, y.account
    )
    select j.id
    from moved
    cross join lateral graphile_worker.add_job(
      'run_sync', json_build_object('sync_id', moved.id), max_attempts => 8, job_key => 'sync ' || moved.id,
      queue_name => ${queueOf(sql)}) j`,
)

type Wanted = { id: number; from: string | null; to: string | null; delay?: number }

/** Adds a job that runs it now, or after `delay` seconds, with days of `from`..`to` only those again; nothing when there is none with the id. */
export const runSyncNow = find(
  v.object({ id: Id, job_id: Id }),
  { id: 1, from: null, to: null },
  (sql, { id, from, to, delay = 0 }: Wanted) => sql`
    with moved as (
      update sync_state set next_run_at = case when ${from}::text is null then null else next_run_at end
      where id = ${id}
      returning id, connector, store_id, account
    )
    select moved.id, j.id as job_id
    from moved
    cross join lateral graphile_worker.add_job(
      'run_sync', json_strip_nulls(json_build_object('sync_id', moved.id, 'from', ${from}::text, 'to', ${to}::text)), max_attempts => 8,
      run_at => now() + make_interval(secs => ${delay}),
      job_key => case when ${from}::text is null then 'sync ' || moved.id else 'sync ' || moved.id || ' again' end,
      queue_name => ${queueOf(sql)}) j`,
)

/** Ends all that a connector brings into a store until somebody connects it anew, with the reason in words. */
export const stopSyncs = command(
  { connector: 'shopify', store_id: 1, error: 'no' },
  (sql, { connector, store_id, error }: { connector: string; store_id: number; error: string }) => sql`
    update sync_state set status = 'failed', error = ${error}, next_run_at = null
    where connector = ${connector} and store_id = ${store_id}`,
)
