import { parse } from 'csv-parse/sync'
import * as v from 'valibot'
import { Outcome, type RowOutcome } from '../../sql/upserts.ts'
import { AppError } from '../errors.ts'
import { judgeRows } from '../judge-rows.ts'
import { AmountInput } from './inputs.ts'

export const MOST_ROWS = 5_000

/** An amount of zero or more; up to ten digits before the point, so that no sum over years leaves the range of the database. */
export const AmountSpent = v.pipe(AmountInput, v.regex(/^\d{1,10}(\.|$)/, 'must be 0 or more, below 10,000,000,000'))
/** An amount of either sign. */
export const AmountEither = v.pipe(
  AmountInput,
  v.regex(/^-?\d{1,10}(\.|$)/, 'must be between -10,000,000,000 and 10,000,000,000'),
)

/** What became of the rows of a bulk upsert, in the order in which they were sent; `row` counts from 1, a CSV header not included. */
export const Outcomes = v.object({
  data: v.array(Outcome),
  created: v.number(),
  updated: v.number(),
  unchanged: v.number(),
  rejected: v.number(),
})

type Described<S extends v.GenericSchema> = v.UnionSchema<[S, v.ArraySchema<S, undefined>], undefined>

/**
 * The body of an upsert: one row, which is checked here, or several as an array or as CSV, which are judged row by row, so that one
 * bad row does not keep the others out.
 */
export function rowOrRows<S extends v.GenericSchema>(row: S) {
  const described: Described<S> = v.union([row, v.array(row)])
  const checked = (value: unknown) =>
    Array.isArray(value) || typeof value === 'string' ? { value } : row['~standard'].validate(value)
  const standard = { version: 1, vendor: 'valibot', validate: checked }
  // What it is checked by is narrower than what it is described as; its types are those of its description.
  return { ...described, '~standard': standard } as unknown as Described<S>
}

/** One row is answered with what it became, several with their outcomes. */
export const isOne = (body: unknown): boolean => !Array.isArray(body) && typeof body !== 'string'

/**
 * Judges rows one by one and saves the good ones together.
 * @param body one row, an array, or CSV text with a header
 * @param save gets the good rows with their numbers and tells what became of each
 * @returns the outcome of every row in order
 * @throws AppError `too_large` for more than 5,000 rows, `malformed` for what is not CSV
 */
export async function upsertRows<S extends v.GenericSchema<unknown, object>, O extends Outcome>(
  body: unknown,
  row: S,
  save: (rows: ({ row: number } & v.InferOutput<S>)[]) => Promise<O[]>,
): Promise<(O | Outcome)[]> {
  const sent: unknown[] = typeof body === 'string' ? recordsOf(body) : Array.isArray(body) ? body : [body]
  if (sent.length > MOST_ROWS)
    throw new AppError('too_large', `There are ${sent.length} rows; send at most 5,000 at a time.`)
  const { good, rejected } = judgeRows(sent, row)
  const outcomes = good.length > 0 ? await save(good) : []
  return [...rejected, ...outcomes].toSorted((a, b) => a.row - b.row)
}

/** What nobody here knows is rejected. */
export const asOutcomes = (rows: RowOutcome[]): Outcome[] =>
  rows.map(({ result, ...row }) => ({ ...row, result: result === 'unknown' ? 'rejected' : result }))

/** The answer to several rows. */
export function tallied(outcomes: Outcome[]): v.InferOutput<typeof Outcomes> {
  const tally = { created: 0, updated: 0, unchanged: 0, rejected: 0 }
  for (const { result } of outcomes) tally[result] += 1
  return { data: outcomes.map(({ row, result, id, reason }) => ({ row, result, id, reason })), ...tally }
}

/** The id and status of a single row. @throws AppError `invalid` with the reason when it was rejected */
export function saved(outcomes: Outcome[]): { id: number; status: number } {
  const [one] = outcomes
  if (!one || one.id === null) throw new AppError('invalid', sentence(one?.reason ?? 'the row was not saved'))
  return { id: one.id, status: one.result === 'created' ? 201 : 200 }
}

const sentence = (reason: string) => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`

/** The columns that hold whole numbers; all other fields are text, amounts included. */
const WHOLE = new Set(['id', 'product_id', 'units_sold'])

/** The rows of CSV text as objects by its header; an empty field counts as left out. */
function recordsOf(text: string): unknown[] {
  try {
    return parse(text, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      relax_column_count_less: true,
      trim: true,
      to: MOST_ROWS + 1,
      on_record: (record: Record<string, string>) =>
        Object.fromEntries(
          Object.entries(record)
            .filter(([, value]) => value !== '')
            .map(([name, value]) => [name, WHOLE.has(name) && /^-?\d{1,15}$/.test(value) ? Number(value) : value]),
        ),
    })
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    throw new AppError('malformed', `The body is not valid CSV: ${cause.message.replace(/\.?$/, '.')}`, { cause })
  }
}
