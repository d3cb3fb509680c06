import type { Pnl } from '../../sql/pnl.ts'
import { splitChart } from '../../dashboard/charts/split-chart.ts'
import type { Wording } from '../wording.ts'
import { PALETTES, type Theme } from './palette.ts'
import { drawPicture, type Picture } from './picture.ts'

export type PictureOf<Figures> = { figures: Figures; name: string; title: string; words: Wording; theme: Theme }

export const COSTS = ['cogs', 'shipping_cost', 'transaction_fees', 'ad_spend', 'fixed_costs'] as const

/** Above every picture of one period: whose and when, and its net profit with the margin. */
export function head({ figures, name, title, words, theme }: PictureOf<Pnl>) {
  const { currency, margin_percent } = figures
  return {
    theme,
    title: `${name} · ${title}`,
    subtitle: `${words.range(figures)}, ${currency}, ${words.sentence('tax_excluded')}`,
    headline: {
      label: words.figure('net_profit'),
      amount: words.money(figures.net_profit, currency),
      loss: figures.net_profit.startsWith('-'),
      note: `${words.figure('margin')} ${words.percent(margin_percent)}`,
    },
    ...(figures.coverage.open_days.length > 0 && {
      footer: `${words.day(figures.coverage.open_days[0]!)}: ${words.sentence('still_running')}`,
    }),
  } satisfies Picture
}

/** Where revenue went: each cost as a part of one bar, what is left at its end, and the exact amounts below. */
export function pnlPicture(asked: PictureOf<Pnl>): Promise<Buffer> {
  const { figures, words, theme } = asked
  const palette = PALETTES[theme]
  const loss = figures.net_profit.startsWith('-')
  const parts = COSTS.map((cost, at) => ({ cost, name: words.figure(cost), value: Number(figures[cost]), colour: palette.shades[at]! })) // prettier-ignore
  const left = { name: words.figure('net_profit'), value: Number(figures.net_profit), colour: loss ? palette.loss : palette.profit } // prettier-ignore
  const revenue = Number(figures.revenue)
  const share = (value: number) => (revenue === 0 ? '–' : words.percent((value * 100) / revenue))
  const amount = (text: string) => words.amount(text, figures.currency)
  return drawPicture({
    ...head(asked),
    chart: { config: splitChart({ parts: [...parts, left], palette }), height: 36 },
    legend: [
      { name: words.figure('revenue'), amount: amount(figures.revenue), share: share(revenue) },
      ...parts.map(({ cost, name, value, colour }) => ({ colour, name, amount: amount(figures[cost]), share: share(value) })), // prettier-ignore
      { ...left, amount: amount(figures.net_profit), share: words.percent(figures.margin_percent), strong: true },
    ],
  })
}
