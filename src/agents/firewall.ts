import { agrees, agreesDirectly, kindsAgree, unitsAgree } from './agreement.ts'
import { derivedOf, type Says } from './derived-figures.ts'
import type { Evidence, Fact } from './evidence.ts'
import { compare, type Exact, equal, size, whole } from './exact.ts'
import { type Figure, figuresIn } from './figures.ts'
import { claimedBy, namedIn } from './metric-words.ts'
import { isOfAnotherRow } from './other-row.ts'
import { plainText, standsIn } from './plain-text.ts'
import { sentencesOf } from './sentences.ts'

/** A sentence with the figures in it that nothing proves, as they are written. */
export type Unproven = { sentence: string; figures: string[] }

/**
 * The sentences of an answer that state a figure which the evidence does not prove.
 *
 * A figure is proven when it is a figure of this turn's results or of the question: exact, rounded to the digits that it shows (half away from
 * zero), as a fraction of a percent, or with its sign told in words; not where the sentence says that it is another row's (isOfAnotherRow).
 * Beyond that it may be worked out of two or a few of them. With 70
 * figures there are thousands of such combinations, enough to hit almost any number by chance, so they count only where the words make
 * them plausible: the sentence or the one before names the figures that go in (profit, shipping, a store), both for combinations of
 * different figures and one for the same figure of two periods or stores; amounts show at least two digits. Where a sentence says whose
 * value a number is ("net profit was 5,474.89"), only values of that figure count. test/agents/firewall-chance.test.ts measures what random
 * figures still get through.
 */
export function unprovenIn(text: string, evidence: Evidence): Unproven[] {
  const unproven: Unproven[] = []
  const others = new Set(evidence.facts.map(({ figure }) => figure))
  let before = ''
  let listed = 0
  for (const sentence of sentencesOf(text)) {
    const plain = plainText(sentence)
    const figures = figuresIn(plain, evidence.names)
    const numbered = figures[0]?.kind === 'name' && /^(\d{1,2})\.$/.exec(figures[0].text)
    const isNext = numbered ? Number(numbered[1]) === listed + 1 || Number(numbered[1]) === 1 : false
    if (numbered && isNext) {
      listed = Number(numbered[1])
      figures.shift()
    }
    const says = { plain, before, figures, names: namedIn(plain, others), namesBefore: namedIn(before, others) }
    const wrong = figures.filter((figure) => !isProven(figure, says, evidence))
    if (wrong.length > 0) unproven.push({ sentence, figures: wrong.map(({ text }) => text) })
    if (plain.trim() !== '') before = plain
  }
  return unproven
}

function isProven(figure: Figure, says: Says, evidence: Evidence): boolean {
  switch (figure.kind) {
    case 'name':
      return isKnownName(figure.text, evidence)
    case 'date':
      return isKnownDate(figure, evidence) || (figure.readings.length > 0 && isKnownNumber({ ...figure, kind: 'times' }, says, evidence)) // prettier-ignore
    case 'time':
      return evidence.minutes.has(/[:.](\d{2})/.exec(figure.text)?.[1] ?? '00')
    case 'range':
      return evidence.facts.some(({ kind, value }) => (kind === 'money' || kind === 'count') && isWithin(size(value), figure.range!)) // prettier-ignore
    default:
      return isKnownNumber(figure, says, evidence)
  }
}

function isKnownName(text: string, { texts, ids }: Evidence): boolean {
  const name = text.toLowerCase().replace(/[.,;:]$/, '')
  const bare = name.replace(/^#/, '')
  return ids.has(bare) || standsIn(texts, bare)
}

function isKnownDate({ days = [] }: Figure, { ranges }: Evidence): boolean {
  return days.every(({ year, month, day, week, quarter, half }) =>
    ranges.some(([from, to]) => {
      if (year !== undefined && (year < Number(from.slice(0, 4)) || year > Number(to.slice(0, 4)))) return false
      for (let at = Date.parse(from), n = 0; at <= Date.parse(to) && n < 800; at += 86_400_000, n++) {
        const date = new Date(at)
        const ofMonth = date.getUTCMonth() + 1
        if (
          (year === undefined || year === date.getUTCFullYear()) &&
          (month === undefined || month === ofMonth) &&
          (day === undefined || day === date.getUTCDate()) &&
          (week === undefined || week === isoWeek(date)) &&
          (quarter === undefined || quarter === Math.ceil(ofMonth / 3)) &&
          (half === undefined || half === Math.ceil(ofMonth / 6))
        )
          return true
      }
      return false
    }),
  )
}

function isoWeek(date: Date): number {
  const thursday = new Date(date)
  thursday.setUTCDate(date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7))
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  return 1 + Math.floor((thursday.getTime() - first) / 604_800_000)
}

