import { BarController, BarElement, CategoryScale, Chart, type ChartConfiguration, LinearScale } from 'chart.js'
import type { Look } from './palette.ts'
import { overTime } from './time-axes.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale)

type Content = Look & {
  labels: string[]
  /** A row of amounts for each platform, one for each label; `faded` where the platform may still change it. */
  series: readonly { colour: string; values: readonly number[]; faded: readonly boolean[] }[]
  /** How an amount is written at the axis. */
  axis: (value: number) => string
}

/** Ad spend as bars, a platform upon the other. */
export const spendChart = ({ labels, series, axis, palette, font }: Content): ChartConfiguration<'bar'> => ({
  type: 'bar',
  data: {
    labels,
    datasets: series.map(({ colour, values, faded }) => ({
      data: [...values],
      backgroundColor: faded.map((fades) => (fades ? withAlpha(colour, 0.6) : colour)),
      stack: 'spend',
      categoryPercentage: 0.82,
      barPercentage: 0.86,
      maxBarThickness: 56,
    })),
  },
  options: stacked(overTime({ palette, font, axis })),
})

const stacked = (options: ReturnType<typeof overTime>) => ({
  ...options,
  scales: { x: { ...options.scales.x, stacked: true }, y: { ...options.scales.y, stacked: true } },
})

const withAlpha = (colour: string, alpha: number) =>
  colour.replace(/^rgb\(([^)]+)\)$/, (_, parts: string) => `rgb(${parts.replaceAll(',', ' ')} / ${alpha})`)
