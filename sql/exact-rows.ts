import type { Sql } from './connect.ts'
import { jsonRows, type Statement } from './query.ts'

/** The value of a JSON text that Postgres wrote, with every decimal as text: none passes through a float, and amounts keep their decimals. */
export const withDecimalTexts = (json: string): unknown =>
  JSON.parse(json.replace(/"(?:[^"\\]|\\.)*"|-?\d+\.\d+/g, (token) => (token.startsWith('"') ? token : `"${token}"`)))

/** The rows of a query for a model: as REST answers them, but with decimal texts. */
export async function exactRows<Row, Args>(
  sql: Sql,
  asked: ((sql: Sql, args: Args) => Promise<Row[]>) & { text: (sql: Sql, args: Args) => Statement },
  args: Args,
): Promise<Row[]> {
  return withDecimalTexts(await jsonRows(sql, asked, args)) as Row[]
}
