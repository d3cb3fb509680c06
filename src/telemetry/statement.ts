import type { PendingQuery, Row, RowList } from 'postgres'
import { isObserving, observed } from './observe.ts'

/** What a statement does and to which table first: "select daily_financials". */
const SUMMARY = /\b(insert into|update|delete from|from|join)\s+(?:only\s+)?([a-z_][\w.]*)(?!\s*\()/i
const VERB = /\b(insert|update|delete|merge|select)\b/i

/**
 * Runs a statement as a span with its text, which holds numbers where the arguments go: what travels beside it never stands in a span. As
 * a driver's statement it runs as soon as somebody awaits it, and not before.
 */
export function observedStatement<T extends readonly Row[]>(
  statement: PendingQuery<T & Row[]>,
): PendingQuery<T & Row[]> | Promise<RowList<T & Row[]>> {
  if (!isObserving()) return statement
  const work = {
    name: 'SQL',
    labels: { 'db.system.name': 'postgresql' },
    measure: 'db.client.operation.duration',
  } as const
  return observed(work, async (note) => {
    try {
      const rows = await statement
      noteText(rows.statement.string)
      note({ more: { 'db.response.returned_rows': rows.count ?? rows.length } })
      return rows
    } catch (error) {
      if (error instanceof Error && 'query' in error && typeof error.query === 'string') noteText(error.query)
      throw error
    }
    function noteText(text: string) {
      const verb = VERB.exec(text)?.[1]?.toUpperCase() ?? 'SQL'
      const table = SUMMARY.exec(text)?.[2] ?? ''
      const name = table ? `${verb} ${table}` : verb
      note({
        name,
        labels: { 'db.operation.name': verb, 'db.collection.name': table },
        more: { 'db.query.text': text },
      })
    }
  })
}
