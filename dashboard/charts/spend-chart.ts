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
import { overTime } from './time-axes.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale)

type Content = Look & {
  labels: string[]
  /** A row of amounts for each platform, one for each label. */
  series: readonly { colour: string; values: readonly number[] }[]
  /** The label from which on platforms may still change what they said; none when all is final. */
  settlingFrom: number | undefined
  /** How an amount is written at the axis. */
  axis: (value: number) => string
}

/** Ad spend as bars, a platform upon the other; those that may still change stand on a darker ground. */
export const spendChart = ({
  labels,
  series,
  settlingFrom,
  axis,
  palette,
  font,
}: Content): ChartConfiguration<'bar'> => ({
  type: 'bar',
  data: {
    labels,
    datasets: series.map(({ colour, values }) => ({
      data: [...values],
      backgroundColor: colour,
      stack: 'spend',
      categoryPercentage: 0.82,
      barPercentage: 0.86,
      maxBarThickness: 56,
    })),
  },
  plugins: settlingFrom === undefined ? [] : [settlingGround(settlingFrom, labels.length, palette.rule)],
  options: stacked(overTime({ palette, font, axis })),
})

const stacked = (options: ReturnType<typeof overTime>) => ({
  ...options,
  scales: { x: { ...options.scales.x, stacked: true }, y: { ...options.scales.y, stacked: true } },
})

const settlingGround = (from: number, columns: number, colour: string): Plugin<'bar'> => ({
  id: 'settling-ground',
  beforeDatasetsDraw: ({ ctx, chartArea }) => {
    const left = chartArea.left + (chartArea.width * from) / columns
    ctx.save()
    ctx.globalAlpha = 0.55
    ctx.fillStyle = colour
    ctx.fillRect(left, chartArea.top, chartArea.right - left, chartArea.height)
    ctx.restore()
  },
})
