import type { Fact } from './evidence.ts'
import { type Exact, HUNDRED, minus, over, plus, size, times } from './exact.ts'
import type { Figure } from './figures.ts'
import type { Named } from './metric-words.ts'

/** A sentence of plain text, the one before it, its figures and the names of figures in both. */
export type Says = { plain: string; before: string; figures: Figure[]; names: Named[]; namesBefore: Named[] }

/** A value worked out of a few figures. `isOrdered`: its sign says up or down. `isExactOnly`: accepted to the cent, never rounded. */
export type Derived = { value: Exact; isOrdered: boolean; isExactOnly: boolean }

/** Rows of one figure that are all compared with each other; of more, only those that the text names. */
const FEW = 8
/** Figures that a sentence without any name may be about. */
const USUAL = new Set(['net_profit', 'revenue', 'orders', 'margin_percent'])
const PER_DAY =
  /per day|a day|daily|each day|per dag|dagelijks|gemiddeld|pro tag|täglich|am tag|average|avg|schnitt|mean/iu
const PER_ORDER = /per (?:order|bestelling|customer)|an order|each order|pro (?:bestellung|auftrag)/iu
const PER_UNIT = /per (?:unit|piece|item|stuk|product)|apiece|each|pro (?:stück|einheit)|per stuk/iu
const AVERAGE = /average|avg|mean|gemiddeld|schnitt|durchschnitt/iu
const OF =
  /(?:%|percent|procent|prozent|times|keer|mal|half|helft|hälfte|third|derde|drittel|quarter|kwart|viertel|[\d⁄]+)\s*(?:of|as|van|von|des|der|the)|share|portion|aandeel|anteil|per euro|part of|makes up|account|went to|goes to|of all|ratio|as much|zoveel|so viel/iu

/**
 * The values that this figure may be, worked out of the facts. The words decide which are tried at all (see `unprovenIn`). With
 * `claimed`, the sentence says that the number is the value of that figure: then it is no difference of two of its values.
 */
