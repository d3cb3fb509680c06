import type { Derived, Says } from './derived-figures.ts'
import type { Fact } from './evidence.ts'
import {
  compare,
  equal,
  type Exact,
  HUNDRED,
  minus,
  over,
  type Reading,
  rounded,
  size,
  times,
  whole,
  ZERO,
} from './exact.ts'
import type { Figure } from './figures.ts'
import { NEGATIVE } from './figure-words.ts'

/** What a statement takes off: an amount of these may be written with a minus. */
const TAKEN_OFF =
  /^(?:discounts?|returns|cogs|written_off_goods|shipping_cost|transaction_fees|ad_spend|fixed_costs|total_costs|taxes|refunded|fees)$/

/** Whether two figures of texts can be the same: a bare number can be anything. */
export const unitsAgree = (figure: Figure, one: Figure) =>
  figure.kind === one.kind || figure.kind === 'plain' || one.kind === 'plain'

/** Whether a figure of a text can be the value of a fact at all: an amount in its currency, a percentage, a ratio. */
export function kindsAgree(figure: Figure, fact: Fact): boolean {
  switch (figure.kind) {
    case 'money':
      return (
        (fact.kind === 'money' || fact.kind === 'count') &&
        (figure.currencies.length === 0 || fact.currency === undefined || figure.currencies.includes(fact.currency)) &&
        (fact.kind === 'money' || !/^(?:orders|units|days|entries|quantity)/.test(fact.figure))
      )
    case 'percent':
      return fact.kind === 'percent' || fact.kind === 'ratio'
    case 'points':
      return fact.kind === 'percent' && fact.isChange
    case 'times':
      return fact.kind === 'ratio' || fact.kind === 'percent'
    default:
      return true
  }
}

/** What margins are percents of: "34.6 % of revenue is profit" is about margin_percent. */
const MARGIN_OF: Record<string, string> = { margin_percent: 'net_profit', cm1_percent: 'cm1', cm2_percent: 'cm2', cm3_percent: 'cm3' } // prettier-ignore

/** Whether a figure of a text is the value of a fact as it stands, rounded, or with its sign in words. */
export function agreesDirectly(figure: Figure, fact: Fact, says: Says): boolean {
  // How much something rose or fell is no value of it; that it lost so much is.
  if (figure.direction && !fact.isChange && !(figure.direction === 'down' && fact.value.n < 0n)) return false
  // "35 % of revenue" is a part of something that the sentence names, not any percentage.
  if (
    figure.kind === 'percent' &&
    /^ (?:of|van|von|des|der) /iu.test(says.plain.slice(figure.end)) &&
    says.names.length > 0
  ) {
    const wanted = MARGIN_OF[fact.figure] ?? fact.figure
    if (!says.names.some(({ figures }) => figures.has(wanted) || figures.has(fact.figure))) return false
  }
  const value =
    figure.kind === 'percent' && fact.kind === 'ratio'
      ? times(fact.value, HUNDRED)
      : figure.kind === 'times' && fact.kind === 'percent'
        ? (over(fact.value, HUNDRED) ?? ZERO)
        : fact.value
  return isWritten(figure, value) && signAgrees(figure, value, says, fact)
}

function signAgrees(figure: Figure, value: Exact, { plain }: Says, fact: Fact): boolean {
  const below = value.n < 0n
  if (figure.sign === '-') return below || (!fact.isChange && TAKEN_OFF.test(fact.figure))
  if (figure.sign === '+') return !below
  if (figure.sign === '()' || value.n === 0n) return true
  if (fact.isChange && figure.direction) return below === (figure.direction === 'down')
  return !below || fact.isChange || NEGATIVE.test(plain)
}

/** A figure that was worked out: its sign is known where it goes from an earlier to a later period. */
export function agrees(figure: Figure, { value, isOrdered, isExactOnly }: Derived, _says: Says): boolean {
  if (isOrdered && value.n !== 0n) {
    const below = value.n < 0n
    if (figure.sign === '-' && !below) return false
    if (figure.sign === '+' && below) return false
    if (figure.sign === '' && figure.direction && below !== (figure.direction === 'down')) return false
  }
  if (figure.near !== 'exact' && isExactOnly) return false
  return isWritten(figure, value, isExactOnly)
}

/** Whether the digits on the page are this value. A lone digit is no rounding of an amount, unless the text says "about". */
function isWritten(figure: Figure, signed: Exact, isExactOnly = false): boolean {
  const value = size(signed)
  return figure.readings.some((reading) => {
    if (equal(reading.value, value)) return true
    if (isExactOnly) return equal(rounded(value, CENT), reading.value) && reading.step.d > 1n
    if (reading.digits === 0) return isNearMultiple(figure, reading.value, value)
    const isShort = reading.digits < 2 && (figure.kind === 'money' || figure.kind === 'plain')
    if (!isShort && equal(rounded(value, reading.step), reading.value)) return true
    if (figure.near === 'exact') return false
    const coarse = lastDigitOf(reading)
    if (figure.near === 'about') return equal(rounded(value, coarse), reading.value)
    const gap = figure.near === 'over' ? minus(value, reading.value) : minus(reading.value, value)
    return gap.n >= 0n && compare(gap, coarse) < 0
  })
}
const CENT: Exact = { n: 1n, d: 100n }

/** "Twice" is 1.95 to 2.05; "about twice" 1.8 to 2.2; "more than twice" up to three times. */
function isNearMultiple({ near }: Figure, wanted: Exact, value: Exact): boolean {
  const share = (percent: bigint) => times(wanted, { n: percent, d: 1_000n })
  const gap = minus(value, wanted)
  if (near === 'over') return gap.n > 0n && compare(gap, share(500n)) < 0
  if (near === 'under') return gap.n < 0n && compare(size(gap), share(200n)) < 0
  return compare(size(gap), share(near === 'about' ? 100n : 25n)) <= 0
}

/** The unit of the last digit that is not a trailing zero: of 15,800 it is 100. */
function lastDigitOf({ value, step }: Reading): Exact {
  let unit = step
  if (value.n === 0n) return unit
  for (let wider = times(unit, whole(10)); value.n * wider.d % (value.d * wider.n) === 0n; wider = times(unit, whole(10))) unit = wider // prettier-ignore
  return unit
}
