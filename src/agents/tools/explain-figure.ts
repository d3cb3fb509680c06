import * as v from 'valibot'
import { definitions } from '../../../dashboard/lib/definitions.ts'
import {
  bookedSince,
  changedSince,
  findReceipt,
  isSameResult,
  type Receipt,
  receiptsOf,
} from '../../../sql/receipts.ts'
import { statementText } from '../../../sql/query.ts'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { evidenceOf, type Fact } from '../evidence.ts'
import { factsIn } from '../firewall.ts'
import { type Tool, tool } from '../tool.ts'
import { queryData } from './query-data.ts'
import { readTools } from './read-tools.ts'

const MOST_DIFFERENCES = 12

/** What can be asked again, with the rights of whoever asks now. */
const tools: readonly Tool<AgentDeps>[] = [...readTools, queryData]

/** Opens the receipt of a figure: what it means, how it was asked, and whether it is still so. */
export const explainFigure = tool({
  name: 'explain_figure',
  description:
    'Where a figure of this conversation comes from: its definition, the query and its SQL, the arguments, when it was asked, and whether it is the ' +
    'same now, with what was booked since. Give the figure as it was written ("5,474.89", "34.6 %"), or the receipt_id. Without both: the last one.',
  input: v.object({
    figure: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(100))),
    receipt_id: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
  run: async (deps: AgentDeps, { figure, receipt_id }) => {
    const { receipt, facts } = await receiptOf(deps, figure, receipt_id)
    const { sql, now } = await explainReceipt(deps, receipt, facts)
    return {
      receipt_id: receipt.id,
      ...(facts.length > 0 && { figures: facts.slice(0, 5).map(described) }),
      asked: { tool: receipt.tool, input: receipt.input, as_of: receipt.as_of },
      sql,
      now: now ?? 'The tool that gave it is not there any more.',
    }
  },
})

export type Explained = Awaited<ReturnType<typeof explainReceipt>>

/** The SQL behind a receipt, and what its tool gives now; undefined when there is no such tool any more. */
export async function explainReceipt(deps: AgentDeps, receipt: Receipt, facts: Fact[] = []) {
  const again = tools.find(({ name }) => name === receipt.tool)
  if (!again) return { sql: {}, now: undefined }
  return { sql: await statementsOf(deps, again), now: await askedAgain(deps, receipt, again, facts) }
}

/** The receipt that holds the figure, the newest first. */
export async function receiptOf(
  { db, who, conversation_id }: Pick<AgentDeps, 'db' | 'who' | 'conversation_id'>,
  figure: string | undefined,
  receipt_id: number | undefined,
) {
  const receipts = await db(async (sql) => {
    if (receipt_id !== undefined) {
      const found = await findReceipt(sql, { id: receipt_id })
      if (!found) throw new AppError('not_found', `There is no receipt ${receipt_id}.`)
      return [found]
    }
    return conversation_id === undefined ? [] : receiptsOf(sql, { conversation_id, user_id: who.user_id, limit: 50 })
  })
  const [last] = receipts
  if (!last) throw new AppError('not_found', 'There are no figures in this conversation yet. Ask for some first.')
  if (figure === undefined) return { receipt: last, facts: [] }
  for (const receipt of receipts) {
    const facts = factsOf(receipt, figure)
    if (facts.length > 0) return { receipt, facts }
  }
  throw new AppError(
    'not_found',
    `No receipt of this conversation holds ${figure} as such. It may be worked out of several; explain those.`,
  )
}

/** The figures of a receipt that a text states. */
export function factsOf({ result, as_of }: Receipt, text: string): Fact[] {
  const told = { results: [result], question: '', today: as_of.slice(0, 10), now: new Date(as_of) }
  return factsIn(text, evidenceOf(told))
}

/** What a figure is called, what it means, and of what it is. */
export function described({ figure, rows }: Fact) {
  const known = definitions[figure as keyof typeof definitions] as { label: string; text: string } | undefined
  return { figure, of: rows, ...(known && { name: known.label, definition: known.text }) }
}

/** The SQL of each query, with numbers where the arguments go. */
const statementsOf = ({ db }: AgentDeps, { queries }: Tool<AgentDeps>) =>
  db(async (sql) => {
    const texts: Record<string, string> = {}
    for (const [name, query] of Object.entries(queries)) texts[name] = await statementText(sql, query)
    return texts
  })

/** The tool asked the same again, at the moment of the receipt: the same answer, or what differs and what was booked since. */
async function askedAgain(deps: AgentDeps, receipt: Receipt, again: Tool<AgentDeps>, facts: Fact[]) {
  const as_of = new Date(receipt.as_of)
  const result = await again.run({ ...deps, now: () => as_of }, receipt.input)
  const { same } = await deps.db((sql) => isSameResult(sql, { id: receipt.id, result }))
  if (same) return { same: true as const }
  const days = daysIn(receipt.result).toSorted()
  const [from, to] = [days[0] ?? null, days.at(-1) ?? null]
  const [booked_since, other_changes] = await deps.db((sql) =>
    Promise.all([
      bookedSince(sql, { last_entry_id: receipt.last_entry_id, from, to }),
      changedSince(sql, { receipt_id: receipt.id }),
    ]),
  )
  const meant = new Set(facts.map(({ figure }) => figure))
  const isMeant = ({ figure }: { figure: string }) => Number(meant.has(figure.split('.').at(-1)!))
  // The figure that was asked about comes first.
  const differences = differencesOf(receipt.result, result).toSorted((a, b) => isMeant(b) - isMeant(a))
  return {
    same: false as const,
    differences: differences.slice(0, MOST_DIFFERENCES),
    ...(differences.length > MOST_DIFFERENCES && { more_differences: differences.length - MOST_DIFFERENCES }),
    booked_since,
    other_changes,
  }
}

const daysIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? /^\d{4}-\d{2}-\d{2}$/.test(value) ? [value] : []
    : value !== null && typeof value === 'object' ? Object.values(value).flatMap(daysIn) : [] // prettier-ignore

/** Where two results differ, by path. */
function differencesOf(before: unknown, now: unknown, path = ''): { figure: string; before: unknown; now: unknown }[] {
  const areBoth = (test: (value: unknown) => boolean) => test(before) && test(now)
  if (areBoth((value) => value !== null && typeof value === 'object')) {
    const [one, other] = [before as Record<string, unknown>, now as Record<string, unknown>]
    const keys = new Set([...Object.keys(one), ...Object.keys(other)])
    return [...keys].flatMap((key) => differencesOf(one[key], other[key], path ? `${path}.${key}` : key))
  }
  return before === now ? [] : [{ figure: path, before: before ?? null, now: now ?? null }]
}
