import type { Pnl } from '../../sql/pnl.ts'
import type { Wording } from '../wording.ts'
import { escapeHtml, table } from './html.ts'
import { phrase } from './phrases.ts'

/** Days that fit into a message. */
const NAMED = 3
const COSTS = ['cogs', 'shipping_cost', 'transaction_fees', 'ad_spend', 'fixed_costs'] as const

/** A cost as it is taken off: `-12.00` of 12.00, and a credit as what it adds. */
export const takenOff = (amount: string): string =>
  Number(amount) === 0 ? amount : amount.startsWith('-') ? amount.slice(1) : `-${amount}`

/** `Posted by hand: 4 Apr 2026 (uk), 3 Apr 2026 (nl) and 2 more.` */
function manualDaysText({ count, days }: Pnl['coverage']['manual_days'], words: Wording): string {
  const named = days.slice(0, NAMED).map(({ date, store }) => `${words.day(date)} (${store})`)
  const more = count - named.length
  const list = named.join(', ') + (more > 0 ? ` ${phrase('more', words.language, { count: String(more) })}` : '')
  return phrase('by_hand', words.language, { days: list })
}

/** `Coverage C: Cost of goods is known for 71.2 % of revenue.`, unless all costs are known. */
export function coverageText({ coverage }: Pnl, words: Wording): string | false {
  const { grade, weakest } = coverage
  if (grade === null || weakest === null) return false
  const percent = words.percent(coverage[`${weakest}_percent`])
  return phrase('coverage', words.language, { grade, cost: words.figure(weakest), percent })
}

/** The statement of one period as a Telegram message in HTML, narrow enough for a phone. `earlier` is the period to compare with. */
export function pnlMessage({
  name,
  title,
  figures,
  earlier,
  words,
}: {
  name: string
  title: string
  figures: Pnl
  earlier?: Pnl | undefined
  words: Wording
}): string {
  const { currency } = figures
  const { language } = words
  const amount = (text: string) => words.amount(text, currency)
  return [
    `<b>${escapeHtml(name)}</b> · ${escapeHtml(title)}`,
    `${words.range(figures)}, ${currency}`,
    table([
      [words.figure('revenue'), amount(figures.revenue)],
      ...COSTS.map((cost) => [words.figure(cost), amount(takenOff(figures[cost]))] as const),
      'rule',
      [words.figure('net_profit'), amount(figures.net_profit)],
    ]),
    `${capitalised(words.figure('margin'))} <b>${words.percent(figures.margin_percent)}</b> · ${words.count(figures.orders)} ${words.figure('orders')} · AOV ${figures.aov === null ? '–' : amount(figures.aov)} · MER ${words.multiple(figures.mer)}`,
    earlier && `${words.figure('net_profit')} ${words.range(earlier)}: ${amount(earlier.net_profit)}`,
    coverageText(figures, words),
    figures.coverage.open_days.length > 0 && phrase('running', language),
    figures.coverage.manual_days.count > 0 && manualDaysText(figures.coverage.manual_days, words),
  ]
    .filter(Boolean)
    .join('\n')
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
