import type Anthropic from '@anthropic-ai/sdk'
import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import type { Statement } from '../../sql/query.ts'
import { observed } from '../telemetry/observe.ts'
import { AppError, expectedError } from '../errors.ts'

/** Named queries; a receipt shows their text. */
export type Queries = Record<string, { text: (sql: Sql, args: never) => Statement; sample: unknown }>

/** Something a model may call. `run` checks the model's input first; a tool that `writes` never runs beside another. */
export type Tool<Deps> = {
  name: string
  description: string
  writes: boolean
  inputSchema: Anthropic.Tool.InputSchema
  /** A short line for the person who waits, such as "Looking at the P&L of nl". */
  doing: (input: unknown) => string
  /** The queries behind its figures by name; a tool with some gets a receipt for every result. */
  queries: Queries
  run: (deps: Deps, input: unknown) => Promise<unknown>
  /** What the model gets of an output instead of its JSON. */
  blocks?: ((output: unknown) => ResultBlocks) | undefined
}

export type ResultBlocks = Exclude<Anthropic.ToolResultBlockParam['content'], string | undefined>

/**
 * One call of a tool. `output` is what the tool returned, or after an error the text that the model was given; `blocks` what the model was
 * given of an output that is more than JSON.
 */
export type ToolCall = { name: string; input: unknown; output: unknown; isError: boolean; blocks?: ResultBlocks }

/**
 * Describes a tool. `input` is an object schema; what JSON Schema cannot express (`v.check`) the model learns from
 * the error text. Throws at import when a part of the schema has no JSON Schema at all, such as `v.date()`.
 */
export function tool<Deps, Schema extends v.GenericSchema<object, object>, Output = unknown>({
  name,
  description,
  input: schema,
  writes = false,
  doing,
  queries = {},
  run,
  blocks,
}: {
  name: string
  description: string
  input: Schema
  writes?: boolean
  /** Without it the line is made of the tool's name. */
  doing?: (input: v.InferOutput<Schema>) => string
  queries?: Queries
  run: (deps: Deps, input: v.InferOutput<Schema>) => Output | Promise<Output>
  /** Without it the model gets the output as JSON. */
  blocks?: (output: Output) => ResultBlocks
}): Tool<Deps> {
  const { $schema: _, ...inputSchema } = toJsonSchema(schema, {
    typeMode: 'input',
    target: 'draft-2020-12',
    ignoreActions: ['check', 'partial_check', 'raw_check'],
  })
  return {
    name,
    description,
    writes,
    queries,
    ...(blocks && { blocks: (output) => blocks(output as Output) }),
    inputSchema: { ...inputSchema, type: 'object' },
    doing: (input) => {
      const checked = v.safeParse(schema, input)
      return checked.success && doing ? doing(checked.output) : inWords(name)
    },
    run: async (deps, input) => {
      const checked = v.safeParse(schema, input)
      if (!checked.success) throw new AppError('invalid', wrongInput(name, checked.issues))
      return run(deps, checked.output)
    },
  }
}

/** The tools as the API takes them. The last one ends a cached part of the prompt. */
export function toolDefinitions<Deps>(tools: readonly Tool<Deps>[]): Anthropic.Tool[] {
  return tools.map(({ name, description, inputSchema: input_schema }, index) => ({
    name,
    description,
    input_schema,
    ...(index === tools.length - 1 && { cache_control: { type: 'ephemeral' } }),
  }))
}

/**
 * Runs the tool that the model asked for. Never throws: every failure becomes an error text for the model that says
 * what to do, and an unexpected one also goes to `report`.
 */
export async function callTool<Deps>(
  {
    tools,
    deps,
    report,
    onProgress,
  }: {
    tools: readonly Tool<Deps>[]
    deps: Deps
    report: (error: unknown) => void
    onProgress?: ((line: string) => void) | undefined
  },
  { name, input }: { name: string; input: unknown },
): Promise<ToolCall> {
  const failed = (output: string): ToolCall => ({ name, input, output, isError: true })
  const tool = tools.find((tool) => tool.name === name)
  if (!tool) return failed(`There is no tool "${name}". Use one of these: ${tools.map(({ name }) => name).join(', ')}.`)
  onProgress?.(tool.doing(input))
  try {
    const work = {
      name: `tool ${name}`,
      labels: { 'gen_ai.tool.name': name },
      measure: 'dealdome.tool.duration',
    } as const
    const output = await observed(work, () => tool.run(deps, input))
    return { name, input, output, isError: false, ...(tool.blocks && { blocks: tool.blocks(output) }) }
  } catch (error) {
    const expected = expectedError(error)
    if (expected) return failed(expected.message)
    report(error)
    return failed(
      `${name} failed with an internal error. Do not repeat the call; say that it should be tried again later.`,
    )
  }
}

/** `get_channel_totals` becomes "Get channel totals". */
const inWords = (name: string) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ')

function wrongInput(name: string, issues: v.BaseIssue<unknown>[]): string {
  const list = issues.map((issue) => {
    const path = issue.path?.map(({ key }) => String(key)).join('.')
    return path ? `${path}: ${issue.message}` : issue.message
  })
  return `The input of ${name} is wrong. ${list.join('; ')}. Correct it and call ${name} again.`
}
