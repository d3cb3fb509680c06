import type Anthropic from '@anthropic-ai/sdk'
import { AppError } from '../errors.ts'
import { type FirstStep, firstStepCounts, firstStepTools } from './first-step.ts'
import { type LimitStop, type Meter, unlessAborted } from './meter.ts'
import { type AnswerOptions, mayDifferElsewhere, type Model, type Used } from './model.ts'
import { promptOf } from './prompt.ts'
import { callTool } from './tool.ts'
import type { Tool, ToolCall } from './tool.ts'

/** Who answers: `models` are ids, the preferred one first; `maxTokens` the most tokens of one answer. */
export type Agent<Deps> = {
  name: string
  models: readonly string[]
  system: string
  tools: readonly Tool<Deps>[]
  maxTokens: number
  firstStep?: FirstStep | undefined
}

export type Usage = Record<
  'input_tokens' | 'output_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens',
  number
>

/** A message of a conversation as it is stored and sent again. */
export type StoredMessage = { role: 'user' | 'assistant'; content: Anthropic.ContentBlockParam[] }

/** Why the loop ended: the model's last reason, or the limit that was reached. */
export type Stop = Exclude<Anthropic.StopReason, 'tool_use' | 'pause_turn'> | 'turn_limit' | LimitStop

export type LoopInput<Deps> = {
  model: Model
  agent: Agent<Deps>
  deps: Deps
  history: readonly StoredMessage[]
  question: StoredMessage
  /** What goes with the question this time only, after it, such as what was recalled for it. */
  aside?: Anthropic.TextBlockParam[]
  /** Requests to the model. */
  turns: number
  meter: Meter
  /** Gets the unexpected errors of tools. */
  report: (error: unknown) => void
  /** Gets the tool calls of a turn when all have ended. */
  onCalls?: ((calls: ToolCall[]) => void) | undefined
  /** Gets a short line on each tool that begins. */
  onProgress?: ((line: string) => void) | undefined
  /** Pieces of all the model's texts, those between tool calls too; the answer that counts is the returned one. */
  onText?: ((piece: string) => void) | undefined
}

/**
 * `messages` are all that followed the question, ready to be stored and sent again; `toolCalls` those that ran, in order.
 */
export type LoopResult = {
  text: string
  messages: StoredMessage[]
  toolCalls: ToolCall[]
  usage: Usage
  stop: Stop
}

const SENTENCES: Record<Stop, string> = {
  end_turn: 'I have no answer to that. Please ask in another way.',
  stop_sequence: 'I have no answer to that. Please ask in another way.',
  max_tokens: 'My answer got too long and is cut off here. Ask for a part of it, or for a summary.',
  refusal: 'I cannot answer that. Please ask something else.',
  model_context_window_exceeded: 'This conversation is longer than I can read. Please start a new one.',
  turn_limit: 'I stopped here because this takes too many steps. Please ask for less at once.',
  token_limit: 'I stopped here because this takes too much reading. Please ask for less at once.',
  cost_limit: 'I stopped here because this costs more than one question may. Please ask for less at once.',
  budget:
    'I stopped here: your budget for questions is used up for today. Commands such as /today and /pnl still work.',
  time_limit: 'I stopped here because this takes too long. Please ask for less at once.',
}

/**
 * Lets the agent answer one question, calling tools as long as it asks for them. Failures of tools go back to the
 * model; those of the model itself are thrown (see `Model`), and so is the reason of the caller's signal. However it ends, `text` is
 * something to show.
 */
