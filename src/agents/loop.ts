import type Anthropic from '@anthropic-ai/sdk'
import type { Model } from './model.ts'
import { callTool, toolDefinitions } from './tool.ts'
import type { Tool, ToolCall } from './tool.ts'

/** Who answers: `model` is a model id, `maxTokens` the most tokens of one answer. */
export type Agent<Deps> = {
  name: string
  model: string
  system: string
  tools: readonly Tool<Deps>[]
  maxTokens: number
}

export type Usage = Record<
  'input_tokens' | 'output_tokens' | 'cache_read_input_tokens' | 'cache_creation_input_tokens',
  number
>

/** A message of a conversation as it is stored and sent again. */
export type StoredMessage = { role: 'user' | 'assistant'; content: Anthropic.ContentBlockParam[] }

/** Why the loop ended: the model's last reason, or the limit that was reached. */
export type Stop = Exclude<Anthropic.StopReason, 'tool_use' | 'pause_turn'> | 'turn_limit' | 'token_limit'

export type LoopInput<Deps> = {
  model: Model
  agent: Agent<Deps>
  deps: Deps
  history: readonly Anthropic.MessageParam[]
  question: StoredMessage
  /** `turns` requests to the model; `tokens` of all kinds, after which no further turn begins. */
  limits: { turns: number; tokens: number }
  /** Gets the unexpected errors of tools. */
  report: (error: unknown) => void
  /** Pieces of all the model's texts, those between tool calls too; the answer that counts is the returned one. */
  onText?: (piece: string) => void
  signal?: AbortSignal
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
}

/**
 * Lets the agent answer one question, calling tools as long as it asks for them. Failures of tools go back to the
 * model; those of the model itself are thrown (see `Model`). However it ends, `text` is something to show.
 */
export async function runLoop<Deps>(input: LoopInput<Deps>): Promise<LoopResult> {
  const { model, agent, history, question, limits, onText, signal } = input
  const messages: StoredMessage[] = []
  const toolCalls: ToolCall[] = []
  const usage: Usage = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 }
  const request = {
    model: agent.model,
    max_tokens: agent.maxTokens,
    system: [{ type: 'text' as const, text: agent.system, cache_control: { type: 'ephemeral' as const } }],
    ...(agent.tools.length > 0 && { tools: toolDefinitions(agent.tools) }),
  }
  let paused: Anthropic.ContentBlock[] = []

  for (let turn = 1; ; turn++) {
    const unfinished = paused.length > 0 ? [{ role: 'assistant' as const, content: paused }] : []
    const answer = await model.answer(
      { ...request, messages: [...history, question, ...messages, ...unfinished] },
      { onText, signal },
    )
    add(usage, answer.usage)
    const content = [...paused, ...answer.content.filter(isFilled)]
    const reason = answer.stop_reason ?? 'end_turn'

    if (reason !== 'tool_use' && reason !== 'pause_turn') return ended(reason, content)
    if (turn >= limits.turns) return ended('turn_limit', content)
    if (total(usage) >= limits.tokens) return ended('token_limit', content)

    if (reason === 'pause_turn') {
      paused = content
      continue
    }
    paused = []
    const uses = content.filter((block) => block.type === 'tool_use')
    const calls = await runTools(input, uses)
    toolCalls.push(...calls)
    messages.push(
      { role: 'assistant', content },
      { role: 'user', content: uses.map((use, at) => result(use, calls[at])) },
    )
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
async function runTools<Deps>({ agent, deps, report }: LoopInput<Deps>, uses: Anthropic.ToolUseBlock[]) {
  const run = (use: Anthropic.ToolUseBlock) => callTool({ tools: agent.tools, deps, report }, use)
  const writing = new Set(agent.tools.filter(({ writes }) => writes).map(({ name }) => name))
  if (!uses.some(({ name }) => writing.has(name))) return Promise.all(uses.map(run))
  const calls: ToolCall[] = []
  for (const use of uses) calls.push(await run(use))
  return calls
}

const result = ({ id }: Anthropic.ToolUseBlock, call: ToolCall | undefined): Anthropic.ToolResultBlockParam => ({
  type: 'tool_result',
  tool_use_id: id,
  content: typeof call?.output === 'string' ? call.output : JSON.stringify(call?.output),
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

const total = (usage: Usage) => Object.values(usage).reduce((sum, tokens) => sum + tokens, 0)
