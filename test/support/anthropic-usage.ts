import { createHash } from 'node:crypto'
import type { CheckedRequest } from './anthropic-request.ts'

/** About four characters of JSON make a token: near enough to count, and the same text always counts the same. */
export const tokensOf = (value: unknown) => Math.ceil(JSON.stringify(value).length / 4)

/**
 * The parts of a prompt in the order in which the API caches them; `marked` ones carry a `cache_control` breakpoint.
 */
export function promptParts({ tools = [], system = [], messages, cache_control }: CheckedRequest) {
  const blocksOf = (content: string | object[]): object[] =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : content
  const parts = [
    ...tools.map((part) => ({ role: 'tools', part })),
    ...blocksOf(system).map((part) => ({ role: 'system', part })),
    ...messages.flatMap(({ role, content }) => blocksOf(content).map((part) => ({ role, part }))),
  ].map(({ role, part }) => {
    const { cache_control, ...rest } = part as { cache_control?: object | null }
    return { text: JSON.stringify([role, rest]), marked: cache_control != null }
  })
  const last = parts.at(-1)
  if (cache_control && last) last.marked = true
  return parts
}

/**
 * Counts a request's input tokens as the API bills them: what stands before a breakpoint is written to the cache on
 * its first use and read from it later. Unlike the API it caches prompts of any length, and for ever.
 */
export function createPromptCache() {
  const stored = new Set<string>()
  return (body: CheckedRequest) => {
    let prefix = body.model
    let total = 0
    let found = 0
    let read = 0
    let cacheable = 0
    for (const { text, marked } of promptParts(body)) {
      prefix = createHash('sha256').update(prefix).update(text).digest('hex')
      total += tokensOf(text)
      if (stored.has(prefix)) found = total
      if (!marked) continue
      stored.add(prefix)
      read = found
      cacheable = total
    }
    return {
      input_tokens: total - cacheable,
      cache_creation_input_tokens: cacheable - read,
      cache_read_input_tokens: read,
    }
  }
}
