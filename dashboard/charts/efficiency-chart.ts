import {
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from 'chart.js'
import type { Look } from './palette.ts'
import { overTime } from './time-axes.ts'

Chart.register(CategoryScale, LinearScale, LineController, LineElement, PointElement)

type Content = Look & {
  labels: string[]
  /** Profit on ad spend of each column; null where nothing was spent. */
  poas: readonly (number | null)[]
  axis: (value: number) => string
}

/** Profit on ad spend as a line against the one at which ads pay for themselves; below it the line is red. */
export const efficiencyChart = ({ labels, poas, axis, palette, font }: Content): ChartConfiguration<'line'> => ({
  type: 'line',
  data: {
    labels,
    datasets: [
      {
        data: [...poas],
        spanGaps: true,
        borderWidth: 2,
        borderColor: palette.profit,
        segment: {
          borderColor: ({ p0, p1 }) =>
            (p0.parsed.y ?? 0) < 1 && (p1.parsed.y ?? 0) < 1 ? palette.loss : palette.profit,
        },
        pointRadius: poas.length <= 45 ? 3 : 0,
        pointBackgroundColor: poas.map((value) => ((value ?? 1) < 1 ? palette.loss : palette.profit)),
        pointBorderWidth: 0,
        clip: 6,
      },
      { data: labels.map(() => 1), borderColor: palette.zero, borderWidth: 1.5, borderDash: [5, 4], pointRadius: 0 },
    ],
  },
  options: overTime({ palette, font, axis }),
})
