import { type Canvas, createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas'
import { Chart, type ChartConfiguration } from 'chart.js'
import { fileURLToPath } from 'node:url'
import { PALETTES, type Theme } from './palette.ts'

/** Width in CSS pixels of every picture: a phone held upright. Drawn twice as fine. */
export const WIDTH = 540
const SCALE = 2
const MARGIN = 28

/** Fonts travel with the package, so that pictures look the same on every machine; one family per script, tried in turn. */
const SCRIPTS = ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'vietnamese']
for (const script of SCRIPTS)
  for (const weight of ['400', '600']) {
    const file = fileURLToPath(import.meta.resolve(`@fontsource/inter/files/inter-${script}-${weight}-normal.woff2`))
    GlobalFonts.registerFromPath(file, `Inter ${script}`)
  }
export const FONT = `${SCRIPTS.map((script) => `"Inter ${script}"`).join(', ')}, sans-serif`

/** A line under the chart: a name with its colour, an exact amount, and a share or a change. */
export type LegendRow = { colour?: string; name: string; amount: string; share?: string; strong?: boolean }

export type Picture = {
  theme: Theme
  /** What and when: `NL shop · last month`. */
  title: string
  subtitle: string
  /** The one figure that counts, exact, with what it is; `loss` paints it red. */
  headline?: { label: string; amount: string; loss: boolean; note?: string }
  chart?: { config: ChartConfiguration; height: number }
  legend?: readonly LegendRow[]
  footer?: string
}

/** Draws a picture as PNG, 1080 pixels wide. All figures come in as text that is shown as it is. */
export async function drawPicture(picture: Picture): Promise<Buffer> {
  const { theme, title, subtitle, headline, chart, legend = [], footer } = picture
  const colours = PALETTES[theme]
  const rowHeight = 30
  const height =
    MARGIN * 2 +
    48 +
    (headline ? 74 : 0) +
    (chart ? chart.height + 16 : 0) +
    (legend.length ? legend.length * rowHeight + 8 : 0) +
    (footer ? 26 : 0)
  const canvas = createCanvas(WIDTH * SCALE, height * SCALE)
  const ctx = canvas.getContext('2d')
  ctx.scale(SCALE, SCALE)
  ctx.fillStyle = colours.surface
  ctx.fillRect(0, 0, WIDTH, height)
  const right = WIDTH - MARGIN
  let y = MARGIN + 18

  write(ctx, title, { x: MARGIN, y, size: 19, bold: true, colour: colours.text, room: right - MARGIN })
  y += 24
  write(ctx, subtitle, { x: MARGIN, y, size: 13.5, colour: colours.ink, room: right - MARGIN })
  y += 6

  if (headline) {
    y += 44
    const colour = headline.loss ? colours.loss : colours.profit
    const width = write(ctx, headline.amount, { x: MARGIN, y, size: 38, bold: true, colour, room: right - MARGIN })
    y += 24
    const note = [headline.label, headline.note].filter(Boolean).join(' · ')
    write(ctx, note, { x: MARGIN, y, size: 13.5, colour: colours.muted, room: Math.max(width, right - MARGIN) })
    y += 6
  }

  if (chart) {
    y += 16
    const width = WIDTH - MARGIN * 2
    drawChart(chart.config, width, chart.height, (drawn) => ctx.drawImage(drawn, MARGIN, y, width, chart.height))
    y += chart.height
  }

  if (legend.length) y += 8
  for (const { colour, name, amount, share, strong = false } of legend) {
    const line = y + 20
    if (strong) {
      ctx.fillStyle = colours.zero
      ctx.fillRect(MARGIN, y, right - MARGIN, 1)
    }
    if (colour) {
      ctx.fillStyle = colour
      ctx.beginPath()
      ctx.roundRect(MARGIN, line - 10, 11, 11, 3)
      ctx.fill()
    }
    const text = { y: line, size: 15, bold: strong, colour: colours.text }
    write(ctx, name, { ...text, x: MARGIN + (colour ? 20 : 0), room: 220 })
    write(ctx, amount, { ...text, x: share === undefined ? right : right - 74, align: 'right', room: 190 })
    if (share !== undefined)
      write(ctx, share, { ...text, bold: false, colour: colours.ink, x: right, align: 'right', room: 70 })
    y += rowHeight
  }

  if (footer) write(ctx, footer, { x: MARGIN, y: y + 24, size: 12, colour: colours.ink, room: right - MARGIN })
  return canvas.encode('png')
}

type Text = {
  x: number
  y: number
  size: number
  colour: string
  room: number
  bold?: boolean
  align?: 'left' | 'right'
}

/** One line; one that is wider than its room is drawn smaller, never cut, because half a figure is a wrong one. @returns its width */
function write(
  ctx: SKRSContext2D,
  text: string,
  { x, y, size, colour, room, bold = false, align = 'left' }: Text,
): number {
  const font = (size: number) => `${bold ? '600 ' : ''}${size}px ${FONT}`
  ctx.font = font(size)
  const { width } = ctx.measureText(text)
  const shrunk = width > room ? (size * room) / width : size
  ctx.font = font(shrunk)
  ctx.fillStyle = colour
  ctx.textAlign = align
  ctx.fillText(text, x, y)
  return Math.min(width, room)
}

function drawChart(config: ChartConfiguration, width: number, height: number, use: (drawn: Canvas) => void) {
  const options = { ...config.options, responsive: false, animation: false as const, devicePixelRatio: SCALE }
  const canvas = createCanvas(width, height)
  const chart = new Chart(canvas, { ...config, options })
  use(canvas)
  chart.destroy() // it wipes its canvas
}
