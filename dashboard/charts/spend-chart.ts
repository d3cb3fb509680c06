import { BarController, BarElement, CategoryScale, Chart, type ChartConfiguration, LinearScale } from 'chart.js'
import type { Look } from './palette.ts'

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
  options: {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { top: 8 } },
    scales: {
      x: {
        stacked: true,
        grid: { display: false },
        border: { display: false },
        ticks: { color: palette.ink, font: { family: font, size: 11 }, maxRotation: 0, autoSkipPadding: 18 },
      },
      y: {
        stacked: true,
        beginAtZero: true,
        border: { display: false },
        grid: { color: palette.rule, drawTicks: false },
        ticks: {
          color: palette.ink,
          font: { family: font, size: 11 },
          maxTicksLimit: 6,
          padding: 8,
          callback: (value) => axis(Number(value)),
        },
      },
    },
  },
})

const withAlpha = (colour: string, alpha: number) =>
  colour.replace(/^rgb\(([^)]+)\)$/, (_, parts: string) => `rgb(${parts.replaceAll(',', ' ')} / ${alpha})`)
