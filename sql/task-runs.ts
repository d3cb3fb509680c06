import * as v from 'valibot'
import { command, find, get, query } from './query.ts'
import { Rhythm } from './rhythm.ts'
import { Condition, TaskKind } from './tasks.ts'
import { Count, Id, Ratio } from './units.ts'
import { Role } from './users.ts'

export const RunStatus = v.picklist(['queued', 'running', 'done', 'quiet', 'failed', 'missed'])
export const RunCause = v.picklist(['schedule', 'trial', 'person'])
const DeliveryStatus = v.picklist(['queued', 'sent', 'failed', 'none'])

/**
 * One run of a task. `quiet`: its condition did not hold; `missed`: the service was not running then. `delivery` is what became of the
 * message with the answer; `none` where there is no chat to send it to. `cost_usd` is what the models cost, null without any.
 */
export const TaskRun = v.object({
  id: Id,
  cause: RunCause,
  scheduled_for: v.string(),
  status: RunStatus,
  started_at: v.nullable(v.string()),
  finished_at: v.nullable(v.string()),
  answer: v.nullable(v.string()),
  error: v.nullable(v.string()),
  conversation_id: v.nullable(Id),
  message_id: v.nullable(Id),
  delivery: DeliveryStatus,
  delivery_error: v.nullable(v.string()),
  cost_usd: Ratio,
})

type Listing = { task_id: number; limit: number; offset: number; after: number | null }
const LISTING: Listing = { task_id: 1, limit: 50, offset: 0, after: null }

/** The runs of a task, newest first. */
export const listTaskRuns = query(
  TaskRun,
  LISTING,
  (sql, { task_id, limit, offset, after }: Listing) => sql`
    select r.id, r.cause, iso(r.scheduled_for) as scheduled_for, r.status, iso(r.started_at) as started_at,
           iso(r.finished_at) as finished_at, r.answer, r.error, r.conversation_id, r.message_id,
           coalesce(d.status, 'none') as delivery, d.error as delivery_error,
           (select sum(u.cost_micro_usd) / 1000000 from model_usage u where u.conversation_id = r.conversation_id) as cost_usd
    from task_runs r
    left join deliveries d on d.id = r.delivery_id
    where r.task_id = ${task_id} and (${after}::bigint is null or r.id < ${after})
    order by r.id desc
    limit ${limit} offset ${offset}`,
)

/** Of the times that passed while nothing ran, so many are kept as runs. */
export const NOTED_AS_MISSED = 20

/**
 * Queues a run of each task that is due and sets when it is due next, once however many processes ask. Where several times have passed,
 * the last one is run and those before are noted as missed.
 */
