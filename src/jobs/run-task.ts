import { seeing, type Sql } from '../../sql/connect.ts'
import { deliver, findChat } from '../../sql/deliveries.ts'
import { endTask } from '../../sql/tasks.ts'
import { finishTaskRun, NOTED_AS_MISSED, type StartedRun, startTaskRun } from '../../sql/task-runs.ts'
import { mayDo, type Scope, SCOPES, storesOfBoth, type Who } from '../access.ts'
import type { Desk } from '../agents/desk.ts'
import { expectedError } from '../errors.ts'
import { watch } from '../tasks.ts'
import { job } from './job.ts'

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
      outcome = failed(run, expected?.message ?? 'Something went wrong on our side; it was logged.')
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
    if (end) return { status: 'failed', error: end, end, tell: `I ended the task “${title}”: ${end}` }
    if (cause === 'schedule' && kind === 'question' && late > TOO_LATE) return missed(run)
    const state = condition && (await seeing(sql, who.stores, (tx) => watch(tx, { condition, store, now: now() })))
    if (state && !state.holds) {
      const answer = state.sentence
      return cause === 'schedule'
        ? { status: 'quiet', answer }
        : { status: 'quiet', answer, tell: `${headOf(run)}${answer} On such a day I say nothing.` }
    }
    if (state && run.rhythm.every === 'minutes' && cause === 'schedule' && run.told_today)
      return { status: 'quiet', answer: `${state.sentence} That was told today already.` }
    if (kind === 'reminder') {
      const lines = [text, state?.sentence, late > LATE && `This was due ${run.local}; I was not running then.`]
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

function reasonToEnd({ disabled, store_id, store }: StartedRun, who: Who): string | undefined {
  if (disabled) return 'the account was disabled.'
  if (!mayDo(who, 'tasks:write')) return `your role ${who.role} does not include tasks any more.`
  if (store_id !== null && who.stores !== 'all' && !who.stores.includes(store_id))
    return `you do not see the store ${store} any more.`
  return undefined
}

const headOf = ({ cause, title }: StartedRun) => (cause === 'trial' ? `Trial run of “${title}”\n\n` : '')
const nextOf = ({ next_local }: StartedRun) => (next_local ? ` Next time: ${next_local}.` : '')

function missed(run: StartedRun): Outcome {
  const times = run.missed === 1 ? 'time' : run.missed < NOTED_AS_MISSED ? `${run.missed} times` : 'times'
  const before = run.missed ? `, nor the ${times} before` : ''
  const error = `It was due ${run.local} and I was not running then${before}.`
  return { status: 'missed', error, tell: `“${run.title}” was left out. ${error}${nextOf(run)}` }
}

function failed(run: StartedRun, reason: string): Outcome {
  return { status: 'failed', error: reason, tell: `“${run.title}” could not be answered. ${reason}${nextOf(run)}` }
}