const LAST_AS_A_YEAR = /^(?:19|20)\d\d$/
const COUNT_OF_THESE =
  /(?:\ball|\balle|\bthe|\bde|\bdie|\bthese|\bdeze|\bdiese|\bour|\bonze|\bunsere|\ball of the|\bboth)\s$/iu
function isKnownNumber(figure: Figure, says: Says, evidence: Evidence): boolean {
  const { facts, asked, quoted, counts, ranges } = evidence
  const { counted, kind } = figure
  const isSame = (value: Exact) => figure.readings.some((reading) => equal(reading.value, size(value)))
  const isQuoted = () =>
    quoted.some((one) => one.readings.some(({ value }) => isSame(value)) && unitsAgree(figure, one))

  if (asked.some((one) => one.readings.some(({ value }) => isSame(value)) && unitsAgree(figure, one))) return true
  if (kind === 'plain' && figure.readings.length === 1 && LAST_AS_A_YEAR.test(figure.text) && isKnownDate({ ...figure, days: [{ year: Number(figure.text) }] }, evidence)) return true // prettier-ignore
  if (counted === 'top') return figure.readings.some(({ value }) => [...counts].some((count) => compare(value, whole(count)) <= 0)) // prettier-ignore
  if (counted !== undefined) {
    if ([...counts, ...signCounts(facts)].some((count) => isSame(whole(count)))) return true
    if (counted !== 'rows' && counted.test('days') && ranges.some(([from, to]) => isSame(whole(daysBetween(from, to))))) return true // prettier-ignore
    const counting = counted === 'rows' ? /rows|count|total|stores|products|channels/ : counted
    const ofKind = facts.filter((fact) => fact.kind === 'count' && counting.test(fact.figure))
    if (ofKind.length === 0 && isQuoted()) return true
    const same = ofKind.filter((fact) => isSame(fact.value))
    return (
      (same.length > 0 && !areOfOtherRows(same, says, facts)) ||
      derivedOf(figure, { ...says, names: [...says.names, ...ofKind.map((fact) => ({ at: 0, end: 0, figures: new Set([fact.figure]) }))] }, ofKind, []).some((one) => agrees(figure, one, says)) // prettier-ignore
    )
  }
  if (kind === 'plain' && COUNT_OF_THESE.test(says.plain.slice(0, figure.at)) && [...counts].some((count) => isSame(whole(count)))) return true // prettier-ignore

  const claimed = figure.direction ? new Set<string>() : claimedBy(figure, says)
  const fitting = facts.filter((fact) => kindsAgree(figure, fact))
  const ofClaimed = fitting.filter((fact) => claimed.has(fact.figure))
  const hasClaim = ofClaimed.length > 0 && kind !== 'points' && (kind !== 'percent' || ofClaimed.some((fact) => fact.kind === 'percent' && !fact.isChange)) // prettier-ignore
  if (!hasClaim && isQuoted()) return true
  const direct = hasClaim ? ofClaimed : fitting
  const agreeing = direct.filter((fact) => agreesDirectly(figure, fact, says))
  if (agreeing.length > 0) return !areOfOtherRows(agreeing, says, facts)
  return derivedOf(figure, says, facts, asked, hasClaim ? claimed : undefined).some((one) => agrees(figure, one, says))
}

function areOfOtherRows(agreeing: readonly Fact[], says: Says, facts: readonly Fact[]): boolean {
  const isStated = (fact: Fact) => says.figures.some((figure) => kindsAgree(figure, fact) && agreesDirectly(figure, fact, says)) // prettier-ignore
  return agreeing.every((fact) => isOfAnotherRow(fact, says, facts, isStated))
}

/** The figures of the evidence that a text states, as they stand or rounded. */
export function factsIn(text: string, evidence: Evidence): Fact[] {
  const others = new Set(evidence.facts.map(({ figure }) => figure))
  return sentencesOf(text).flatMap((sentence) => {
    const plain = plainText(sentence)
    const figures = figuresIn(plain, evidence.names)
    const says = { plain, before: '', figures, names: namedIn(plain, others), namesBefore: [] }
    return figures.flatMap((figure) => {
      const claimed = claimedBy(figure, says)
      const stated = evidence.facts.filter((fact) => kindsAgree(figure, fact) && agreesDirectly(figure, fact, says))
      const meant = stated.filter((fact) => claimed.has(fact.figure))
      return meant.length > 0 ? meant : stated
    })
  })
}

const daysBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1

/** How many rows have a figure above, and how many below zero: "two stores lost money". */
function signCounts(facts: Fact[]): number[] {
  const columns = Map.groupBy(facts, ({ result, figure }) => `${result} ${figure}`)
  return [...columns.values()].flatMap((column) =>
    column.length < 2
      ? []
      : [column.filter(({ value }) => value.n > 0n).length, column.filter(({ value }) => value.n < 0n).length],
  )
}

const isWithin = (value: Exact, [low, high]: [number, number]) =>
  compare(value, whole(low)) >= 0 && compare(value, whole(high)) < 0
