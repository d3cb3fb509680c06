import * as v from 'valibot'
import { Slug } from './answers.ts'

/**
 * An amount of money from a client: a JSON number, or decimal text where a float would not be exact. Comes out as decimal text; whether
 * it has more decimals than its currency is for the statement to say.
 */
export const AmountInput = v.pipe(
  v.union([v.pipe(v.number(), v.finite()), v.string()], 'must be an amount such as 12.50'),
  v.transform((amount) => (typeof amount === 'number' ? plainDecimal(amount) : amount)),
  v.regex(
    /^-?\d{1,12}(\.\d{1,6})?$/,
    'must be an amount such as 12.50, with at most 12 digits before and 6 after the point',
  ),
)

/** Without an exponent: `String(1e-7)` has one. */
const plainDecimal = (amount: number) =>
  /e/i.test(String(amount)) ? amount.toFixed(20).replace(/\.?0+$/, '') : String(amount)

export const CurrencyInput = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR'))

/** A month `YYYY-MM`. */
export const MonthInput = v.pipe(v.string(), v.regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-03'))

/** The name of a time zone; whether there is one is for the database to say. */
export const TimeZoneInput = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/, 'must be a zone such as Europe/Amsterdam'),
)

/** A name that people read: one line, 1 to 200 characters. */
export const NameInput = v.pipe(
  v.string(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(200, 'has at most 200 characters'),
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  v.regex(/^[^\u0000-\u001F\u007F]*\S[^\u0000-\u001F\u007F]*$/u, 'must be one line of text'),
)

/** The stores that a user or token is limited to, by slug; null is all. */
export const StoresInput = v.nullable(
  v.pipe(v.array(Slug), v.minLength(1, 'must name a store'), v.maxLength(500, 'has at most 500')),
)

/** A cost of one unit in major units: up to six decimals, whatever its currency has. */
export const UnitCostInput = v.pipe(
  AmountInput,
  v.check((amount) => !amount.startsWith('-'), 'must not be negative'),
)

/** A percent from 0 to 100, as decimal text. */
export const PercentInput = v.pipe(
  AmountInput,
  v.regex(/^\d+(\.\d{1,4}0*)?$/, 'must be a percent from 0 to 100 with at most 4 decimals'),
  v.check((percent) => Number(percent) <= 100, 'must be a percent from 0 to 100 with at most 4 decimals'),
)

/** An id in a body. */
export const IdInput = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

/** An id in a path or a query, as a number. */
export const IdText = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,14}$/, 'must be an id'),
  v.metadata({ json: { type: 'integer', minimum: 1, maximum: 999_999_999_999_999 } }),
  v.transform(Number),
)

/** The `{id}` of a path. */
export const IdParams = v.object({ id: IdText })
