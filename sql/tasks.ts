import * as v from 'valibot'
import { periodNames } from '../src/day.ts'
import type { Sql } from './connect.ts'
import { pnl, type PnlAsked } from './pnl.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Rhythm } from './rhythm.ts'
import { Count, Id, Ratio } from './units.ts'

export const TaskKind = v.picklist(['reminder', 'question'])
export const TaskStatus = v.picklist(['active', 'paused', 'ended'])

/** Figures of the P&L that a condition may watch. */
const Metric = v.picklist([
  'revenue', 'net_sales', 'returns', 'orders', 'units_sold', 'cogs', 'cm1', 'cm2', 'cm3', 'shipping_cost', 'transaction_fees', 'ad_spend',
  'fixed_costs', 'total_costs', 'net_profit', 'margin_percent', 'aov', 'mer', 'poas', 'cac',
]) // prettier-ignore

/**
 * When a task has something to say: a figure is above or below a value, in the currency of the store or of the workspace. With
 * `compare_with` the value is the change in percent against the period before or the same days a year earlier.
 */
export const Condition = v.strictObject({
  metric: Metric,
  period: v.picklist(periodNames),
  is: v.picklist(['above', 'below']),
  value: v.pipe(v.number(), v.minValue(-1e12), v.maxValue(1e12)),
  compare_with: v.optional(v.picklist(['previous', 'year'])),
})
export type Condition = v.InferOutput<typeof Condition>

/** A task of a person. `next_run_at` is null unless it is active; `next_local` is what the clocks of its zone show then. */
export const Task = v.object({
  id: Id,
  title: v.string(),
  kind: TaskKind,
  text: v.string(),
  store: v.nullable(v.string()),
  condition: v.nullable(Condition),
  rhythm: Rhythm,
  time_zone: v.string(),
  status: TaskStatus,
  ended_because: v.nullable(v.string()),
  next_run_at: v.nullable(v.string()),
  next_local: v.nullable(v.string()),
  conversation_id: v.nullable(Id),
  created_at: v.string(),
  updated_at: v.string(),
})
export type Task = v.InferOutput<typeof Task>

const tasks = (sql: Sql): Statement => sql`
    select t.id, t.title, t.kind, t.text, s.slug as store, t.condition, t.rhythm, t.time_zone, t.status, t.ended_because,
           iso(t.next_run_at) as next_run_at, to_char(t.next_run_at at time zone t.time_zone, 'Dy FMDD Mon YYYY HH24:MI') as next_local,
           t.conversation_id, iso(t.created_at) as created_at, iso(t.updated_at) as updated_at
    from tasks t
    left join stores s on s.id = t.store_id`

type Listing = {
  user_id: number
  status: Task['status'] | null
  limit: number
  offset: number
  after: number | null
}
const LISTING: Listing = { user_id: 1, status: null, limit: 50, offset: 0, after: null }

/** The tasks of a person, newest first. */
export const listTasks = query(
  Task,
  LISTING,
  (sql, { user_id, status, limit, offset, after }: Listing) => sql`
    ${tasks(sql)}
    where t.user_id = ${user_id} and (${status}::text is null or t.status = ${status}) and (${after}::bigint is null or t.id < ${after})
    order by t.id desc
    limit ${limit} offset ${offset}`,
)

type Own = { id: number; user_id: number }

/** A task of this person; another's is not found. */
export const findTask = find(
  Task,
  { id: 1, user_id: 1 },
  (sql, { id, user_id }: Own) => sql`${tasks(sql)} where t.id = ${id} and t.user_id = ${user_id}`,
)

/** Takes a task of this person for a change until the end of the transaction. */
export const lockTask = find(
  v.object({ id: Id }),
  { id: 1, user_id: 1 },
  (sql, { id, user_id }: Own) => sql`select id from tasks where id = ${id} and user_id = ${user_id} for no key update`,
)

export const countOpenTasks = get(
  v.object({ open: Count }),
  { user_id: 1 },
  (sql, { user_id }: { user_id: number }) =>
    sql`select count(*) as open from tasks where user_id = ${user_id} and status <> 'ended'`,
)

