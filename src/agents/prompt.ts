import type Anthropic from '@anthropic-ai/sdk'
import type { StoredMessage } from './loop.ts'
import type { ModelRequest } from './model.ts'
import { type Tool, toolDefinitions } from './tool.ts'

type Blocks = Anthropic.ContentBlockParam[]
const cache_control = { type: 'ephemeral' as const }

/**
 * A request to the model, ordered from what changes least to what changes most: tools, the agent's own text, the past, the question,
 * what followed it. Four places are marked for the cache, the most that the API takes: after the tools (the same for everybody), after
 * the text, after the question (the next question begins with the same words up to there) and at the end (the next request of this
 * question does).
 */
export function promptOf<Deps>({
  system,
  tools,
  history,
  question,
  aside,
  followed,
}: {
  system: readonly string[]
  tools: readonly Tool<Deps>[]
  history: readonly StoredMessage[]
  question: StoredMessage
  /** What goes with the question this time only. */
  aside: Anthropic.TextBlockParam[]
  followed: readonly StoredMessage[]
}): Pick<ModelRequest, 'system' | 'tools' | 'messages'> {
  const asked: StoredMessage = { role: question.role, content: [...marked(question.content), ...aside] }
  const messages: StoredMessage[] = [...history, asked, ...followed]
  return {
    system: system.map((text, at) => ({ type: 'text', text, ...(at === system.length - 1 && { cache_control }) })),
    ...(tools.length > 0 && { tools: toolDefinitions(tools) }),
    messages: messages.map(({ role, content }, at) => ({
      role,
      content: at === messages.length - 1 ? marked(content) : content,
    })),
  }
}

/** The same blocks with a mark on the last. Thoughts cannot carry one. */
const marked = (blocks: Blocks): Blocks =>
  blocks.map((block, at) =>
    at < blocks.length - 1 || block.type === 'thinking' || block.type === 'redacted_thinking'
      ? block
      : Object.assign({}, block, { cache_control }),
  )
