import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { get, query } from './query.ts'

/** From here to the end of the transaction statements run as the role that reads the views of `ask` and nothing else, each for at most 2 s. */
export const becomeReader = get(
  v.object({ role: v.string(), statement_timeout: v.string(), read_only: v.string() }),
  {},
  (sql: Sql) => sql`
    select set_config('role', 'dealdome_reader', true) as role, set_config('statement_timeout', '2000', true) as statement_timeout,
           set_config('transaction_read_only', 'on', true) as read_only`,
)

type Question = { question: string; most: number; most_cost: number }

/** The rows of one SELECT over the views of `ask`, as a JSON array; one row more than `most` where there are more. */
export const answerQuestion = get(
  v.object({ rows: v.string() }),
  { question: 'select 1', most: 200, most_cost: 1_000_000 },
  (sql, { question, most, most_cost }: Question) =>
    sql`select ask.answer(${question}, ${most}::int, ${most_cost}::float8)::text as rows`,
)

/** The views that questions may read, with what each is and its columns. */
export const askViews = query(
  v.object({ view: v.string(), about: v.string(), columns: v.string() }),
  {},
  (sql) => sql`
    select c.relname::text as view, obj_description(c.oid, 'pg_class') as about,
           (select string_agg(a.attname::text, ', ' order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0) as columns
    from pg_class c
    where c.relnamespace = 'ask'::regnamespace and c.relkind = 'v'
    order by c.relname`,
)
