/** An exact rational number; `d` is above zero. Figures are compared with these, never with floats. */
export type Exact = { readonly n: bigint; readonly d: bigint }

/** One way to read a number: its value, the unit of its last digit, and how many digits of it say something. */
export type Reading = { value: Exact; step: Exact; digits: number }
/** Stands in a text for what is read already; `plainText` leaves none of it. */
export const GAP = '\ue000'

export const whole = (n: number | bigint): Exact => ({ n: BigInt(n), d: 1n })
export const ZERO = whole(0)
export const HUNDRED = whole(100)

/** The value of plain decimal text such as `-15820.40`; undefined for anything else. */
export function exact(text: string): Exact | undefined {
  const parts = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text)
  if (!parts) return undefined
  const [, sign, units = '', decimals = ''] = parts
  const n = BigInt(units + decimals)
  return { n: sign ? -n : n, d: 10n ** BigInt(decimals.length) }
}

export const plus = (a: Exact, b: Exact): Exact => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d })
export const minus = (a: Exact, b: Exact): Exact => ({ n: a.n * b.d - b.n * a.d, d: a.d * b.d })
export const times = (a: Exact, b: Exact): Exact => ({ n: a.n * b.n, d: a.d * b.d })
/** Undefined for a divisor of zero. */
export function over(a: Exact, b: Exact): Exact | undefined {
  if (b.n === 0n) return undefined
  const sign = b.n < 0n ? -1n : 1n
  return { n: sign * a.n * b.d, d: sign * a.d * b.n }
}
export const size = (a: Exact): Exact => (a.n < 0n ? { n: -a.n, d: a.d } : a)
export const compare = (a: Exact, b: Exact): number => {
  const difference = a.n * b.d - b.n * a.d
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
export const equal = (a: Exact, b: Exact): boolean => compare(a, b) === 0
export const isWhole = (a: Exact): boolean => a.n % a.d === 0n

/** The nearest multiple of `step`; a value half way between two goes away from zero. */
export function rounded(value: Exact, step: Exact): Exact {
  const n = value.n * step.d
  const d = value.d * step.n
  const size = n < 0n ? -n : n
  const steps = (2n * size + d) / (2n * d)
  return times(whole(n < 0n ? -steps : steps), step)
}
