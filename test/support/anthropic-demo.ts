import type Anthropic from '@anthropic-ai/sdk'
import { calls, resultsOf, says } from './anthropic-turns.ts'
import type { RecordedRequest, Turn } from './anthropic-turns.ts'

const ABOUT_MONEY = /profit|revenue|sales|earn|turnover|margin|p&l/i
const HEADLINES = new Set(['revenue', 'net_profit', 'margin_percent', 'orders'])

/**
 * Answers by a few fixed rules, so that the bot can be tried without a key: a question about profit or revenue calls
 * `get_pnl` for the current month, and the figures that come back are read out.
 */
export function demoTurn(request: RecordedRequest, now: Date): Turn {
  const results = resultsOf(request)
  if (results.length > 0) return says(results.map(({ result }) => readOut(result)).join('\n\n'))
  const canTell = (request.body.tools ?? []).some((tool) => 'name' in tool && tool.name === 'get_pnl')
  if (!canTell || !ABOUT_MONEY.test(questionOf(request.body)))
    return says('I am the stand-in for Claude. Ask me for the profit or revenue of this month; I know no other answer.')
  const today = now.toISOString().slice(0, 10)
  return calls('get_pnl', { from: `${today.slice(0, 8)}01`, to: today })
}

function questionOf({ messages }: Anthropic.MessageCreateParams): string {
  const content = messages.at(-1)?.content ?? ''
  if (typeof content === 'string') return content
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('\n')
}

/** Texts (errors) as they are; of a report its headline figures, or all that it has when none is known. */
function readOut(result: unknown): string {
  if (typeof result === 'string') return result
  const figures = figuresIn(result)
  const known = figures.filter(([name]) => HEADLINES.has(name))
  const lines = (known.length > 0 ? known : figures).map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`)
  return lines.length > 0 ? `This month so far:\n${lines.join('\n')}` : 'The tool found no figures.'
}

/** Names and values of all numbers and decimal texts in a tool's result. */
function figuresIn(value: unknown, name = ''): [name: string, value: string][] {
  if (typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)))
    return [[name, String(value)]]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, inner]) => figuresIn(inner, Array.isArray(value) ? name : key))
}
