import type { Pnl } from '../../sql/pnl.ts'
import { profitChart } from '../../dashboard/charts/profit-chart.ts'
import { PALETTES } from './palette.ts'
import { drawPicture, FONT } from './picture.ts'
import { head, type PictureOf } from './pnl-picture.ts'

/** Revenue as bars and net profit as a line, a column for each of `columns`; `figures` are those of the whole period. */
export function profitPicture(
  asked: PictureOf<Pnl> & { columns: readonly Pnl[]; grain: 'day' | 'week' | 'month' },
): Promise<Buffer> {
  const { figures, columns, grain, words, theme } = asked
  const palette = PALETTES[theme]
  const isOpen = ({ coverage }: Pnl) => coverage.open_days.length > 0
  const config = profitChart({
    columns: columns.map((column) => ({
      revenue: Number(column.revenue),
      net_profit: Number(column.net_profit),
      open: isOpen(column),
    })),
    labels: columns.map(({ start }) => (grain === 'month' ? words.month(start) : words.shortDay(start))),
    isOpen: ({ open }) => open,
    axis: words.compact,
    palette,
    font: FONT,
    textSize: 12.5,
  })
  return drawPicture({
    ...head(asked),
    chart: { config, height: 320 },
    legend: [
      { colour: palette.bar, name: words.figure('revenue'), amount: words.amount(figures.revenue, figures.currency) },
      {
        colour: figures.net_profit.startsWith('-') ? palette.loss : palette.profit,
        name: words.figure('net_profit'),
        amount: words.amount(figures.net_profit, figures.currency),
      },
    ],
  })
}
