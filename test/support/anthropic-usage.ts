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
 * Tokens that a prompt needs before the API caches it. Those of the 5.5 models are not published where we could read them, so these are
 * the largest of the models before them.
 */
const LEAST: [models: RegExp, tokens: number][] = [
  [/haiku|opus/, 4_096],
  [/sonnet/, 2_048],
  [/./, 1_024],
]
/** Blocks before a breakpoint among which the API looks for an earlier one. */
const LOOKS_BACK = 20
/** Milliseconds that an entry lives after its last use. */
const LIVES = 5 * 60_000

/**
 * Counts a request's input tokens as the API bills them: what stands before a breakpoint is written to the cache on its first use and
 * read from it later, by the same model within five minutes, when it is long enough and the earlier breakpoint is near enough.
 */
export function createPromptCache(now: () => number = Date.now) {
  const used = new Map<string, number>()
  return (body: CheckedRequest) => {
    const parts = promptParts(body)
    const least = LEAST.find(([models]) => models.test(body.model))?.[1] ?? 0
    let prefix = body.model
    let total = 0
    const places = parts.map(({ text, marked }) => {
      prefix = createHash('sha256').update(prefix).update(text).digest('hex')
      total += tokensOf(text)
      return { prefix, tokens: total, marked: marked && total >= least }
    })
    const lives = ({ prefix }: { prefix: string }) => now() - (used.get(prefix) ?? Number.NEGATIVE_INFINITY) <= LIVES
    const marks = places.flatMap(({ marked }, at) => (marked ? [at] : []))
    const found = marks.flatMap((at) => places.slice(Math.max(0, at - LOOKS_BACK), at + 1).filter(lives))
    const read = Math.max(0, ...found.map(({ tokens }) => tokens))
    const cacheable = places[marks.at(-1) ?? -1]?.tokens ?? 0
    for (const place of [...found, ...marks.flatMap((at) => places[at] ?? [])]) used.set(place.prefix, now())
    return {
      input_tokens: total - cacheable,
      cache_creation_input_tokens: cacheable - read,
      cache_read_input_tokens: read,
    }
  }
}
