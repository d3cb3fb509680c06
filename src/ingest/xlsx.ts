import { readFile } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import type { CsvRecord } from './csv/records.ts'
import { findUnzipped, unzipped } from './zip.ts'

/** Unpacked bytes of one part of a workbook; a sheet of 100,000 rows with 20 columns has about 60 MB. */
const LARGEST_PART = 100 * 1024 * 1024
const MOST_COLUMNS = 500

/** Days from 1899-12-30, from which Excel counts, to 1970-01-01. */
const EPOCH = 25_569
const EPOCH_1904 = 24_107

/**
 * The rows of a workbook's first sheet as records, the header first; `line` is the number of the row. Cells are text, numbers as plain
 * decimals with a point, dates as `2026-04-13` or `2026-04-13 09:30:00`. Formulas give the value that was saved with them.
 * @throws AppError `invalid` for a damaged workbook, `too_large` for one that unpacks to more than 100 MB
 */
export async function* xlsxRecords(path: string, name: string): AsyncGenerator<CsvRecord> {
  const bytes = await readFile(path)
  const part = (file: string) => unzipped(bytes, file, name, LARGEST_PART).toString('utf8')
  const optional = (file: string) => findUnzipped(bytes, file, name, LARGEST_PART)?.toString('utf8') ?? ''
  const workbook = part('xl/workbook.xml')
  const sheet = part(firstSheet(workbook, part('xl/_rels/workbook.xml.rels')))
  const shared = [...elements(optional('xl/sharedStrings.xml'), 'si')].map(({ content }) => textIn(content))
  const dates = dateStyles(optional('xl/styles.xml'))
  const epoch = /date1904="(1|true)"/.test(workbook) ? EPOCH_1904 : EPOCH

  const valueOf = ({ attributes, content }: XmlElement): string => {
    const type = attribute(attributes, 't')
    if (type === 'inlineStr') return textIn(content)
    const value = unescaped([...elements(content, 'v')][0]?.content ?? '')
    if (type === 's') return shared[Number(value)] ?? ''
    if (value === '' || (type !== undefined && type !== 'n')) return value
    if (dates.has(attribute(attributes, 's') ?? '0')) return dateOf(Number(value) - epoch)
    return decimalOf(value)
  }

  let line = 0
  for (const row of elements(sheet, 'row')) {
    line = Number(attribute(row.attributes, 'r') ?? line + 1)
    const fields: string[] = []
    for (const cell of elements(row.content, 'c')) {
      const column = columnOf(attribute(cell.attributes, 'r')) ?? fields.length
      if (column >= MOST_COLUMNS) break
      while (fields.length < column) fields.push('')
      fields[column] = valueOf(cell)
    }
    while (fields.at(-1) === '') fields.pop()
    if (fields.length > 0) yield { line, fields }
  }
}

type XmlElement = { attributes: string; content: string }

/**
 * The elements of this name, whatever prefix they have, that do not stand in one another. Searched by hand, so that no file makes it
 * slow: each part of the text is looked at once.
 */
function* elements(xml: string, name: string): Generator<XmlElement> {
  const prefix =
    /<(\w+:)(?:worksheet|workbook|sst|styleSheet|row|c|si|is|rPh|t|v)[ >]/.exec(xml.slice(0, 2_000))?.[1] ?? ''
  const [open, close] = [`<${prefix}${name}`, `</${prefix}${name}>`]
  for (let at = xml.indexOf(open); at >= 0;) {
    const begins = at + open.length
    const end = xml.indexOf('>', begins)
    if (end < 0) throw damaged()
    if (!/[\s/>]/.test(xml[begins] ?? '')) at = xml.indexOf(open, begins)
    else if (xml[end - 1] === '/') {
      yield { attributes: xml.slice(begins, end - 1), content: '' }
      at = xml.indexOf(open, end)
    } else {
      const stop = xml.indexOf(close, end)
      if (stop < 0) throw damaged()
      yield { attributes: xml.slice(begins, end), content: xml.slice(end + 1, stop) }
      at = xml.indexOf(open, stop + close.length)
    }
  }
}

const damaged = () => new AppError('invalid', 'The workbook is damaged: its sheet breaks off. Save it again.')

const attribute = (attributes: string, name: string) => new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1]

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const unescaped = (text: string) =>
  text.includes('&')
    ? text.replace(
        /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi,
        (all, hex?: string, decimal?: string, word = '') => {
          if (word) return ENTITIES[word as string] ?? all
          const code = hex ? parseInt(hex, 16) : Number(decimal)
          return code <= 0x10ffff ? String.fromCodePoint(code) : all
        },
      )
    : text

/** The text of a cell in one or several pieces, without the readings that Japanese texts carry. */
function textIn(content: string): string {
  const readings = content.includes('rPh') ? [...elements(content, 'rPh')].map((reading) => reading.content) : []
  const text = readings.reduce((rest, reading) => rest.replace(reading, ''), content)
  return [...elements(text, 't')].map(({ content }) => unescaped(content)).join('')
}

/** The file of the sheet that stands first. */
function firstSheet(workbook: string, relations: string): string {
  const id = /<(?:\w+:)?sheet\s[^>]*?\w+:id="([^"]+)"/.exec(workbook)?.[1]
  const target = [...relations.matchAll(/<(?:\w+:)?Relationship\s([^>]*)>/g)]
    .map((relation) => relation[1] ?? '')
    .find((attributes) => attribute(attributes, 'Id') === id)
  const file = target && attribute(target, 'Target')
  if (!file) throw new AppError('invalid', 'The workbook has no sheet.')
  return file.startsWith('/') ? file.slice(1) : `xl/${file}`
}

/** Which styles of cells show a date: 14 to 22 and 45 to 47 are built in, others say so with letters of a date. */
function dateStyles(styles: string): Set<string> {
  const formats = new Map(
    [...styles.matchAll(/<(?:\w+:)?numFmt\s([^>]*)>/g)].map(([, attributes = '']) => [
      attribute(attributes, 'numFmtId'),
      attribute(attributes, 'formatCode') ?? '',
    ]),
  )
  const isDate = (id: string) => {
    const code = formats.get(id)
    if (code !== undefined) return /[ymdh]/i.test(code.replace(/"[^"]*"|&quot;.*?&quot;|\[[^\]]*\]|\\./g, ''))
    const number = Number(id)
    return (number >= 14 && number <= 22) || (number >= 45 && number <= 47)
  }
  const cells = [...elements(styles, 'cellXfs')][0]?.content ?? ''
  const ids = [...cells.matchAll(/<(?:\w+:)?xf\s([^>]*)>/g)].map(
    ([, attributes = '']) => attribute(attributes, 'numFmtId') ?? '0',
  )
  return new Set(ids.flatMap((id, style) => (isDate(id) ? [String(style)] : [])))
}

function dateOf(days: number): string {
  const at = new Date(Math.round(days * 86_400) * 1_000)
  if (Number.isNaN(at.getTime())) return ''
  const [day = '', time = ''] = at.toISOString().split(/[T.]/)
  return time === '00:00:00' ? day : `${day} ${time}`
}

/** Excel saves 0.1 + 0.2 as 0.30000000000000004; 15 digits are what it shows and means. */
function decimalOf(value: string): string {
  const number = Number(value)
  if (!Number.isFinite(number)) return value
  const text = String(Number(number.toPrecision(15)))
  return /e/i.test(text) ? number.toFixed(6).replace(/\.?0+$/, '') : text
}

/** A1 is column 0. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0]
  if (!letters) return undefined
  return letters.split('').reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}
