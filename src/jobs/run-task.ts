import { seeing, type Sql } from '../../sql/connect.ts'
import { deliver, findChat } from '../../sql/deliveries.ts'
import { endTask } from '../../sql/tasks.ts'
import { finishTaskRun, NOTED_AS_MISSED, type StartedRun, startTaskRun } from '../../sql/task-runs.ts'
import { mayDo, type Scope, SCOPES, storesOfBoth, type Who } from '../access.ts'
import type { Desk } from '../agents/desk.ts'
import { expectedError } from '../errors.ts'
import { watch } from '../tasks.ts'
import { job } from './job.ts'
import { taskTime, type TaskWord, taskWord } from './task-words.ts'

/** Seconds after which a question is not answered any more, and after which a reminder says that it is late. */
const [TOO_LATE, LATE] = [2 * 60 * 60, 5 * 60]

type Outcome = {
  status: 'done' | 'quiet' | 'failed' | 'missed'
  /** What the person is told; nothing on a quiet day. */
  tell?: string
  answer?: string
  error?: string
  conversation_id?: number
  message_id?: number
  /** Why the task cannot go on. */
  end?: string
}

/** Runs a task once, with the rights that its person has now, and queues what it has to say for them. */
export const runTaskJob = ({ sql, now, desk }: { sql: Sql; now: () => Date; desk: Desk }) => {
  const all = <T>(work: (tx: Sql) => Promise<T>) => seeing(sql, 'all', work)

  return job('run_task', async ({ run_id }, { signal, last }) => {
    const run = await all((tx) => startTaskRun(tx, { run_id, now: now() }))
    if (!run) return // It is over, or the task was deleted.
    const who = personOf(run)
    let outcome: Outcome
    try {
      outcome = await outcomeOf(run, who, signal)
    } catch (error) {
      const expected = expectedError(error)
      // What does not answer now may do so in a minute. A question may be asked twice then, but its answer is told once.
      if (!last && (signal.aborted || !expected || expected.code === 'unavailable')) throw error
      outcome = failed(run, expected?.message)
      if (!expected) {
        await finish(run_id, run, who, outcome)
        throw error
      }
    }
    await finish(run_id, run, who, outcome)
  })

  async function outcomeOf(run: StartedRun, who: Who, signal: AbortSignal): Promise<Outcome> {
    const { cause, title, kind, text, store, condition, late } = run
    const end = reasonToEnd(run, who)
    if (end) {
      const [error, reason] = [taskWord(ENGLISH, ...end), taskWord(run, ...end)]
      return { status: 'failed', error, end: error, tell: taskWord(run, 'ended', { title, reason }) }
    }
    if (cause === 'schedule' && kind === 'question' && late > TOO_LATE) return missed(run)
    const state = condition && (await seeing(sql, who.stores, (tx) => watch(tx, { condition, store, now: now() })))
    if (state && !state.holds) {
      const answer = state.sentence
      return cause === 'schedule'
        ? { status: 'quiet', answer }
        : { status: 'quiet', answer, tell: `${headOf(run)}${answer} ${taskWord(run, 'quiet')}` }
    }
    if (state && run.rhythm.every === 'minutes' && cause === 'schedule' && run.told_today)
      return { status: 'quiet', answer: `${state.sentence} That was told today already.` }
    if (kind === 'reminder') {
      const lines = [text, state?.sentence, late > LATE && taskWord(run, 'late', { at: dueAt(run) })]
      const answer = lines.filter(Boolean).join('\n\n')
      return { status: 'done', answer, tell: headOf(run) + answer }
    }
    const because = state ? `\n\n(This is the task “${title}”, because: ${state.sentence})` : ''
    const answer = await desk.ask({
      who,
      channel: 'task',
      task_id: run.task_id,
      text: text + because,
      ...(store && { store }),
      signal,
    })
    const { conversation_id, message_id } = answer
    const told = state ? `${state.sentence}\n\n${answer.text}` : answer.text
    return { status: 'done', answer: told, tell: headOf(run) + told, conversation_id, message_id }
  }

  /** Notes the outcome and queues the message in one transaction, so that there is never the one without the other. */
  function finish(run_id: number, run: StartedRun, { user_id, stores }: Who, outcome: Outcome) {
    return all(async (tx) => {
      const { status, tell, answer = null, error = null, conversation_id = null, message_id = null, end } = outcome
      const store_ids = stores === 'all' ? null : stores
      const chat = tell && !run.disabled ? await findChat(tx, { user_id, chat_id: run.chat_id }) : undefined
      const kind = status === 'done' || status === 'quiet' ? 'task' : 'notice'
      const message = { kind, user_id, dedupe_key: `task run ${run_id}`, store_ids, now: now() } as const
      const delivery_id = chat && tell ? await deliver(tx, { ...message, chat_id: chat.chat_id, text: tell }) : null
      if (end) await endTask(tx, { id: run.task_id, because: end, now: now() })
      await finishTaskRun(tx, { run_id, status, answer, error, conversation_id, message_id, delivery_id, store_ids, now: now() }) // prettier-ignore
    })
  }
}

/** The person with the rights they have now, and never more than the API token had that the task was made with. */
function personOf({ user_id, email, role, store_ids, scopes, limited_to }: StartedRun): Who {
  const allowed: readonly Scope[] | undefined = scopes ? SCOPES.filter((scope) => scopes.includes(scope)) : undefined
  return { user_id, email, role, stores: storesOfBoth(store_ids, limited_to), ...(allowed && { scopes: allowed }) }
}

function reasonToEnd(
  { disabled, store_id, store }: StartedRun,
  who: Who,
): [key: TaskWord, values?: Record<string, string>] | undefined {
  if (disabled) return ['disabled']
  if (!mayDo(who, 'tasks:write')) return ['role', { role: who.role }]
  if (store_id !== null && who.stores !== 'all' && !who.stores.includes(store_id))
    return ['store', { store: store ?? '' }]
  return undefined
}

/** What is kept beside the run is in English. */
const ENGLISH = { language: 'en' }
const dueAt = (run: StartedRun) => taskTime(run, run.scheduled_for, run.local)
const headOf = (run: StartedRun) => (run.cause === 'trial' ? `${taskWord(run, 'trial', { title: run.title })}\n\n` : '')
const nextOf = (run: StartedRun) =>
  run.next_run_at && run.next_local
    ? ` ${taskWord(run, 'next', { at: taskTime(run, run.next_run_at, run.next_local) })}`
    : ''

function missed(run: StartedRun): Outcome {
  const { title, missed: before, local } = run
  const key = before === 0 ? 'due' : before === 1 ? 'due_before' : before < NOTED_AS_MISSED ? 'due_often' : 'due_always'
  const reason = taskWord(run, key, { at: dueAt(run), count: String(before) })
  const error = taskWord(ENGLISH, key, { at: local, count: String(before) })
  return { status: 'missed', error, tell: taskWord(run, 'missed', { title, reason }) + nextOf(run) }
}

/** `reason` is missing for a failure that is ours. */
function failed(run: StartedRun, reason: string | undefined): Outcome {
  const { title } = run
  const told = taskWord(run, 'failed', { title, reason: reason ?? taskWord(run, 'broken') })
  return { status: 'failed', error: reason ?? taskWord(ENGLISH, 'broken'), tell: told + nextOf(run) }
}
