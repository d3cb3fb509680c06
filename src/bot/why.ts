import { bridge } from '../../sql/bridge.ts'
import type { Sql } from '../../sql/connect.ts'
import { exactRows } from '../../sql/exact-rows.ts'
import type { Wording } from '../wording.ts'
import { escapeHtml, table } from './html.ts'
import { partTitle, phrase } from './phrases.ts'
import { type Asked, reportCommand } from './report.ts'

/** Products named beside the causes. */
const NAMED = 3

type Compared = Pick<Asked, 'scope' | 'name' | 'title' | 'range' | 'earlier' | 'now'>

/** What changed net profit since the period before, in parts that add up exactly. */
export async function whyMessage(
  sql: Sql,
  { scope, name, title, range, earlier, now }: Compared,
  words: Wording,
): Promise<string> {
  const { store, store_ids, currency } = scope
  const [told] = await exactRows(sql, bridge, { store, store_ids, currency, earlier, later: range, now })
  if (!told) throw new Error('bridge answers a row')
  const amount = (text: string) => words.amount(text, currency)
  const signed = (text: string) => (text.startsWith('-') || Number(text) === 0 ? amount(text) : `+${amount(text)}`)
  const parts = told.parts.filter((part) => Number(part.amount) !== 0)
  const movers = parts
    .toSorted((a, b) => Math.abs(Number(b.amount)) - Math.abs(Number(a.amount)))
    .flatMap((part) => part.products.slice(0, 1).map((product) => ({ part, product })))
    .slice(0, NAMED)
  return [
    `<b>${escapeHtml(name)}</b> · ${escapeHtml(title)} · ${phrase('why', words.language)}`,
    `${words.range({ start: earlier.from, end: earlier.to })} → ${words.range({ start: range.from, end: range.to })}, ${currency}`,
    table([
      [words.figure('net_profit'), amount(told.from.net_profit)],
      ...parts.map((part) => [partTitle(part.part, words.language), signed(part.amount)] as const),
      'rule',
      [words.figure('net_profit'), amount(told.to.net_profit)],
      [phrase('change', words.language), signed(told.net_profit_change)],
    ]),
    ...movers.map(
      ({ part, product }) =>
        `${partTitle(part.part, words.language)}: ${escapeHtml(product.product)} ${signed(product.amount)}`,
    ),
    told.to.coverage.open_days.length > 0 && phrase('running', words.language),
  ]
    .filter(Boolean)
    .join('\n')
}

/** `/why [period] [store]`. */
export const whyCommand = reportCommand({
  name: 'why',
  commands: { why: 'this_month' },
  message: ({ words }, sql, asked) => whyMessage(sql, asked, words),
})
