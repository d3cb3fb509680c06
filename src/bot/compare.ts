import { withDecimalTexts } from '../../sql/exact-rows.ts'
import { before, type Pnl, pnlCompared } from '../../sql/pnl.ts'
import type { NamedFigure } from '../wording.ts'
import { escapeHtml, table } from './html.ts'
import { phrase } from './phrases.ts'
import { reportCommand } from './report.ts'

const ROWS = ['revenue', 'cm1', 'cm2', 'ad_spend', 'cm3', 'fixed_costs', 'net_profit'] as const satisfies NamedFigure[]

type Compared = { [Key in keyof Pnl]: unknown } & {
  comparison: Pnl
  change: Record<string, { amount: string; percent: string | null }>
}

/** `/compare [period] [store]`: figures of two periods side by side, with the change in percent. */
export const compareCommand = reportCommand({
  name: 'compare',
  commands: { compare: 'this_month' },
  message: async ({ words }, sql, { scope, name, title, range, earlier, now }) => {
    const periods = [
      { key: 'asked', ...range },
      { key: before('asked'), ...earlier },
    ]
    const { store_ids, currency } = scope
    const [row] = await pnlCompared(sql, { store_ids, currency, periods, now })
    const figures = withDecimalTexts(row?.figures ?? '{}') as Compared
    const amount = (value: unknown) => words.amount(String(value), currency)
    const percent = (key: string) => {
      const change = figures.change[key]?.percent
      return change === undefined || change === null ? '–' : `${Number(change) > 0 ? '+' : ''}${words.percent(change)}`
    }
    const both = (key: keyof Pnl, label: string, write: (value: unknown) => string) =>
      [`${label} ${percent(key)}`, `${write(figures.comparison[key])} → ${write(figures[key])}`] as const
    const ratio = (value: unknown) => words.multiple(value as string | null)
    const rows = [
      ...ROWS.map((key) => both(key, words.figure(key), amount)),
      both('orders', words.figure('orders'), (value) => words.count(value as number)),
      both('mer', 'MER', ratio),
      both('poas', 'POAS', ratio),
    ]
    return [
      `<b>${escapeHtml(name)}</b> · ${escapeHtml(title)} · ${phrase('compare', words.language)}`,
      `${words.range({ start: earlier.from, end: earlier.to })} → ${words.range({ start: range.from, end: range.to })}, ${currency}`,
      '',
      ...rows.map(([label, values]) => `${label}\n<code>${escapeHtml(values)}</code>`),
      table([[words.figure('margin'), `${words.percent(figures.comparison.margin_percent)} → ${words.percent(figures.margin_percent as string | null)}`]]), // prettier-ignore
    ].join('\n')
  },
})
