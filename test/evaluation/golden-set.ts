import type { AgentName } from '../../sql/conversations.ts'
import { dutch } from './dutch.ts'
import { english } from './english.ts'
import { german } from './german.ts'
import type { Part } from './facts.ts'
import { type Days, daysOf } from './periods.ts'
import type { Figure } from './values.ts'

/** The moment of all questions: Monday, noon in Amsterdam. */
export const NOW = new Date('2026-04-13T10:00:00Z')

export type Language = 'en' | 'nl' | 'de'
export type Input = Record<string, unknown>

/** What a question wants to know. `against` makes it a change: from that period to this one. */
export type Wanted = Part & {
  figure: Figure
  against?: Days
  /** The product with the highest or lowest figure of its kind. */
  best?: 'highest' | 'lowest'
  /** A figure of a store in pounds, told in euros. */
  inEuros?: true
  /** What a cost is called. */
  name?: string
}

/**
 * A question, the call that answers it (`product_id` is given as the SKU), and what is wanted: unless named, the figure of the store and the
 * days of the call. `{}` in a question stands for the figure that was told before, by the call `after`.
 */
export type Row = [
  question: string,
  tool: string,
  input: Input,
  figure: Figure,
  more?: Omit<Partial<Wanted>, 'figure'> & {
    agent?: AgentName
    after?: [tool: string, input: Input]
    or?: [tool: string, input: Input][]
  },
]

export type Case = {
  language: Language
  agent: AgentName
  question: string
  tool: string
  input: Input
  wanted: Wanted
  /** Other calls that answer the question as well. */
  or: { tool: string; input: Input }[]
  /** What was asked just before. */
  after: { tool: string; input: Input } | undefined
}

const caseOf =
  (language: Language) =>
  (row: Row): Case => {
    const [question, tool, input, figure, { agent = 'alfred', after, or = [], ...part } = {}] = row
    const asked = after?.[1] ?? input
    const store = asked['store'] as Part['store']
    const sku = typeof asked['product_id'] === 'string' ? { sku: asked['product_id'] } : {}
    return {
      language,
      agent,
      question,
      tool,
      input,
      wanted: { figure, ...(store && { store }), ...sku, ...daysOf(asked), ...part },
      or: or.map(([tool, input]) => ({ tool, input })),
      after: after && { tool: after[0], input: after[1] },
    }
  }

export const goldenSet: readonly Case[] = [
  ...english.map(caseOf('en')),
  ...dutch.map(caseOf('nl')),
  ...german.map(caseOf('de')),
]
