import { BarController, BarElement, CategoryScale, Chart, type ChartConfiguration, LinearScale } from 'chart.js'
import type { Look } from './palette.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale)

/** A part of the whole, such as the cost of goods of the revenue. A negative part hangs left of zero. */
export type SplitPart = { name: string; value: number; colour: string }

type Content = Pick<Look, 'palette'> & { parts: readonly SplitPart[]; thickness?: number }

/** One lying bar: where revenue goes, costs first, what is left last. */
export const splitChart = ({ parts, palette, thickness = 28 }: Content): ChartConfiguration<'bar'> => ({
  type: 'bar',
  data: {
    labels: [''],
    datasets: parts.map(({ name, value, colour }) => ({
      label: name,
      data: [value],
      backgroundColor: colour,
      borderColor: palette.surface,
      borderWidth: { left: 0, top: 0, bottom: 0, right: 2 },
      borderSkipped: false as const,
      barThickness: thickness,
    })),
  },
  options: {
    indexAxis: 'y',
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    scales: {
      x: { display: false, stacked: true, min: -sum(parts, -1), max: sum(parts, 1) || 1 },
      y: { display: false, stacked: true },
    },
  },
})

/** The size of all parts above zero, or of all below it. */
const sum = (parts: readonly SplitPart[], sign: 1 | -1) =>
  parts.reduce((total, { value }) => total + Math.max(0, value * sign), 0)