export const startDueTasks = query(
  v.object({ id: Id }),
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    with due as (
      select t.id, t.user_id, t.rhythm, t.time_zone, t.next_run_at, coalesce(t.limited_to, u.store_ids) as store_ids
      from tasks t
      join users u on u.id = t.user_id
      where t.status = 'active' and t.next_run_at <= ${now}
      order by t.next_run_at
      limit 100
      for update of t skip locked
    ),
    passed as (
      select due.id as task_id, store_ids, at, row_number() over (partition by due.id order by at desc) as back
      from due
      cross join lateral (
        select next_run_at as at
        union
        select at from rhythm_times(rhythm, time_zone, next_run_at, 200) at where at <= ${now}) passed
    ),
    run as (
      insert into task_runs (task_id, cause, scheduled_for, status, created_at, store_ids, finished_at, error)
      select task_id, 'schedule', at, case when back = 1 then 'queued' else 'missed' end, ${now}, store_ids, case when back > 1 then ${now}::timestamptz end,
             case when back > 1 then 'The service was not running then.' end
      from passed
      where back <= ${NOTED_AS_MISSED + 1}
      order by at
      on conflict (task_id, scheduled_for) where cause = 'schedule' do nothing
      returning id, task_id, status
    ),
    next as (
      select id, (select at from rhythm_times(rhythm, time_zone, ${now}, 1) at) as at from due
    ),
    moved as (
      update tasks t
      set next_run_at = next.at, status = case when next.at is null then 'ended' else 'active' end,
          ended_because = case when next.at is null then 'It was for one time.' end
      from next
      where t.id = next.id
    )
    select j.id
    from run
    join due on due.id = run.task_id
    cross join lateral graphile_worker.add_job(
      'run_task', json_build_object('run_id', run.id), queue_name => 'tasks of ' || due.user_id, max_attempts => 4) j
    where run.status = 'queued'`,
)

type NewRun = { task_id: number; cause: 'trial' | 'person'; store_ids: readonly number[] | null; now: Date }

/** Queues a run that a person asked for; the job is the caller's. */
export const createTaskRun = get(
  v.object({ id: Id }),
  { task_id: 1, cause: 'trial', store_ids: null, now: new Date(0) },
  (sql, { task_id, cause, store_ids, now }: NewRun) => sql`
    insert into task_runs (task_id, cause, scheduled_for, created_at, store_ids)
    values (${task_id}, ${cause}, ${now}, ${now}, ${store_ids && [...store_ids]})
    returning id`,
)

/**
 * A run with its task and its person as they are now. `late`: seconds between the time it was for and the moment it was queued; `missed`:
 * the runs just before it that were left out; `told_today`: an earlier run of this day on its clocks had something to say.
 */
const Started = v.object({
  cause: RunCause,
  late: Count,
  missed: Count,
  told_today: v.boolean(),
  scheduled_for: v.string(),
  next_run_at: v.nullable(v.string()),
  time_zone: v.string(),
  local: v.string(),
  next_local: v.nullable(v.string()),
  language: v.nullable(v.string()),
  task_id: Id,
  title: v.string(),
  kind: TaskKind,
  text: v.string(),
  store_id: v.nullable(Id),
  store: v.nullable(v.string()),
  condition: v.nullable(Condition),
  rhythm: Rhythm,
  chat_id: v.nullable(v.number()),
  scopes: v.nullable(v.array(v.string())),
  limited_to: v.nullable(v.array(Id)),
  user_id: Id,
  email: v.string(),
  role: Role,
  store_ids: v.nullable(v.array(Id)),
  disabled: v.boolean(),
})
export type StartedRun = v.InferOutput<typeof Started>

/** Begins a run, or goes on with one whose process died; nothing when it is over or its task is gone. */
export const startTaskRun = find(
  Started,
  { run_id: 1, now: new Date(0) },
  (sql, { run_id, now }: { run_id: number; now: Date }) => sql`
    with run as (
      update task_runs
      set status = 'running', started_at = coalesce(started_at, ${now})
      where id = ${run_id} and status in ('queued', 'running')
      returning id, task_id, cause, scheduled_for, created_at
    )
    select r.cause, greatest(extract(epoch from r.created_at - r.scheduled_for), 0)::int as late,
           (select count(*) from task_runs m
            where m.task_id = t.id and m.status = 'missed' and m.created_at = r.created_at and m.id < r.id) as missed,
           exists (select 1 from task_runs o
                   where o.task_id = t.id and o.cause = 'schedule' and o.status = 'done' and o.id < r.id
                     and (o.scheduled_for at time zone t.time_zone)::date = (r.scheduled_for at time zone t.time_zone)::date) as told_today,
           iso(r.scheduled_for) as scheduled_for, iso(t.next_run_at) as next_run_at, t.time_zone,
           to_char(r.scheduled_for at time zone t.time_zone, 'Dy FMDD Mon YYYY HH24:MI') as local,
           to_char(t.next_run_at at time zone t.time_zone, 'Dy FMDD Mon YYYY HH24:MI') as next_local,
           (select a.language from telegram_accounts a where a.user_id = u.id
            order by a.telegram_id = t.chat_id desc nulls last, a.paired_at desc limit 1) as language,
           t.id as task_id, t.title, t.kind, t.text, t.store_id, s.slug as store, t.condition, t.rhythm, t.chat_id, t.scopes, t.limited_to,
           u.id as user_id, u.email, u.role, u.store_ids, u.disabled_at is not null as disabled
    from run r
    join tasks t on t.id = r.task_id
    join users u on u.id = t.user_id
    left join stores s on s.id = t.store_id`,
)

type Finished = {
  run_id: number
  status: 'done' | 'quiet' | 'failed' | 'missed'
  answer: string | null
  error: string | null
  conversation_id: number | null
  message_id: number | null
  delivery_id: number | null
  store_ids: readonly number[] | null
  now: Date
}
const FINISHED: Finished = {
  run_id: 1,
  status: 'done',
  answer: 'Fine.',
  error: null,
  conversation_id: null,
  message_id: null,
  delivery_id: null,
  store_ids: null,
  now: new Date(0),
}

/** Ends a run; 0 when it was over already. */
export const finishTaskRun = command(
  FINISHED,
  (sql, run: Finished) => sql`
    update task_runs
    set status = ${run.status}, answer = ${run.answer}, error = ${run.error}, conversation_id = ${run.conversation_id},
        message_id = ${run.message_id}, delivery_id = ${run.delivery_id}, store_ids = ${run.store_ids && [...run.store_ids]},
        finished_at = ${run.now}
    where id = ${run.run_id} and status = 'running'`,
)
