import * as v from 'valibot'
import type { Sql } from '../sql/connect.ts'
import { addJob } from '../sql/jobs.ts'
import { before } from '../sql/pnl.ts'
import { Rhythm, rhythmTimes } from '../sql/rhythm.ts'
import { createTaskRun } from '../sql/task-runs.ts'
import {
  Condition,
  conditionState,
  countOpenTasks,
  createTask,
  deleteTask,
  findTask,
  lockTask,
  type Task,
  TaskKind,
  type TaskTerms,
  updateTask,
} from '../sql/tasks.ts'
import { mustBeAllowed, storeScope, type Who } from './access.ts'
import { audit } from './audit.ts'
import { comparisonOf, dayIn, PERIODS } from './day.ts'
import { AppError } from './errors.ts'
import { mustBeKnown } from './known-terms.ts'

/** Tasks that one person may have at a time. */
const MOST = 50

/** Text that a person or a model wrote: neither empty nor with characters that cannot be stored. */
const written = (most: number) =>
  v.pipe(
    v.string(),
    v.maxLength(most, `has at most ${most} characters`),
    v.check((text) => text.trim() !== '', 'must not be empty'),
    v.check((text) => !text.includes('\0') && text.isWellFormed(), 'holds a character that cannot be stored'),
  )
const Title = written(100)
const Text = written(2_000)
const Zone = v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/, 'must be a zone such as Europe/Amsterdam'))
const Slug = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be the slug of a store, such as nl'))

/** What a person says of a new task. `text` is the reminder, or the question for the desk; the zone is that of the store or the workspace. */
export const NewTask = v.strictObject({
  title: Title,
  kind: TaskKind,
  text: Text,
  rhythm: Rhythm,
  time_zone: v.optional(Zone),
  store: v.optional(v.nullable(Slug)),
  condition: v.optional(v.nullable(Condition)),
})
type NewTask = v.InferOutput<typeof NewTask>

export const ChangedTask = v.partial(
  v.strictObject({ ...NewTask.entries, time_zone: Zone, status: v.picklist(['active', 'paused']) }),
)
type ChangedTask = v.InferOutput<typeof ChangedTask>

/** Where a task was asked for. */
type Source = { conversation_id?: number | undefined; message_id?: number | undefined }

/**
 * Creates a task and, unless it only reminds, queues a trial run of it.
 * @throws AppError `invalid` for a rhythm without a next time, an unknown zone, or questions more often than daily without a condition
 */
export async function addTask(
  sql: Sql,
  who: Who,
  asked: NewTask,
  { now, conversation_id, message_id }: Source & { now: Date },
): Promise<{ id: number; trial: boolean }> {
  mustBeAllowed(who, 'tasks:write')
  if ((await countOpenTasks(sql, { user_id: who.user_id })).open >= MOST)
    throw new AppError('conflict', `You have ${MOST} tasks. Delete one that you do not need any more.`)
  const { time_zone, store_id } = await placeOf(sql, asked)
  const terms = { ...asked, condition: asked.condition ?? null, time_zone, store_id, status: 'active' as const, now }
  await mustMakeSense(sql, who, terms)
  const { id } = await createTask(sql, {
    ...terms,
    ...limitsOf(who),
    user_id: who.user_id,
    conversation_id: conversation_id ?? null,
    message_id: message_id ?? null,
  })
  await audit(sql, who, { action: 'task.created', subject: `task ${id}`, new_value: asked })
  const trial = asked.kind === 'question' || terms.condition !== null
  if (trial) await queueRun(sql, who, id, 'trial', now)
  return { id, trial }
}

/**
 * Changes a task of this person, or pauses it and lets it go on. `check` sees it as it was, before anything changes.
 * @throws AppError `not_found`, and `invalid` as when one is added
 */
export async function changeTask(
  sql: Sql,
  who: Who,
  id: number,
  { asked, now, check }: { asked: ChangedTask; now: Date; check?: () => Promise<void> },
): Promise<void> {
  mustBeAllowed(who, 'tasks:write')
  const old_value = await taskToChange(sql, who, id)
  await check?.()
  const { title, kind, text, rhythm, condition } = { ...old_value, ...asked }
  const { time_zone, store_id } = await placeOf(sql, { ...old_value, ...asked })
  // A task that has ended goes on when it gets new times.
  const status = asked.status ?? (old_value.status === 'paused' ? 'paused' : 'active')
  const terms = { title, kind, text, rhythm, condition, time_zone, store_id, status, now }
  await mustMakeSense(sql, who, terms)
  await updateTask(sql, { ...terms, ...limitsOf(who), id })
  await audit(sql, who, { action: 'task.changed', subject: `task ${id}`, old_value, new_value: asked })
}

/** Deletes a task of this person with its runs. @throws AppError `not_found` */
export async function removeTask(
  sql: Sql,
  who: Who,
  id: number,
  { check }: { check?: () => Promise<void> } = {},
): Promise<void> {
  mustBeAllowed(who, 'tasks:write')
  const old_value = await taskToChange(sql, who, id)
  await check?.()
  await deleteTask(sql, { id })
  await audit(sql, who, { action: 'task.deleted', subject: `task ${id}`, old_value })
}

