import { addReceipt } from '../../sql/receipts.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import type { Who } from '../access.ts'
import { type Evidence, evidenceOf } from './evidence.ts'
import type { ToolCall } from './tool.ts'
import { queryData } from './tools/query-data.ts'
import { readTools } from './tools/read-tools.ts'

/** Their results are made of others': a colleague's calls stand beside their answer, an explanation is about a receipt. */
const NO_PROOF = new Set(['route_to_agent', 'explain_figure'])
/** What they find are texts, which may be quoted with their figures. */
const FINDS_TEXTS = new Set(['search_knowledge', 'read_source'])

/** What the calls of a turn prove, together with the question. */
export function evidenceOfTurn(
  calls: readonly ToolCall[],
  told: { question: string; today: string; now: Date },
): Evidence {
  const proofs = calls.filter(({ name }) => name !== 'route_to_agent')
  return evidenceOf({
    ...told,
    results: proofs.filter(({ name, isError }) => !isError && !FINDS_TEXTS.has(name)).map(({ output }) => output),
    quotes: proofs.filter(({ name, isError }) => isError || FINDS_TEXTS.has(name)).map(({ output }) => output),
  })
}

/** The queries behind a tool, by name. */
export const queriesOf = (tool: string) => [...readTools, queryData].find(({ name }) => name === tool)?.queries ?? {}

/** Keeps a receipt for each call of a turn that gave figures; resolves to their ids, in the order of the calls. */
export function keepReceipts(
  sql: Sql,
  {
    calls,
    who,
    ...asked
  }: {
    calls: readonly ToolCall[]
    who: Who
    conversation_id: number
    message_id: number
    asked_at: Date
    last_entry_id: number
  },
): Promise<number[]> {
  return transaction(sql, async (tx) => {
    const ids: number[] = []
    for (const { name, input, output, isError } of calls) {
      if (isError || NO_PROOF.has(name) || FINDS_TEXTS.has(name)) continue
      const { facts, counts } = evidenceOf({ results: [output], question: '', today: '2000-01-01', now: asked.asked_at }) // prettier-ignore
      if (facts.length === 0) continue
      const store_ids = who.stores === 'all' ? null : who.stores
      const queries = Object.keys(queriesOf(name))
      const row_count = Math.max(1, ...counts)
      const { id } = await addReceipt(tx, { ...asked, tool: name, input: input ?? {}, queries, store_ids, row_count, result: output }) // prettier-ignore
      ids.push(id)
    }
    return ids
  })
}
