import * as v from 'valibot'
import type { Sql } from './connect.ts'
import type { Statement } from './query.ts'
import { Count, Id } from './units.ts'

/** What became of a row that was sent: `row` counts from 1, `id` is that of the record, `reason` says why a row was rejected. */
export const Outcome = v.object({
  row: Count,
  result: v.picklist(['created', 'updated', 'unchanged', 'rejected']),
  id: v.nullable(Id),
  reason: v.nullable(v.string()),
})
export type Outcome = v.InferOutput<typeof Outcome>

/** Likewise of a row of a file, which may also name something that is not here. */
export type RowOutcome = Omit<Outcome, 'result'> & { result: Outcome['result'] | 'unknown' }

/** A figure that was posted by hand before and after, for the audit log. */
export const Posted = v.object({
  ...Outcome.entries,
  old_value: v.nullable(v.unknown()),
  new_value: v.nullable(v.unknown()),
})
export type Posted = v.InferOutput<typeof Posted>

/** Why an amount of `g` cannot be kept in the currency `c`; null when it can. */
export const tooFine = (sql: Sql, field: string): Statement => sql`
  case when scale(trim_scale(g.${sql(field)})) > c.minor_digits
       then format(${`${field}: %s has more decimals than the %s of %s`}::text, g.${sql(field)}, c.minor_digits, c.code) end`

/** An amount of `g` in minor units of the currency `c`. */
export const inMinor = (sql: Sql, field: string): Statement => sql`
  case when scale(trim_scale(g.${sql(field)})) <= c.minor_digits then (g.${sql(field)} * 10::numeric ^ c.minor_digits)::bigint end`
