import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  type Tick,
} from 'chart.js'
import { barLabels } from './bar-labels.ts'
import type { Look } from './palette.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale)

/** A bar: a `total` stands on zero, a change starts where the bar before it ended. `text` is the exact amount as it is shown. */
export type WaterfallStep = { label: string | string[]; value: number; total: boolean; text: string }

type Content = Look & { steps: readonly WaterfallStep[]; axis: (value: number) => string; textSize?: number }

/** From revenue down to net profit: each cost takes its part off; a total below zero is red. */
export const waterfallChart = ({ steps, axis, palette, font, textSize = 11 }: Content): ChartConfiguration<'bar'> => {
  let level = 0
  const spans = steps.map(({ value, total }): [number, number] => {
    const from = total ? 0 : level
    level = total ? value : level + value
    return [from, level]
  })
  const colours = steps.map(({ value, total }) => (total ? (value < 0 ? palette.loss : palette.profit) : palette.bar))
  return {
    type: 'bar',
    data: {
      labels: steps.map(({ label }) => label),
      datasets: [
        {
          data: spans,
          backgroundColor: colours,
          borderRadius: 3,
          borderSkipped: false,
          categoryPercentage: 0.9,
          barPercentage: 0.9,
          maxBarThickness: 72,
          minBarLength: 2,
        },
      ],
    },
    plugins: [barLabels({ texts: steps.map(({ text }) => text), colour: palette.text, font, size: textSize })],
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: textSize * 2, bottom: textSize / 2 } },
      scales: {
        x: {
          grid: { display: false },
          border: { display: false },
          ticks: { color: palette.ink, font: { family: font, size: textSize }, maxRotation: 0, autoSkip: false },
        },
        y: {
          border: { display: false },
          grid: {
            color: ({ tick }: { tick?: Pick<Tick, 'value'> }) => (tick?.value === 0 ? palette.zero : palette.rule),
            drawTicks: false,
          },
          ticks: {
            color: palette.ink,
            font: { family: font, size: textSize },
            maxTicksLimit: 6,
            padding: 8,
            callback: (value) => axis(Number(value)),
          },
        },
      },
    },
  }
}