/** What can be set of a task, and the limits of who sets it. */
export type TaskTerms = {
  title: string
  kind: Task['kind']
  text: string
  store_id: number | null
  condition: Condition | null
  rhythm: Rhythm
  time_zone: string
  status: 'active' | 'paused'
  scopes: readonly string[] | null
  limited_to: readonly number[] | null
  now: Date
}
type NewTask = TaskTerms & {
  user_id: number
  conversation_id: number | null
  message_id: number | null
}
const TERMS: TaskTerms = {
  title: 'Monday figures',
  kind: 'question',
  text: 'How was last week?',
  store_id: null,
  condition: null,
  rhythm: { every: 'week', weekdays: [1], at: '09:00' },
  time_zone: 'Europe/Amsterdam',
  status: 'active',
  scopes: null,
  limited_to: null,
  now: new Date('2026-10-20T00:00:00Z'),
}

const json = (sql: Sql, value: unknown) => sql`${value === null ? null : JSON.stringify(value)}::text::jsonb`
const nextRun = (sql: Sql, { rhythm, time_zone, status, now }: TaskTerms) =>
  sql`case when ${status} = 'active' then (select at from rhythm_times(${json(sql, rhythm)}, ${time_zone}, ${now}, 1) at) end`

/** Creates a task; it goes to the chat of the conversation that it was asked for in. */
export const createTask = get(
  v.object({ id: Id }),
  { ...TERMS, user_id: 1, conversation_id: null, message_id: null },
  (sql, task: NewTask) => sql`
    insert into tasks (user_id, title, kind, text, store_id, condition, rhythm, time_zone, status, scopes, limited_to, chat_id, conversation_id,
                       message_id, next_run_at, created_at, updated_at)
    values (${task.user_id}, ${task.title}, ${task.kind}, ${task.text}, ${task.store_id}, ${json(sql, task.condition)},
            ${json(sql, task.rhythm)}, ${task.time_zone}, ${task.status}, ${task.scopes && [...task.scopes]},
            ${task.limited_to && [...task.limited_to]}, (select chat_id from conversations where id = ${task.conversation_id}),
            ${task.conversation_id}, ${task.message_id}, ${nextRun(sql, task)}, ${task.now}, ${task.now})
    returning id`,
)

export const updateTask = command(
  { ...TERMS, id: 1 },
  (sql, task: TaskTerms & { id: number }) => sql`
    update tasks
    set title = ${task.title}, kind = ${task.kind}, text = ${task.text}, store_id = ${task.store_id}, condition = ${json(sql, task.condition)},
        rhythm = ${json(sql, task.rhythm)}, time_zone = ${task.time_zone}, status = ${task.status},
        scopes = ${task.scopes && [...task.scopes]}, limited_to = ${task.limited_to && [...task.limited_to]}, ended_because = null,
        next_run_at = ${nextRun(sql, task)}, updated_at = ${task.now}
    where id = ${task.id}`,
)

export const deleteTask = command({ id: 1 }, (sql, { id }: { id: number }) => sql`delete from tasks where id = ${id}`)

/** Ends a task that cannot go on, and says why. */
export const endTask = command(
  { id: 1, because: 'The account was disabled.', now: new Date(0) },
  (sql, { id, because, now }: { id: number; because: string; now: Date }) => sql`
    update tasks set status = 'ended', ended_because = ${because}, next_run_at = null, updated_at = ${now} where id = ${id}`,
)

/** A watched figure now. `change_percent` against the period to compare with; both null where there is nothing to divide by. */
export const ConditionState = v.object({
  figure: Ratio,
  change_percent: Ratio,
  holds: v.boolean(),
})
type Watched = PnlAsked & { metric: Condition['metric']; is: Condition['is']; value: number }

/**
 * Whether a condition holds, by the figures of the P&L itself: the first asked period, compared with the second if there is one. A figure
 * that does not exist holds nothing.
 */
export const conditionState = get(
  ConditionState,
  {
    ...pnl.sample,
    metric: 'mer',
    is: 'below',
    value: 1.8,
  },
  (sql, { metric, is, value, ...asked }: Watched) => sql`
    with answer as (${pnl.text(sql, asked)}),
    told as (select (to_jsonb(answer) ->> ${metric})::numeric as figure, period = ${asked.periods[0]?.key ?? ''} as is_asked from answer),
    compared as (
      select max(figure) filter (where is_asked) as figure, max(figure) filter (where not is_asked) as earlier, count(*) > 1 as is_change
      from told
    ),
    watched as (
      select figure, round((figure - earlier) * 100 / nullif(abs(earlier), 0), 1) as change_percent, is_change from compared
    )
    select figure, change_percent,
           coalesce(case when ${is} = 'above' then watch > ${String(value)}::numeric else watch < ${String(value)}::numeric end, false) as holds
    from watched
    cross join lateral (select case when is_change then change_percent else figure end as watch) w`,
)
