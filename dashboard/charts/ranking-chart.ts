import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  type Plugin,
} from 'chart.js'
import type { Look } from './palette.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale)

/** `text` is the exact amount as it is shown. */
export type RankedRow = { name: string; value: number; text: string }

type Content = Look & { rows: readonly RankedRow[]; textSize?: number }

/** A ranking from top to bottom: over each bar its name on the left and its amount on the right; below zero is red. */
export const rankingChart = ({ rows, palette, font, textSize = 12 }: Content): ChartConfiguration<'bar'> => ({
  type: 'bar',
  data: {
    labels: rows.map(({ name }) => name),
    datasets: [
      {
        data: rows.map(({ value }) => value),
        backgroundColor: rows.map(({ value }) => (value < 0 ? palette.loss : palette.profit)),
        borderRadius: 3,
        barThickness: textSize * 0.8,
        minBarLength: 2,
      },
    ],
  },
  plugins: [rowTitles({ rows, palette, font, textSize })],
  options: {
    indexAxis: 'y',
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { top: textSize * 1.2 } },
    scales: {
      x: {
        display: false,
        min: Math.min(0, ...rows.map(({ value }) => value)),
        max: Math.max(0, ...rows.map(({ value }) => value)) || 1,
      },
      y: { display: false },
    },
  },
})

const rowTitles = ({ rows, palette, font, textSize }: Required<Content>): Plugin<'bar'> => ({
  id: 'row-titles',
  afterDatasetsDraw: (chart) => {
    const { ctx, chartArea } = chart
    ctx.save()
    ctx.textBaseline = 'alphabetic'
    for (const [index, bar] of chart.getDatasetMeta(0).data.entries()) {
      const row = rows[index]
      if (!row) continue
      const at = bar.y - textSize * 0.85
      ctx.font = `600 ${textSize}px ${font}`
      ctx.fillStyle = row.value < 0 ? palette.loss : palette.text
      ctx.textAlign = 'right'
      ctx.fillText(row.text, chartArea.right, at)
      const room = chartArea.width - ctx.measureText(row.text).width - textSize * 1.5
      ctx.font = `${textSize}px ${font}`
      ctx.fillStyle = palette.text
      ctx.textAlign = 'left'
      ctx.fillText(
        fitted(row.name, room, (text) => ctx.measureText(text).width),
        chartArea.left,
        at,
      )
    }
    ctx.restore()
  },
})

/** The text, or as many of its characters as there is room for; characters stay whole. */
function fitted(text: string, room: number, width: (text: string) => number): string {
  if (width(text) <= room) return text
  const characters = [...new Intl.Segmenter().segment(text.slice(0, 200))].map(({ segment }) => segment)
  while (characters.length > 1 && width(`${characters.join('')}…`) > room) characters.pop()
  return `${characters.join('').trimEnd()}…`
}
