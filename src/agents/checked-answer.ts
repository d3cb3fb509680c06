import type Anthropic from '@anthropic-ai/sdk'
import { AppError } from '../errors.ts'
import type { Evidence } from './evidence.ts'
import { unprovenIn } from './firewall.ts'
import type { LoopResult, StoredMessage } from './loop.ts'
import { provenText, rewriteRequest, withoutUnproven } from './proven-text.ts'

/** What an answer may end as: its text is proven, and so is every text of its messages. */
export type CheckedAnswer = { text: string; messages: StoredMessage[] }

/**
 * The answer as it may leave. When it states figures that nothing proves, the model is asked once to write it again (`again`, which
 * answers undefined when no more may be asked); what is then still unproven is left out, with a note. `evidence` is asked after every
 * round, because the model may have looked up more. Words between tool calls are stored too, so they are held to the same.
 */
export async function checkedAnswer(
  result: LoopResult,
  {
    evidence,
    again,
  }: {
    evidence: () => Evidence
    again: (request: StoredMessage, drafted: StoredMessage[]) => Promise<LoopResult | undefined>
  },
): Promise<CheckedAnswer> {
  const isWhole = result.stop === 'end_turn' || result.stop === 'stop_sequence'
  const unproven = unprovenIn(result.text, evidence())
  if (unproven.length === 0 || !isWhole) return checked(result.messages, result.text, evidence())

  const request: StoredMessage = { role: 'user', content: [{ type: 'text', text: rewriteRequest(unproven) }] }
  const rewritten = await again(request, result.messages).catch((error: unknown) => {
    // The proven part of the draft is an answer too, and better than none.
    if (error instanceof AppError && error.code === 'unavailable') return undefined
    throw error
  })
  const isBetter = rewritten && (rewritten.stop === 'end_turn' || rewritten.stop === 'stop_sequence')
  return isBetter
    ? checked([...result.messages.slice(0, -1), ...rewritten.messages], rewritten.text, evidence())
    : checked(result.messages, result.text, evidence())
}

function checked(messages: StoredMessage[], text: string, evidence: Evidence): CheckedAnswer {
  const proven = provenText(text, evidence)
  const last = messages.at(-1)
  const before = messages.slice(0, -1).map((message) => provenMessage(message, evidence))
  if (!last) return { text: proven, messages: [] }
  // Texts before the last one of an answer count to it; with anything left out, what is stored is what was sent.
  const final = proven === text ? last : { ...last, content: [{ type: 'text' as const, text: proven }] }
  return { text: proven, messages: [...before, final] }
}

/** What the model wrote beside its calls, without unproven sentences. */
function provenMessage(message: StoredMessage, evidence: Evidence): StoredMessage {
  if (message.role === 'user') return message
  const content = message.content.flatMap((block): Anthropic.ContentBlockParam[] => {
    if (block.type !== 'text') return [block]
    const text = withoutUnproven(block.text, evidence)
    return text.trim() === '' ? [] : [{ ...block, text }]
  })
  return { ...message, content }
}
