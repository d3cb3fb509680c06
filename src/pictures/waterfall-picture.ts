import type { Pnl } from '../../sql/pnl.ts'
import { waterfallChart } from '../../dashboard/charts/waterfall-chart.ts'
import { PALETTES } from './palette.ts'
import { drawPicture, FONT } from './picture.ts'
import { COSTS, head, type PictureOf } from './pnl-picture.ts'

/** From revenue down to net profit, a step for each cost; bars carry short amounts, the head the exact profit. */
export function waterfallPicture(asked: PictureOf<Pnl>): Promise<Buffer> {
  const { figures, words, theme } = asked
  const step = (name: 'revenue' | 'net_profit' | (typeof COSTS)[number], total: boolean) => {
    const value = total ? Number(figures[name]) : 0 - Number(figures[name])
    return { label: words.shortFigure(name), value, total, text: words.compact(value) }
  }
  const steps = [step('revenue', true), ...COSTS.map((cost) => step(cost, false)), step('net_profit', true)]
  const config = waterfallChart({ steps, axis: words.compact, palette: PALETTES[theme], font: FONT, textSize: 12.5 })
  return drawPicture({ ...head(asked), chart: { config, height: 320 } })
}
