import type { DemoDesk } from './demo-desk.ts'
import type { Case } from './golden-set.ts'
import { type Call, judged } from './judge.ts'
import { type Value, valueOf } from './values.ts'
import { written } from './writing.ts'

/** How one question went; `cost` in micro-dollars, `took` in milliseconds. `said` is the answer, or the error. */
export type Result = {
  one: Case
  value: Value
  calls: Call[]
  said: string
  right: { tool: boolean; arguments: boolean; value: boolean }
  cost: number
  took: number
}

/** So many of the questions, from the whole set evenly. */
export const someOf = (cases: readonly Case[], limit = cases.length): Case[] =>
  cases.filter((_, at) => Math.floor(((at + 1) * limit) / cases.length) > Math.floor((at * limit) / cases.length))

/**
 * Asks the questions one after the other, as a person would. Stops before a question once `budget` (US dollars) is spent, and after three
 * failed ones in a row. `prepare` gets each question before it is asked.
 */
export async function evaluate(
  desk: DemoDesk,
  cases: readonly Case[],
  { budget, prepare = () => {} }: { budget: number; prepare?: (one: Case, nth: number, value: Value) => void },
): Promise<{ results: Result[]; stopped: string | undefined }> {
  const results: Result[] = []
  let [spent, failures] = [0, 0]
  for (const [nth, one] of cases.entries()) {
    if (spent >= budget * 1_000_000)
      return { results, stopped: `the budget of ${budget} USD was spent after ${nth} of ${cases.length} questions` }
    if (failures === 3) return { results, stopped: `three questions in a row failed: ${results.at(-1)!.said}` }
    const value = await valueOf(desk.sql, one.wanted)
    prepare(one, nth, value)
    const began = performance.now()
    const { calls, said, cost, failed } = await askedOf(desk, one, written(value, one.language, nth))
    failures = failed ? failures + 1 : 0
    spent += cost
    const right = judged(one, value, { calls, text: failed ? '' : said }, desk.inputOf)
    results.push({ one, value, calls, said, right, cost, took: performance.now() - began })
  }
  return { results, stopped: undefined }
}

async function askedOf({ ask, sql }: DemoDesk, { question, agent, after, language, wanted }: Case, figure: string) {
  const [last] = await sql<{ id: number }[]>`select coalesce(max(id), 0) as id from model_usage`
  let said: string
  let failed = false
  let calls: Call[] = []
  try {
    const first = after && (await ask(`${language} ${wanted.figure} ${JSON.stringify(after.input)}`, { agent }))
    const answer = await ask(question.replace('{}', figure), { agent, conversation_id: first?.conversation_id })
    said = answer.text
    calls = await sql<Call[]>`
      select block ->> 'name' as tool, (block -> 'input')::jsonb as input
      from messages m cross join json_array_elements(m.content) block
      where m.conversation_id = ${answer.conversation_id} and m.id > ${first?.message_id ?? 0} and block ->> 'type' = 'tool_use'
      union all
      select tool, input from receipts where id = any(${answer.receipt_ids}::bigint[])`
  } catch (error) {
    failed = true
    said = error instanceof Error ? error.message : String(error)
  }
  const [used] = await sql<{ cost: number }[]>`
    select coalesce(sum(cost_micro_usd), 0)::bigint as cost from model_usage where id > ${last!.id}`
  return { calls, said, cost: used!.cost, failed }
}
