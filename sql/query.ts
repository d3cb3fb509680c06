import type { PendingQuery, Row } from 'postgres'
import * as v from 'valibot'
import { observedStatement } from '../src/telemetry/statement.ts'
import type { Sql } from './connect.ts'
import { rowsAsJson } from './rows-as-json.ts'

/** Statement text: a raw tagged template of postgres.js, fragments included. */
export type Statement = PendingQuery<Row[]>

type Entries = v.ObjectEntries
type RowSchema<E extends Entries> = v.ObjectSchema<E, undefined>
type Text<Args> = (sql: Sql, args: Args) => Statement

/** What the contract test reads from every query: the row's schema, a sample argument and the statement. */
export type Described<E extends Entries = Entries, Args = never> = {
  row: RowSchema<E>
  sample: Args
  text: Text<Args>
}

/** A named query that answers a list of rows. `row` is the only place where the row's shape and units are written. */
export function query<E extends Entries, Args>(row: RowSchema<E>, sample: Args, text: Text<Args>) {
  const run = (sql: Sql, args: Args) =>
    observedStatement(text(sql, args)) as unknown as Promise<v.InferOutput<RowSchema<E>>[]>
  return Object.assign(run, { row, sample, text })
}

/** A named query that answers one row or undefined. */
export function find<E extends Entries, Args>(row: RowSchema<E>, sample: Args, text: Text<Args>) {
  const run = async (sql: Sql, args: Args) => {
    const rows = await observedStatement(text(sql, args))
    return rows[0] as v.InferOutput<RowSchema<E>> | undefined
  }
  return Object.assign(run, { row, sample, text })
}

/** A named query that always answers one row: an aggregate, or an insert that returns. Throws when none comes. */
export function get<E extends Entries, Args>(row: RowSchema<E>, sample: Args, text: Text<Args>) {
  const run = async (sql: Sql, args: Args) => {
    const rows = await observedStatement(text(sql, args))
    if (!rows[0]) throw new Error('a query that must answer a row answered none')
    return rows[0] as v.InferOutput<RowSchema<E>>
  }
  return Object.assign(run, { row, sample, text })
}

/** A named statement that answers no rows; resolves to the number of rows it touched. */
export function command<Args>(sample: Args, text: Text<Args>) {
  const run = async (sql: Sql, args: Args) => (await observedStatement(text(sql, args))).count
  return Object.assign(run, { row: v.object({}), sample, text })
}

/** The text of a query as Postgres gets it, with numbers where the arguments go; it is not run. */
export async function statementText(
  sql: Sql,
  { text, sample }: { text: Text<never>; sample: unknown },
): Promise<string> {
  const { string } = (await text(sql, sample as never).describe()) as unknown as { string: string }
  return string
}

/** Queries with a column, such as an array, that only Postgres knows to write as JSON. */
const writtenByPostgres = new WeakSet<object>()

/** The rows of a query as a JSON array: exact decimals, no row objects. Column names are the keys. */
export async function jsonRows<Args>(sql: Sql, asked: { text: Text<Args> }, args: Args): Promise<string> {
  const rows = writtenByPostgres.has(asked) ? undefined : await rowsAsJson(asked.text(sql, args))
  if (rows) return rows.first(rows.count)
  writtenByPostgres.add(asked)
  const [row] = await observedStatement(sql<{ json: string }[]>`
    select coalesce(json_agg(row_to_json(answer)), '[]')::text as json
    from (${asked.text(sql, args)}) answer`)
  return row?.json ?? '[]'
}

/**
 * As many rows as pages are asked for: few, because each is a statement of its own with a plan of its own. Of more rows the plan is not told:
 * it takes them for a tenth of what it takes the range for, and 501 written out for so many that it sorted all of a year (1.4 s and not 13 ms).
 */
const PLANNED = [11, 51, 101, 201]

/** A number that stands in the statement's text: a plan that is kept knows nothing of its arguments, and how many rows are wanted decides it. */
const written = (sql: Sql, number: number) => sql.unsafe(String(number)) as unknown as number

/**
 * One page of a list as JSON text, with the id of its last row when more follow. The query takes `limit` and answers rows with an `id`.
 * `sooner` answers the same or nothing, and is asked first.
 */
export async function jsonPage<Args extends { limit: number; offset?: number }>(
  sql: Sql,
  asked: { text: Text<Args> },
  args: Args,
  sooner?: { text: Text<Args> },
): Promise<{ json: string; last_id: number | null }> {
  const { limit, offset } = args
  const many = PLANNED.find((rows) => rows > limit)
  const planned = {
    ...args,
    limit: many ? written(sql, many) : limit + 1,
    ...(offset === 0 && { offset: written(sql, 0) }),
  }
  let rows = sooner && (await rowsAsJson(sooner.text(sql, planned)))
  if (!rows?.count && !writtenByPostgres.has(asked)) rows = await rowsAsJson(asked.text(sql, planned))
  if (rows) return { json: rows.first(limit), last_id: rows.count > limit ? rows.idAt(limit - 1) : null }
  writtenByPostgres.add(asked)
  const [page] = await observedStatement(sql<{ json: string; last_id: number | null }[]>`
    with answer as (${asked.text(sql, { ...args, limit: limit + 1 })}),
    shown as (select * from answer limit ${limit})
    select coalesce((select json_agg(row_to_json(shown)) from shown), '[]')::text as json,
           case when (select count(*) from answer) > ${limit} then (select id from shown offset ${limit - 1}) end as last_id`)
  return page ?? { json: '[]', last_id: null }
}

/** How many rows a query answers. */
export async function countRows<Args>(sql: Sql, asked: { text: Text<Args> }, args: Args): Promise<number> {
  const [row] = await observedStatement(
    sql<{ rows: number }[]>`select count(*) as rows from (${asked.text(sql, args)}) answer`,
  )
  return row?.rows ?? 0
}
