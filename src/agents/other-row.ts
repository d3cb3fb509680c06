import { datesIn, type DayPattern } from './dates-in-text.ts'
import type { Fact } from './evidence.ts'
import type { Says } from './derived-figures.ts'
import { standsIn } from './plain-text.ts'

/** Where a sentence compares, it may name a row and tell the figure of another one. */
const COMPARES =
  /(?<!\p{L})(?:than|compared|versus|vs|against|unlike|except|apart|besides|without|after|before|since|until|dan|vergeleken|tegenover|opzichte|behalve|zonder|na|sinds|als|gegenüber|verglichen|außer|ohne|nach|vor|seit)(?!\p{L})/iu
/** Slugs of stores that are words of the three languages: they name a store only in capitals. */
const LITTLE_WORD = /^(?:de|en|it|at|be|is|us|no|es|in|an|am|so|me|my)$/
const A_DAY = /^\d{4}-\d{2}-\d{2}$/

/**
 * Whether a sentence that tells the value of `fact` says that it is the value of another row of the same result: "Japan earned 1,800" where
 * 1,800 is what the Netherlands earned. So it is when the sentence names that row and not the one of the fact, and the other's own value
 * does not stand in it. Of sentences that compare nothing is said.
 *
 * @param isStated whether the value of a fact stands in the sentence
 */
export function isOfAnotherRow(
  fact: Fact,
  { plain }: Says,
  facts: readonly Fact[],
  isStated: (fact: Fact) => boolean,
): boolean {
  if (fact.isChange || COMPARES.test(plain)) return false
  const lower = plain.toLowerCase()
  /** Whether the sentence has the name of a row; strictly, a little word counts in capitals only. */
  const hasName = (row: string, isStrict: boolean) => {
    if (row.length < 2 || A_DAY.test(row)) return false
    return isStrict && LITTLE_WORD.test(row) ? standsIn(plain, row.toUpperCase()) : standsIn(lower, row)
  }
  const days = datesIn(plain).flatMap((one) => one.days)
  /** Whether the sentence names what sets `one` apart from `other`. */
  const isNamed = (one: Fact, other: Fact, isStrict: boolean) =>
    (one.day !== undefined && one.day !== other.day && days.some((day) => isDay(day, one.day!))) ||
    one.rows.some((row) => !other.rows.includes(row) && hasName(row, isStrict))
  return facts.some(
    (other) =>
      other.result === fact.result &&
      other.figure === fact.figure &&
      other.kind === fact.kind &&
      other.group !== fact.group &&
      !other.isChange &&
      isNamed(other, fact, true) &&
      !isNamed(fact, other, false) &&
      !isStated(other),
  )
}

const isDay = ({ year, month, day }: DayPattern, date: string) =>
  day === Number(date.slice(8)) && (month ?? Number(date.slice(5, 7))) === Number(date.slice(5, 7)) && (year ?? Number(date.slice(0, 4))) === Number(date.slice(0, 4)) // prettier-ignore