export async function runLoop<Deps>(input: LoopInput<Deps>): Promise<LoopResult> {
  const { model, agent, history, question, aside = [], turns, meter } = input
  const messages: StoredMessage[] = []
  const toolCalls: ToolCall[] = []
  const usage: Usage = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 }
  let paused: Anthropic.ContentBlock[] = []

  try {
    for (let turn = 1; ; turn++) {
      const limit = turn === 1 ? undefined : meter.reached()
      if (limit) return ended(limit, [])
      const answer = (turn === 1 && (await firstStep())) || (await answerOf({ ...agent, system: [agent.system] }))
      const content = [...paused, ...answer.content.filter(isFilled)]
      const reason = answer.stop_reason ?? 'end_turn'

      if (reason !== 'tool_use' && reason !== 'pause_turn') return ended(reason, content)
      const reached = turn >= turns ? 'turn_limit' : meter.reached()
      if (reached) return ended(reached, content)

      if (reason === 'pause_turn') {
        paused = content
        continue
      }
      paused = []
      const uses = content.filter((block) => block.type === 'tool_use')
      const calls = await unlessAborted(meter.signal, runTools(input, uses))
      toolCalls.push(...calls)
      input.onCalls?.(calls)
      messages.push(
        { role: 'assistant', content },
        { role: 'user', content: uses.map((use, at) => result(use, calls[at])) },
      )
    }
  } catch (error) {
    if (meter.timeIsUp() && error === meter.signal.reason) return ended('time_limit', [])
    throw error
  }

  /** One answer of the model; what it used is booked also when it breaks off. */
  async function answerOf(
    { models, system, tools }: Pick<Agent<Deps>, 'models' | 'tools'> & { system: string[] },
    options: AnswerOptions = { onText: input.onText },
  ) {
    const unfinished = paused.length > 0 ? [{ role: 'assistant' as const, content: paused }] : []
    const followed = [...messages, ...unfinished]
    const used: Used[] = []
    try {
      return await model.answer(
        { models, max_tokens: agent.maxTokens, ...promptOf({ system, tools, history, question, aside, followed }) },
        { ...options, onUsage: (one) => used.push(one), signal: meter.signal },
      )
    } finally {
      for (const one of used) {
        add(usage, one.usage)
        await meter.add(agent.name, one)
      }
    }
  }

  async function firstStep(): Promise<Anthropic.Message | undefined> {
    if (!agent.firstStep) return undefined
    const { models, system } = agent.firstStep
    const tools = firstStepTools(agent.tools)
    try {
      const answer = await answerOf({ models, system: [agent.system, system], tools }, { maxRetries: 0 })
      if (!firstStepCounts(answer)) return undefined
      if (answer.stop_reason !== 'tool_use')
        for (const block of answer.content) if (block.type === 'text') input.onText?.(block.text)
      // Thoughts are signed for the model that had them.
      return { ...answer, content: answer.content.filter(({ type }) => !type.endsWith('thinking')) }
    } catch (error) {
      // The agent's own model may answer all the same.
      if (error instanceof AppError && error.code === 'unavailable' && mayDifferElsewhere(error.cause)) return undefined
      throw error
    }
  }

  function ended(stop: Stop, content: Anthropic.ContentBlock[]): LoopResult {
    const { text, stored } = finalAnswer(stop, content)
    return { text, messages: [...messages, { role: 'assistant', content: stored }], toolCalls, usage, stop }
  }
}

/**
 * A complete answer is stored as it came. Of any other the API would not take all blocks back (a call without its
 * result, a thinking block without its signature), so only its texts are kept, after a refusal not even those, and a
 * sentence says why it ended.
 */
function finalAnswer(stop: Stop, content: Anthropic.ContentBlock[]) {
  const texts = stop === 'refusal' ? [] : content.filter((block) => block.type === 'text')
  const text = texts.map(({ text }) => text).join('')
  const complete = (stop === 'end_turn' || stop === 'stop_sequence') && text !== ''
  if (complete) return { text, stored: content.filter((block) => block.type !== 'tool_use') }
  const sentence = SENTENCES[stop]
  return {
    text: text === '' ? sentence : `${text}\n\n${sentence}`,
    stored: [...texts, { type: 'text' as const, text: sentence }],
  }
}

/** Reads run side by side; as soon as one call of a turn writes, all run one after another in the model's order. */
async function runTools<Deps>({ agent, deps, report, onProgress }: LoopInput<Deps>, uses: Anthropic.ToolUseBlock[]) {
  const run = (use: Anthropic.ToolUseBlock) => callTool({ tools: agent.tools, deps, report, onProgress }, use)
  const writing = new Set(agent.tools.filter(({ writes }) => writes).map(({ name }) => name))
  if (!uses.some(({ name }) => writing.has(name))) return Promise.all(uses.map(run))
  const calls: ToolCall[] = []
  for (const use of uses) calls.push(await run(use))
  return calls
}

const result = ({ id }: Anthropic.ToolUseBlock, call: ToolCall | undefined): Anthropic.ToolResultBlockParam => ({
  type: 'tool_result',
  tool_use_id: id,
  content: call?.blocks ?? (typeof call?.output === 'string' ? call.output : JSON.stringify(call?.output)),
  ...(call?.isError && { is_error: true }),
})

/** The API itself writes blank texts before tool calls at times, and refuses to get them back. */
const isFilled = (block: Anthropic.ContentBlock) => block.type !== 'text' || block.text.trim() !== ''

function add(usage: Usage, more: Anthropic.Usage) {
  usage.input_tokens += more.input_tokens
  usage.output_tokens += more.output_tokens
  usage.cache_read_input_tokens += more.cache_read_input_tokens ?? 0
  usage.cache_creation_input_tokens += more.cache_creation_input_tokens ?? 0
}
