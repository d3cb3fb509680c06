import * as v from 'valibot'

/** Amount in minor units of the row's currency (cents, yen, fils), exact. */
export const Minor = v.pipe(v.number(), v.integer())
/** Amount in major units as exact decimal text with the currency's decimals, such as `15820.40`. A JSON number over REST. */
export const Amount = v.pipe(v.string(), v.metadata({ json: 'number', unit: 'money' }))
/** Ratio or percent as decimal text; null where the divisor is zero. */
export const Ratio = v.nullable(v.pipe(v.string(), v.metadata({ json: 'number' })))
export const Count = v.pipe(v.number(), v.integer())
export const Id = v.pipe(v.number(), v.integer(), v.minValue(1))
/** Business day `YYYY-MM-DD`. */
export const BusinessDay = v.string()
/** ISO 4217 code. */
export const Currency = v.pipe(v.string(), v.length(3))
/** Point in time; travels as ISO 8601 UTC. */
export const Timestamp = v.date()
