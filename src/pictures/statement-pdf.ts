import { PDFDocument, type SKRSContext2D } from '@napi-rs/canvas'
import type { Pnl } from '../../sql/pnl.ts'
import type { NamedFigure, Wording } from '../wording.ts'
import { PALETTES } from './palette.ts'
import { FONT } from './picture.ts'

/** A4 lying, in points. */
const PAGE = { width: 842, height: 595, margin: 40 }
const ROWS = ['revenue', 'cogs', 'cm1', 'shipping_cost', 'transaction_fees', 'cm2', 'ad_spend', 'cm3', 'fixed_costs', 'net_profit'] as const satisfies NamedFigure[] // prettier-ignore
const STRONG = new Set<string>(['revenue', 'cm1', 'cm2', 'cm3', 'net_profit'])
/** Periods side by side on a page, beside the total. */
const COLUMNS = 7

type Style = { size?: number; bold?: boolean; colour?: string; align?: 'left' | 'right' }
type Statement = { figures: Pnl; columns: readonly Pnl[]; name: string; title: string; words: Wording }

/** The income statement as a PDF: periods in columns, the whole range in the last one, further periods on further pages. */
export function statementPdf({ figures, columns, name, title, words }: Statement): Buffer {
  const document = new PDFDocument({ title: `${name} · ${title}`, creator: 'DealDome' })
  const pages = Math.max(1, Math.ceil(columns.length / COLUMNS))
  for (let page = 0; page < pages; page++) {
    const ctx = document.beginPage(PAGE.width, PAGE.height) as unknown as SKRSContext2D
    const shown = columns.slice(page * COLUMNS, (page + 1) * COLUMNS)
    drawPage(ctx, { figures, columns: shown, name, title, words }, pages > 1 ? `${page + 1} / ${pages}` : '')
    document.endPage()
  }
  return document.close()
}

function drawPage(ctx: SKRSContext2D, { figures, columns, name, title, words }: Statement, number: string) {
  const colours = PALETTES.light
  const right = PAGE.width - PAGE.margin
  const write = (
    text: string,
    x: number,
    y: number,
    { size = 10, bold = false, colour = colours.text, align = 'left' }: Style = {},
  ) => {
    ctx.font = `${bold ? '600 ' : ''}${size}px ${FONT}`
    ctx.fillStyle = colour
    ctx.textAlign = align
    ctx.fillText(text, x, y)
  }
  write(`${name} · ${title}`, PAGE.margin, 60, { size: 18, bold: true })
  write(`${words.range(figures)}, ${figures.currency}, ${words.sentence('tax_excluded')}`, PAGE.margin, 80, {
    colour: colours.ink,
  })
  write(number, right, 60, { colour: colours.ink, align: 'right' })

  const cells = [...columns, figures]
  const width = Math.min(110, (right - PAGE.margin - 130) / cells.length)
  const at = (index: number) => right - (cells.length - 1 - index) * width
  for (const [index, cell] of cells.entries()) {
    const isTotal = index === cells.length - 1
    const heading = isTotal
      ? 'Σ'
      : cell.start === cell.end
        ? words.shortDay(cell.start)
        : `${words.shortDay(cell.start)}–${words.shortDay(cell.end)}`
    write(heading, at(index), 120, { size: 9, bold: isTotal, colour: colours.muted, align: 'right' })
  }
  let y = 146
  for (const row of ROWS) {
    const bold = STRONG.has(row)
    if (bold) {
      ctx.fillStyle = row === 'net_profit' ? colours.zero : colours.rule
      ctx.fillRect(PAGE.margin, y - 17, right - PAGE.margin, 1)
    }
    write(words.figure(row), PAGE.margin, y, { bold })
    for (const [index, cell] of cells.entries()) {
      const isLoss = bold && cell[row].startsWith('-')
      write(words.amount(cell[row], cell.currency), at(index), y, {
        bold,
        align: 'right',
        colour: isLoss ? colours.loss : colours.text,
      })
    }
    y += 26
  }
  write(words.figure('margin'), PAGE.margin, y, { colour: colours.ink })
  for (const [index, cell] of cells.entries())
    write(words.percent(cell.margin_percent), at(index), y, { colour: colours.ink, align: 'right' })
  const [open] = figures.coverage.open_days
  if (open)
    write(`${words.day(open)}: ${words.sentence('still_running')}`, PAGE.margin, PAGE.height - 40, {
      size: 9,
      colour: colours.ink,
    })
}
