import { createHash } from 'node:crypto'
import * as v from 'valibot'

/**
 * What a request must look like on API version 2026-10-21. Fields and block types are those of the official SDK,
 * without the server tools, containers and threads, which this product does not use: they are refused here.
 */
const cache_control = v.nullish(
  v.strictObject({ type: v.literal('ephemeral'), ttl: v.optional(v.picklist(['5m', '1h'])) }),
)
const Dictionary = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'Input should be a valid dictionary',
)
const FilledText = v.pipe(
  v.string(),
  v.check((text) => text !== '', 'text content blocks must be non-empty'),
  v.check((text) => text.trim() !== '', 'text content blocks must contain non-whitespace text'),
)
const Source = v.looseObject({ type: v.picklist(['base64', 'url', 'text', 'content', 'file']) })

const Text = v.strictObject({
  type: v.literal('text'),
  text: FilledText,
  cache_control,
  citations: v.nullish(v.array(v.looseObject({ type: v.string() }))),
})
const UserText = v.strictObject({
  type: v.literal('text'),
  text: FilledText,
  cache_control,
  citations: v.nullish(v.null()),
})
const Image = v.strictObject({ type: v.literal('image'), source: Source, cache_control })
const Document = v.strictObject({
  type: v.literal('document'),
  source: Source,
  cache_control,
  title: v.nullish(v.string()),
  context: v.nullish(v.string()),
  citations: v.nullish(v.strictObject({ enabled: v.optional(v.boolean()) })),
})
const SearchResult = v.strictObject({
  type: v.literal('search_result'),
  source: v.string(),
  title: v.string(),
  content: v.array(UserText),
  cache_control,
  citations: v.optional(v.strictObject({ enabled: v.optional(v.boolean()) })),
})

/** A list of blocks or its short form, a plain text. */
const textOr = <const Blocks extends v.GenericSchema>(blocks: Blocks) =>
  v.lazy((input): v.GenericSchema<string | v.InferOutput<Blocks>[]> =>
    typeof input === 'string' ? v.string() : v.array(blocks),
  )

const ToolResult = v.strictObject({
  type: v.literal('tool_result'),
  tool_use_id: v.string(),
  is_error: v.optional(v.boolean()),
  content: v.optional(textOr(v.variant('type', [UserText, Image, Document, SearchResult]))),
  cache_control,
})
const ToolUse = v.strictObject({
  type: v.literal('tool_use'),
  id: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]+$/)),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  input: Dictionary,
  cache_control,
  caller: v.optional(v.looseObject({ type: v.string() })),
  toolset_name: v.nullish(v.string()),
})
const Thinking = v.pipe(
  v.strictObject({ type: v.literal('thinking'), thinking: v.string(), signature: v.string() }),
  v.check(({ thinking, signature }) => signature === signatureOf(thinking), 'Invalid `signature` in `thinking` block'),
)
const RedactedThinking = v.strictObject({ type: v.literal('redacted_thinking'), data: v.string() })

const Message = v.variant('role', [
  v.strictObject({
    role: v.literal('user'),
    content: textOr(v.variant('type', [UserText, Image, Document, SearchResult, ToolResult])),
  }),
  v.strictObject({
    role: v.literal('assistant'),
    content: textOr(v.variant('type', [Text, ToolUse, Thinking, RedactedThinking])),
  }),
])

const Tool = v.strictObject({
  type: v.nullish(v.literal('custom')),
  name: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,64}$/, "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'")),
  description: v.optional(v.string()),
  input_schema: v.pipe(
    v.looseObject({ type: v.literal('object') }),
    v.check(
      (schema) => !('oneOf' in schema || 'allOf' in schema || 'anyOf' in schema),
      'input_schema does not support oneOf, allOf, or anyOf at the top level',
    ),
  ),
  cache_control,
  strict: v.optional(v.boolean()),
  input_examples: v.optional(v.array(Dictionary)),
  eager_input_streaming: v.nullish(v.boolean()),
  defer_loading: v.optional(v.boolean()),
})
const disable_parallel_tool_use = v.optional(v.boolean())
const ToolChoice = v.variant('type', [
  v.strictObject({ type: v.literal('auto'), disable_parallel_tool_use }),
  v.strictObject({ type: v.literal('any'), disable_parallel_tool_use }),
  v.strictObject({ type: v.literal('tool'), name: v.string(), disable_parallel_tool_use }),
  v.strictObject({ type: v.literal('none') }),
])
const display = v.nullish(v.picklist(['summarized', 'omitted']))
const ThinkingConfig = v.variant('type', [
  v.strictObject({ type: v.literal('adaptive'), display }),
  v.strictObject({ type: v.literal('between_tools') }),
  v.strictObject({ type: v.literal('disabled') }),
  v.strictObject({ type: v.literal('enabled'), budget_tokens: v.pipe(v.number(), v.minValue(1024)), display }),
])

const counted = {
  model: v.pipe(v.string(), v.minLength(1)),
  messages: v.pipe(v.array(Message), v.minLength(1, 'at least one message is required'), v.maxLength(100_000)),
  system: v.optional(textOr(UserText)),
  tools: v.optional(v.array(Tool)),
  tool_choice: v.optional(ToolChoice),
  thinking: v.optional(ThinkingConfig),
  cache_control,
  output_config: v.optional(
    v.strictObject({
      effort: v.nullish(v.picklist(['low', 'medium', 'high', 'xhigh', 'max'])),
      format: v.nullish(v.strictObject({ type: v.literal('json_schema'), schema: Dictionary })),
    }),
  ),
}

/** The body of `POST /v1/messages/count_tokens`. */
export const CountRequest = v.strictObject(counted)

/** The body of `POST /v1/messages`. */
export const MessagesRequest = v.strictObject({
  ...counted,
  max_tokens: v.pipe(v.number(), v.integer(), v.minValue(0)),
  stream: v.optional(v.boolean()),
  metadata: v.optional(v.strictObject({ user_id: v.nullish(v.string()) })),
  stop_sequences: v.optional(v.array(v.pipe(v.string(), v.minLength(1)))),
  service_tier: v.optional(v.picklist(['auto', 'standard_only'])),
})

export type CheckedRequest = v.InferOutput<typeof CountRequest>

/** The signature that the stand-in gives a thinking block; sending back a changed block is an error, as in the API. */
export const signatureOf = (thinking: string) => createHash('sha256').update(thinking).digest('base64')

/** `path: what is wrong` in the API's words. */
export function issueText(issue: v.BaseIssue<unknown>): string {
  const path = issue.path?.map((item) => String(item.key)).join('.')
  return path ? `${path}: ${reason(issue)}` : reason(issue)
}

function reason({ type, expected, received, message }: v.BaseIssue<unknown>): string {
  if (expected === 'never') return 'Extra inputs are not permitted'
  if (received === 'undefined') return 'Field required'
  if (type === 'variant') return `Input tag ${received} does not match any of the expected tags: ${expected}`
  return message
}