/** Runs a task of this person now. Resolves to the id of the run. @throws AppError `not_found` */
export async function runTaskNow(sql: Sql, who: Who, id: number, now: Date): Promise<number> {
  mustBeAllowed(who, 'tasks:write')
  await taskToChange(sql, who, id)
  return queueRun(sql, who, id, 'person', now)
}

/** Tasks come from people: what a task reads while it runs must not make or change others. @throws AppError `forbidden` */
export function mustBeAsked(channel: string): void {
  if (channel === 'task') throw new AppError('forbidden', 'A task that runs by itself cannot make or change tasks.')
}

async function queueRun(sql: Sql, { user_id, stores }: Who, task_id: number, cause: 'trial' | 'person', now: Date) {
  const { id } = await createTaskRun(sql, { task_id, cause, store_ids: stores === 'all' ? null : stores, now })
  await addJob(sql, 'run_task', { run_id: id }, { queue: `tasks of ${user_id}`, attempts: 4 })
  return id
}

async function taskToChange(sql: Sql, { user_id }: Who, id: number): Promise<Task> {
  await lockTask(sql, { id, user_id })
  const task = await findTask(sql, { id, user_id })
  if (!task) throw new AppError('not_found', `You have no task ${id}.`)
  return task
}

/** What an API token may do at most, its tasks may not do either. */
const limitsOf = ({ token_id, scopes, stores }: Who) =>
  token_id === undefined
    ? { scopes: null, limited_to: null }
    : { scopes: scopes ?? null, limited_to: stores === 'all' ? null : stores }

/** The store that a task is about, and whose clock it goes by. @throws AppError `not_found` for an unknown store, `invalid` for an unknown zone */
async function placeOf(sql: Sql, asked: { store?: string | null | undefined; time_zone?: string | undefined }) {
  const { store, store_ids, currency, time_zone } = await storeScope(sql, asked.store)
  if (asked.time_zone) await mustBeKnown(sql, { currency, time_zone: asked.time_zone })
  return { store_id: store === null ? null : (store_ids[0] ?? null), time_zone: asked.time_zone ?? time_zone }
}

type Terms = Omit<TaskTerms, 'scopes' | 'limited_to'>

async function mustMakeSense(sql: Sql, who: Who, { kind, rhythm, condition, time_zone, status, now }: Terms) {
  if (kind === 'question') mustBeAllowed(who, 'agents:use')
  if (condition) mustBeAllowed(who, 'stats:read')
  if (rhythm.every === 'minutes' && !condition)
    throw new AppError(
      'invalid',
      'What comes back several times a day needs a condition, so that it is not always told.',
    )
  if (status === 'paused') return
  const [next] = await nextTimes(sql, { rhythm, time_zone, now, most: 1 })
  if (!next) throw new AppError('invalid', 'That time is past. Name one that is still to come.')
}

type Times = { rhythm: Rhythm; time_zone: string; now: Date; most: number }

/** The next times of a rhythm as the clocks of its zone show them, such as `Mon 26 Oct 2026 09:00`. */
export const nextTimes = async (sql: Sql, { rhythm, time_zone, now, most }: Times): Promise<string[]> =>
  (await rhythmTimes(sql, { rhythm, time_zone, after: now, most })).map(({ local }) => local)

/** Whether a condition holds now, and the sentence that says so: "Net profit of yesterday is 12.50 EUR, below 100." */
export async function watch(
  sql: Sql,
  { condition, store, now }: { condition: Condition; store: string | null; now: Date },
): Promise<{ holds: boolean; sentence: string }> {
  const { metric, period, is, value, compare_with } = condition
  const { store_ids, currency, time_zone, name } = await storeScope(sql, store)
  const range = PERIODS[period](dayIn(time_zone, now))
  const periods = [
    { key: 'asked', ...range },
    ...(compare_with ? [{ key: before('asked'), ...comparisonOf(range, compare_with) }] : []),
  ]
  const state = await conditionState(sql, { store_ids, currency, periods, now, metric, is, value })
  const unit = COUNTED.has(metric) ? '' : metric.endsWith('_percent') ? ' %' : ` ${currency}`
  const figure = state.figure === null ? 'not known' : state.figure + unit
  const change = compare_with
    ? `, a change of ${state.change_percent ?? 'unknown'} % against ${BEFORE[compare_with]}`
    : ''
  const limit = `${value}${compare_with ? ' %' : ''}`
  const words = metric.replaceAll('_', ' ')
  return {
    holds: state.holds,
    sentence: `${name}: ${words} of ${period.replaceAll('_', ' ')} is ${figure}${change}, ${state.holds ? '' : 'not '}${is} ${limit}.`,
  }
}

const COUNTED = new Set<Condition['metric']>(['orders', 'units_sold', 'mer', 'poas'])
const BEFORE = { previous: 'the period before', year: 'the year before' }
