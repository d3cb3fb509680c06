import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ScriptableContext,
  type Tick,
} from 'chart.js'
import type { Look } from './palette.ts'

Chart.register(BarController, BarElement, CategoryScale, Filler, LinearScale, LineController, LineElement, PointElement)

/** The figures of a column that are drawn; both in the same currency. */
export type ProfitColumn = { revenue: number; net_profit: number }

type Content<Column extends ProfitColumn> = Look & {
  columns: readonly Column[]
  labels: string[]
  isOpen: (column: Column) => boolean
  /** How an amount is written at the axis. */
  axis: (value: number) => string
  textSize?: number
}

/** Revenue as bars and net profit as a line over one axis; what lies below zero is red. */
export const profitChart = <Column extends ProfitColumn>({
  columns,
  labels,
  isOpen,
  axis,
  palette,
  font,
  textSize = 11,
}: Content<Column>): ChartConfiguration<'bar' | 'line'> => {
  const few = columns.length <= 45
  const isLoss = (index: number) => (columns[index]?.net_profit ?? 0) < 0
  const tickFont = { family: font, size: textSize }
  return {
    type: 'bar',
    data: {
      labels,
      datasets: [
        {
          type: 'line',
          data: columns.map(({ net_profit }) => net_profit),
          borderColor: (context: ScriptableContext<'line'>) => splitAtZero(context, palette.profit, palette.loss),
          borderWidth: 2,
          borderJoinStyle: 'round',
          tension: 0,
          fill: { target: 'origin', above: 'transparent', below: palette.lossSoft },
          pointRadius: ({ dataIndex }) => (columns.length === 1 ? 6 : isLoss(dataIndex) ? 4 : few ? 2 : 0),
          pointBackgroundColor: ({ dataIndex }: ScriptableContext<'line'>) =>
            isLoss(dataIndex) ? palette.loss : palette.profit,
          pointBorderColor: palette.surface,
          pointBorderWidth: ({ dataIndex }) => (isLoss(dataIndex) ? 1.5 : 0),
          clip: 6,
        },
        {
          type: 'bar',
          data: columns.map(({ revenue }) => revenue),
          backgroundColor: columns.map((column) => (isOpen(column) ? palette.barOpen : palette.bar)),
          borderRadius: few ? 3 : 1,
          categoryPercentage: few ? 0.82 : 0.9,
          barPercentage: few ? 0.86 : 0.9,
          maxBarThickness: 56,
        },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 8 } },
      scales: {
        x: {
          grid: { display: false },
          border: { display: false },
          ticks: { color: palette.ink, font: tickFont, maxRotation: 0, autoSkipPadding: 18 },
        },
        // No more below zero than the largest loss takes.
        y: {
          min: Math.min(0, ...columns.map(({ net_profit }) => net_profit * 1.2)),
          border: { display: false },
          grid: {
            color: ({ tick }: { tick?: Pick<Tick, 'value'> }) => (tick?.value === 0 ? palette.zero : palette.rule),
            drawTicks: false,
          },
          ticks: {
            color: palette.ink,
            font: tickFont,
            maxTicksLimit: 6,
            includeBounds: false,
            padding: 8,
            callback: (value) => axis(Number(value)),
          },
        },
      },
    },
  }
}

/** A colour that changes exactly where the value is zero. */
const splitAtZero = ({ chart }: ScriptableContext<'line'>, above: string, below: string) => {
  const { chartArea, scales } = chart
  if (!chartArea || !scales.y) return above
  const share = (scales.y.getPixelForValue(0) - chartArea.top) / (chartArea.bottom - chartArea.top)
  const zero = Math.min(1, Math.max(0, share))
  const gradient = chart.ctx.createLinearGradient(0, chartArea.top, 0, chartArea.bottom)
  gradient.addColorStop(zero, above)
  gradient.addColorStop(zero, below)
  return gradient
}
