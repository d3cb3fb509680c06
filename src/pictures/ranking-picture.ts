import { rankingChart } from '../../dashboard/charts/ranking-chart.ts'
import type { Wording } from '../wording.ts'
import { PALETTES, type Theme } from './palette.ts'
import { drawPicture, FONT } from './picture.ts'

/** `amount` is decimal text in `currency`; `note` stands under the title, such as what the ranking is by. */
export type Ranking = {
  title: string
  note: string
  currency: string
  rows: readonly { name: string; amount: string }[]
  words: Wording
  theme: Theme
  footer?: string
}

const ROW = 46

/** Products (or anything with a name and an amount) from top to bottom, in the order given. */
export function rankingPicture({ title, note, currency, rows, words, theme, footer }: Ranking): Promise<Buffer> {
  const ranked = rows.map(({ name, amount }) => ({ name, value: Number(amount), text: words.amount(amount, currency) }))
  const config = rankingChart({ rows: ranked, palette: PALETTES[theme], font: FONT, textSize: 14.5 })
  return drawPicture({
    theme,
    title,
    subtitle: `${note}, ${currency}`,
    chart: { config, height: Math.max(1, rows.length) * ROW },
    ...(footer && { footer }),
  })
}
