import type { Plugin } from 'chart.js'

type Labels = { texts: readonly string[]; colour: string; font: string; size: number }

/** Writes a text over each bar of the first dataset, or under it where the bar hangs below zero. */
export const barLabels = ({ texts, colour, font, size }: Labels): Plugin<'bar'> => ({
  id: 'bar-labels',
  afterDatasetsDraw: (chart) => {
    const { ctx, scales } = chart
    const zero = scales['y']?.getPixelForValue(0) ?? 0
    ctx.save()
    ctx.font = `600 ${size}px ${font}`
    ctx.fillStyle = colour
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    for (const [index, bar] of chart.getDatasetMeta(0).data.entries()) {
      const { x, y, base } = bar.getProps(['x', 'y', 'base'], true) as { x: number; y: number; base: number }
      const hangs = Math.min(y, base) >= zero && Math.max(y, base) > zero
      ctx.fillText(texts[index] ?? '', x, hangs ? Math.max(y, base) + size : Math.min(y, base) - size * 0.8)
    }
    ctx.restore()
  },
})