export function derivedOf(
  figure: Figure,
  says: Says,
  facts: Fact[],
  asked: Figure[],
  claimed?: ReadonlySet<string>,
): Derived[] {
  const allNames = [...says.names, ...says.namesBefore.map((name) => ({ ...name, at: -1 - name.at }))]
  const named = new Set(allNames.flatMap(({ figures }) => [...figures]))
  const namedHere = new Set(says.names.flatMap(({ figures }) => [...figures]))
  const words = `${says.before}\n${says.plain}`.toLowerCase()
  const isNamed = (key: string) => (named.size > 0 ? named.has(key) : USUAL.has(key))
  const isPart = figure.kind === 'percent' || figure.kind === 'times'
  const isAmount = figure.kind === 'money' || figure.kind === 'plain'
  const usable = facts.filter((fact) => isNamed(fact.figure) && !(isAmount && !currencyFits(figure, fact)))
  /** By two different names, one of them in this sentence. */
  const areNamedApart = (a: string, b: string) =>
    (namedHere.has(a) || namedHere.has(b)) &&
    allNames.some((one) => one.figures.has(a) && allNames.some((other) => other.at !== one.at && other.figures.has(b)))
  const found: Derived[] = []
  const add = (value: Exact | undefined, isOrdered = false, isExactOnly = false) => {
    if (value) found.push({ value, isOrdered, isExactOnly })
  }

  for (const column of columnsOf(usable)) {
    const isMoney = column[0]!.kind === 'money' || column[0]!.kind === 'count'
    const pairs = pairsOf(
      column.length <= FEW ? column : column.filter((fact) => isMentioned(fact, words)).slice(0, 12),
    )
    for (const [a, b] of pairs) {
      const areMeant = column.length === 2 || (isMentioned(a, words) && isMentioned(b, words))
      const isOrdered = a.start !== undefined && b.start !== undefined && a.start !== b.start
      if (!isOrdered && !areMeant) continue
      const [later, earlier] = isOrdered && a.start! < b.start! ? [b, a] : [a, b]
      if (isAmount && isMoney) {
        if (!claimed) add(minus(later.value, earlier.value), isOrdered)
        if (areMeant) add(plus(a.value, b.value))
      }
      if (figure.kind === 'points' && column[0]!.kind === 'percent') add(minus(later.value, earlier.value), isOrdered)
      if (isPart && column[0]!.kind !== 'percent') {
        if (figure.kind === 'percent') {
          add(percentOf(minus(later.value, earlier.value), size(earlier.value)), isOrdered)
          if (!isOrdered) add(percentOf(minus(earlier.value, later.value), size(later.value)))
        }
        if (figure.became) add(over(later.value, earlier.value))
        else if (figure.kind === 'times' || OF.test(words)) {
          add(scaled(figure, over(later.value, earlier.value)))
          // Without an order in time, "twice" and "half" are the same pair.
          if (!isOrdered || figure.readings.some(({ digits }) => digits > 0))
            add(scaled(figure, over(earlier.value, later.value)))
        }
      }
    }
    if (column.length > 1 && isMoney) {
      const whole = column.map(({ value }) => value).reduce(plus)
      if (isAmount) add(whole)
      if (isAmount && AVERAGE.test(words)) add(over(whole, { n: BigInt(column.length), d: 1n }))
      if (isPart && !figure.became && OF.test(words))
        for (const fact of column) if (isMentioned(fact, words)) add(scaled(figure, over(fact.value, whole)))
    }
  }

  for (const group of Map.groupBy(facts, (fact) => fact.group).values()) {
    const parts = group
      .filter((fact) => named.has(fact.figure) && (fact.kind === 'money' || fact.kind === 'count'))
      .slice(0, 10)
    const amounts = parts.filter((fact) => fact.kind === 'money' && !fact.isChange)
    if (isAmount) {
      for (const [a, b] of pairsOf(amounts.filter((fact) => currencyFits(figure, fact)))) {
        if (!areNamedApart(a.figure, b.figure)) continue
        add(plus(a.value, b.value), false, true)
        add(minus(a.value, b.value), false, true)
      }
      for (const total of sumsOfNamed(amounts, says)) add(total)
      const dividers = [
        [PER_DAY, /^days$/],
        [PER_ORDER, /^orders$/],
        [PER_UNIT, /^units/],
      ] as const
      for (const [said, key] of dividers)
        if (said.test(words))
          for (const divider of group.filter((fact) => key.test(fact.figure)))
            for (const fact of parts)
              if (fact !== divider && currencyFits(figure, fact)) add(over(fact.value, divider.value))
    }
    if (isPart && !figure.became && (OF.test(words) || figure.kind === 'times'))
      for (const [a, b] of pairsOf(parts))
        for (const [part, whole] of [
          [a, b],
          [b, a],
        ] as const)
          if (areNamedApart(part.figure, whole.figure)) add(scaled(figure, over(part.value, whole.value)))
  }

  for (const one of asked)
    for (const { value } of one.readings)
      for (const fact of usable) {
        if (fact.isChange || one.kind === 'date' || one.kind === 'name') continue
        if (isAmount && (one.kind === 'money' || one.kind === 'plain') && fact.kind !== 'percent' && !claimed)
          add(minus(fact.value, value))
        if (isAmount && one.kind === 'percent' && fact.kind === 'money') add(over(times(fact.value, value), HUNDRED))
        if (isPart && (one.kind === 'money' || one.kind === 'plain')) add(scaled(figure, over(fact.value, value)))
      }
  return found
}

/** Facts of one figure in one kind and currency, over all results. */
const columnsOf = (facts: Fact[]): Fact[][] => [
  ...Map.groupBy(facts, ({ figure, kind, currency, isChange }) => `${figure} ${kind} ${currency} ${isChange}`).values(),
]

function pairsOf(facts: Fact[]): [Fact, Fact][] {
  const pairs: [Fact, Fact][] = []
  for (const [at, a] of facts.entries()) for (const b of facts.slice(at + 1)) pairs.push([a, b])
  return pairs
}

/** The sum of all figures that the sentence lists, such as "goods, shipping and fees together". */
function sumsOfNamed(amounts: Fact[], { names }: Says): Exact[] {
  const chosen = names.flatMap(({ figures }) => amounts.find((fact) => figures.has(fact.figure)) ?? [])
  const parts = [...new Set(chosen)]
  if (parts.length < 2 || parts.length > 6) return []
  const sums = [parts]
  // One of the names may be the name of the sum itself: "costs of goods and shipping".
  if (parts.length > 2) for (const part of parts) sums.push(parts.filter((one) => one !== part))
  return sums.map((some) => some.map(({ value }) => value).reduce(plus))
}

const isMentioned = ({ rows }: Fact, words: string): boolean =>
  rows.some((row) => row.length >= 2 && words.includes(row))

const currencyFits = ({ kind, currencies }: Figure, { currency }: Fact) =>
  kind !== 'money' || currencies.length === 0 || currency === undefined || currencies.includes(currency)

const percentOf = (part: Exact, of: Exact) => {
  const share = over(part, of)
  return share && times(share, HUNDRED)
}
const scaled = ({ kind }: Figure, ratio: Exact | undefined) =>
  ratio && (kind === 'percent' ? times(ratio, HUNDRED) : ratio)
