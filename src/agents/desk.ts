import { seeing, type Sql } from '../../sql/connect.ts'
import { type AgentName, type Channel, foldConversation, getSummary, listMessages } from '../../sql/conversations.ts'
import { getWorkspace, listStores } from '../../sql/stores.ts'
import { lastEntry } from '../../sql/receipts.ts'
import type { Who } from '../access.ts'
import type { OpenShop } from '../shopify/open-shop.ts'
import { dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import { type AgentDeps, type Colleague, type ColleagueAnswer, newTurn } from './agent-deps.ts'
import { alfred } from './alfred.ts'
import type { Answer } from './answer.ts'
import { type Embeddings, NO_EMBEDDINGS } from '../knowledge/embeddings.ts'
import { bookFor, budgetNotice, spentOf } from './budget.ts'
import { cite } from './citations.ts'
import { inTurn, keepAnswer, keepQuestion, openConversation, pastOf } from './conversation.ts'
import { checkedAnswer } from './checked-answer.ts'
import { elisa } from './elisa.ts'
import type { Evidence } from './evidence.ts'
import type { Team } from './house-rules.ts'
import { type Agent, runLoop } from './loop.ts'
import { createMeter, type Limits, type Meter } from './meter.ts'
import type { Model } from './model.ts'
import { type Prices, PRICES } from './prices.ts'
import { sentenceGate, withoutUnproven } from './proven-text.ts'
import { questionMessage } from './question.ts'
import { evidenceOfTurn, keepReceipts } from './receipts.ts'
import { roos } from './roos.ts'
import { asData, recall } from '../memory/recall.ts'
import type { Embed } from '../memory/remember.ts'
import { summaryOf, toBeFolded } from './summary.ts'
import { type Note, observed } from '../telemetry/observe.ts'
import type { ToolCall } from './tool.ts'

export type Question = {
  who: Who
  channel: Channel
  text: string
  /** Goes on with this conversation. Without it the question goes on with the last one of its chat, or starts a new one. */
  conversation_id?: number | undefined
  /** Telegram's id of the chat. */
  chat_id?: number | undefined
  /** The slug of the store that the person is looking at. */
  store?: string | undefined
  /** The scheduled task that asks. */
  task_id?: number | undefined
  /** Who is asked; unless named, whom the conversation was begun with, or Alfred. */
  agent?: AgentName | undefined
  /** Gets short lines on what is being done. */
  onProgress?: (line: string) => void
  /** Gets pieces of the answer as soon as they are proven. The answer's text replaces them. */
  onText?: (piece: string) => void
  /** Stops the work; `ask` then rejects with its reason. */
  signal?: AbortSignal
}

export type Desk = { ask: (question: Question) => Promise<Answer> }

/** Model ids of each agent, the preferred one first. `router` takes the first step for Alfred and writes summaries; it may be empty. */
export type Models = Record<AgentName | 'router', readonly string[]>
export const MODELS: Models = {
  alfred: ['claude-opus-5-5'],
  roos: ['claude-sonnet-5-5'],
  elisa: ['claude-sonnet-5-5'],
  router: ['claude-haiku-5-5'],
}

/** What one question may take, colleagues included: tokens, micro-dollars, milliseconds. */
const LIMITS: Limits = { tokens: 400_000, cost: 1_000_000, time: 240_000 }
/** Requests to the model of whom is asked, and of a colleague. */
const [TURNS, COLLEAGUES_TURNS] = [12, 8]
/** And of one who writes an answer again. */
const REWRITING_TURNS = 3
/** Characters of a colleague's results that travel with their answer. */
const MOST_RESULTS = 40_000

/**
 * Where questions in free text arrive, from Telegram, REST and tasks alike. A conversation is stored word for word; its questions are
 * answered one after the other. Throws AppError `unavailable` when the model has no key or does not answer, `too_many` when the person's
 * `budget` (US dollars a day) is used up.
 */
export function createDesk({
  sql,
  now,
  model,
  models = MODELS,
  prices = PRICES,
  budget = 5,
  limits = LIMITS,
  embed,
  embeddings = NO_EMBEDDINGS,
  openShop,
  report,
}: {
  sql: Sql
  now: () => Date
  model: Model
  models?: Models
  prices?: Prices
  budget?: number
  limits?: Limits
  /** Makes memories findable by meaning; without it by their words. */
  embed?: Embed
  /** Find material by meaning; without them it is found by its words. */
  embeddings?: Embeddings
  /** Reaches shops for proposals that show what is there now; without it those cannot be made. */
  openShop?: OpenShop
  report: (error: unknown) => void
}): Desk {
  const micro = Math.round(budget * 1_000_000)

  return {
    async ask(asked) {
      const { who, signal } = asked
      const db: AgentDeps['db'] = (work) => seeing(sql, who.stores, work, who.user_id)
      const before = await spentOf(db, { user_id: who.user_id, budget: micro, now: now() })
      const conversation = await db((tx) =>
        openConversation(tx, { ...asked, agent: asked.agent ?? 'alfred', now: now() }),
      )
      const agent = asked.agent ?? conversation.agent
      const labels = { 'gen_ai.agent.name': agent, channel: asked.channel }
      const work = { name: `ask ${agent}`, labels, measure: 'dealdome.agent.answer.duration' } as const
      return observed(work, (note) =>
        inTurn(db, conversation.id, signal, () => answerTo({ ...asked, agent }, conversation.id, before, db, note)),
      )
    },
  }

  async function answerTo(
    asked: Question & { agent: AgentName },
    conversation_id: number,
    before: number,
    db: AgentDeps['db'],
    note: Note,
  ): Promise<Answer> {
    const { who, channel, signal, onProgress, onText } = asked
    const [workspace, stores] = await db((tx) => Promise.all([getWorkspace(tx, {}), listStores(tx, {})]))
    const question = questionMessage(asked, workspace.time_zone, now())
    const message_id = await keepQuestion(db, conversation_id, question)
    const of = { user_id: who.user_id, conversation_id, message_id, task_id: asked.task_id ?? null }
    const meter = createMeter({
      limits,
      book: bookFor(db, { ...of, prices, budget: micro, now }),
      ...(signal && { signal }),
    })
    const turn = newTurn()
    const progress = (line: string) => onProgress?.(line)
    const deps: AgentDeps = {
      db,
      now,
      who,
      channel,
      conversation_id,
      message_id,
      turn,
      progress,
      ...(embed && { embed }),
      ...(openShop && { openShop }),
    }
    const meaning = (await embed?.(asked.text)) ?? null
    const remembered = await db((tx) =>
      recall(tx, { user_id: who.user_id, conversation_id, text: asked.text, now: now() }, meaning),
    )
    const memories = asData(remembered)
    const agent = agentOf(asked.agent, { workspace, stores })
    const asked_at = now()
    const { id: last_entry_id } = await db((tx) => lastEntry(tx, {}))
    const today = dayIn(workspace.time_zone, asked_at)
    const evidence = () => evidenceOfTurn(turn.toolCalls, { question: asked.text, today, now: asked_at })
    const gate = onText && sentenceGate({ evidence, onText })
    const history = await past(db, conversation_id, meter)
    const round = {
      model,
      agent,
      deps: {
        ...deps,
        askColleague: (name: Colleague, text: string) =>
          colleagueAnswer({ name, text, deps, team: { workspace, stores }, meter, evidence }),
      },
      meter,
      report,
      onProgress: progress,
      onCalls: (calls: ToolCall[]) => {
        gate?.end()
        turn.toolCalls.push(...calls)
      },
    }
    const aside = memories ? { aside: [{ type: 'text' as const, text: memories }] } : {}
    const result = await runLoop({ ...round, ...aside, history, question, turns: TURNS, onText: gate?.push })
    gate?.end()
    const { text, messages } = await checkedAnswer(result, {
      evidence,
      again: async (request, drafted) =>
        meter.reached()
          ? undefined
          : runLoop({
              ...round,
              agent: { ...agent, firstStep: undefined },
              history: [...history, question, ...drafted],
              question: request,
              turns: REWRITING_TURNS,
            }),
    })
    const { answered, receipt_ids } = await db(async (tx) => {
      const answered = await keepAnswer(tx, { conversation_id, message_id, messages })
      const kept = { conversation_id, message_id: answered, asked_at, last_entry_id }
      return { answered, receipt_ids: await keepReceipts(tx, { calls: turn.toolCalls, who, ...kept }) }
    })
    for (const said of [result.messages, messages]) cite(turn, said)
    note({ labels: { 'gen_ai.stop': result.stop }, more: { 'gen_ai.cost_usd': meter.total().cost / 1_000_000 } })
    return {
      conversation_id,
      message_id: answered,
      agent: asked.agent,
      text,
      receipt_ids,
      action_ids: turn.action_ids,
      citations: turn.citations,
      notice: budgetNotice({ before, left: meter.total().left, budget: micro }),
    }
  }

  function agentOf(name: AgentName, team: Omit<Team, 'models'>): Agent<AgentDeps> {
    const given = { ...team, models: models[name] }
    if (name === 'alfred') return alfred({ ...given, router: models.router })
    return name === 'roos' ? roos(given) : elisa({ ...given, embeddings })
  }

  /** What was said before, as the model gets it. A long past is folded first. */
  async function past(db: AgentDeps['db'], conversation_id: number, meter: Meter) {
    const [stored, { summary: notes }] = await db((tx) =>
      Promise.all([listMessages(tx, { conversation_id }), getSummary(tx, { conversation_id })]),
    )
    const folded = toBeFolded(stored)
    const last = folded.at(-1)
    if (!last) return pastOf(notes, stored)
    const writers = [...models.router, ...models.alfred]
    const summary = await summaryOf({ model, models: writers, meter, before: notes, messages: folded })
    await db((tx) => foldConversation(tx, { conversation_id, summary, up_to: last.id }))
    return pastOf(summary, stored.slice(folded.length))
  }

  /** A colleague answers in a loop of their own; what they found counts as found for this question. */
  async function colleagueAnswer({
    name,
    text,
    deps,
    team,
    meter,
    evidence,
  }: {
    name: Colleague
    text: string
    deps: AgentDeps
    team: Omit<Team, 'models'>
    meter: Meter
    evidence: () => Evidence
  }): Promise<ColleagueAnswer> {
    const colleague = name === 'roos' ? 'Roos' : 'Elisa'
    try {
      const question = questionMessage({ text }, team.workspace.time_zone, now())
      const onProgress = (line: string) => deps.progress(`${colleague}: ${line}`)
      const agent = agentOf(name, team)
      const result = await runLoop({
        model,
        agent,
        deps,
        history: [],
        question,
        turns: COLLEAGUES_TURNS,
        meter,
        report,
        onProgress,
      })
      deps.turn.toolCalls.push(...result.toolCalls)
      cite(deps.turn, result.messages)
      return { colleague, answer: withoutUnproven(result.text, evidence()), ...resultsOf(result.toolCalls) }
    } catch (error) {
      if (meter.signal.aborted) throw new AppError('unavailable', `${colleague} was stopped.`, { cause: error })
      throw error
    }
  }
}

/** The results of tools, as many as may travel. */
function resultsOf(calls: ToolCall[]): Pick<ColleagueAnswer, 'results' | 'hint'> {
  const results: ColleagueAnswer['results'] = []
  let size = 0
  for (const { name, input, output, isError } of calls) {
    if (isError) continue
    size += JSON.stringify(output ?? null).length
    if (size > MOST_RESULTS)
      return { results, hint: 'There were more results than fit. Ask for less at once to see them.' }
    results.push({ tool: name, input, output })
  }
  return { results }
}
