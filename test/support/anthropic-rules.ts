import * as v from 'valibot'
import { CountRequest, issueText, MessagesRequest } from './anthropic-request.ts'
import type { CheckedRequest } from './anthropic-request.ts'
import type { Failure } from './anthropic-turns.ts'
import { searchResultsIn } from './anthropic-answer.ts'
import { promptParts } from './anthropic-usage.ts'

const MODELS = new Set([
  'claude-fable-5-2',
  'claude-mythos-5-2',
  'claude-haiku-5-5',
  'claude-sonnet-5-5',
  'claude-fable-5-1',
  'claude-opus-5-5',
  'claude-mythos-5-1',
  'claude-sonnet-5',
  'claude-fable-5',
  'claude-mythos-5',
  'claude-opus-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-haiku-4-5',
  'claude-opus-4-5',
  'claude-sonnet-4-5',
])

/** Models that refuse `tool_choice` `any` and `tool`. */
const NEVER_FORCED = new Set(['claude-sonnet-5-5'])

/**
 * Why the API would refuse this body; undefined when it would answer. `paused` tells texts that ended with
 * `pause_turn`.
 */
export function refusalOf(path: string, body: unknown, paused: (text: string) => boolean): Failure | undefined {
  const counting = path.endsWith('/count_tokens')
  const checked = v.safeParse(counting ? CountRequest : MessagesRequest, body)
  if (!checked.success) return invalid(issueText(checked.issues[0]))
  const { model } = checked.output
  if (!MODELS.has(model)) return { status: 404, type: 'not_found_error', message: `model: ${model}` }
  const broken = brokenTools(checked.output) ?? brokenConversation(checked.output, paused)
  return broken === undefined ? undefined : invalid(broken)
}

const invalid = (message: string): Failure => ({ status: 400, type: 'invalid_request_error', message })

function brokenTools(body: CheckedRequest): string | undefined {
  const { model, tools = [], tool_choice } = body
  const names = tools.map(({ name }) => name)
  const breakpoints = promptParts(body).filter(({ marked }) => marked).length
  if (breakpoints > 4) return `A maximum of 4 blocks with cache_control may be provided. Found ${breakpoints}.`
  if (new Set(names).size < names.length) return 'tools: Tool names must be unique.'
  if (!tool_choice) return undefined
  if (tools.length === 0) return 'tool_choice: tool_choice may only be specified while providing tools.'
  if ((tool_choice.type === 'any' || tool_choice.type === 'tool') && NEVER_FORCED.has(model))
    return `tool_choice: forced tool use is not supported for ${model}. Use \`auto\` or \`none\`.`
  if (tool_choice.type === 'tool' && !names.includes(tool_choice.name))
    return `Tool '${tool_choice.name}' not found in provided tools`
  return undefined
}

/** Rules between messages. Neighbours of one role count as one message, as in the API. */
function brokenConversation({ messages, tools = [] }: CheckedRequest, paused: (text: string) => boolean) {
  const turns = turnsOf(messages)
  const citing = new Set(searchResultsIn({ messages }).map(({ citations }) => citations?.enabled === true))
  if (citing.size > 1) return 'Citations must be enabled on all or on none of the search results.'
  const last = turns.at(-1)
  const lastBlock = last?.blocks.at(-1)
  if (turns[0]?.role !== 'user') return 'messages: first message must use the "user" role'
  if (last?.role === 'assistant' && !(lastBlock?.type === 'text' && paused(lastBlock.text)))
    return 'This model does not support assistant message prefill. The conversation must end with a user message.'
  const usesTools = turns.some(({ blocks }) => blocks.some(({ type }) => type === 'tool_use'))
  if (usesTools && tools.length === 0)
    return 'Requests which include `tool_use` or `tool_result` blocks must define tools.'
  for (const [index, turn] of turns.entries()) {
    const broken = brokenTurn(turn, turns[index - 1], turns[index + 1])
    if (broken !== undefined) return `messages.${turn.at}${broken}`
  }
  return undefined
}

function brokenTurn({ role, blocks }: TurnBlocks, before?: TurnBlocks, after?: TurnBlocks): string | undefined {
  if (blocks.length === 0 || blocks.some((block) => block.type === 'text' && block.text === ''))
    return role === 'user'
      ? ': user messages must have non-empty content'
      : ': all messages must have non-empty content except for the optional final assistant message'
  if (role === 'assistant') {
    if (blocks.at(-1)?.type === 'thinking') return ': The final block in an assistant message cannot be `thinking`.'
    const firstOther = after?.blocks.findIndex(({ type }) => type !== 'tool_result') ?? 0
    const answered = new Set(
      idsIn({ blocks: after?.blocks.slice(0, firstOther === -1 ? undefined : firstOther) ?? [] }),
    )
    const open = idsIn({ blocks }).filter((id) => !answered.has(id))
    if (open.length > 0)
      return (
        `: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. ` +
        'Each `tool_use` block must have a corresponding `tool_result` block in the next message.'
      )
    return repeated(idsIn({ blocks })) && ': `tool_use` ids must be unique'
  }
  const asked = new Set(before ? idsIn(before) : [])
  const orphan = blocks.findIndex((block) => block.type === 'tool_result' && !asked.has(block.tool_use_id))
  const orphanBlock = blocks[orphan]
  if (orphanBlock?.type === 'tool_result')
    return (
      `.content.${orphan}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${orphanBlock.tool_use_id}. ` +
      'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.'
    )
  const twice = repeated(idsIn({ blocks }))
  return twice && `: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${twice}`
}

type Messages = CheckedRequest['messages']
type BlockOf<Content> = Content extends (infer Block)[] ? Block : never
type TurnBlocks = { role: string; at: number; blocks: BlockOf<Messages[number]['content']>[] }

function turnsOf(messages: Messages): TurnBlocks[] {
  const turns: TurnBlocks[] = []
  for (const [at, { role, content }] of messages.entries()) {
    const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content
    const last = turns.at(-1)
    if (last?.role === role) last.blocks.push(...blocks)
    else turns.push({ role, at, blocks: [...blocks] })
  }
  return turns
}

const idsIn = ({ blocks }: Pick<TurnBlocks, 'blocks'>) =>
  blocks.flatMap((block) =>
    block.type === 'tool_use' ? [block.id] : block.type === 'tool_result' ? [block.tool_use_id] : [],
  )

const repeated = (ids: string[]) => ids.find((id, index) => ids.indexOf(id) !== index)
