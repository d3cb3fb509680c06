import { Zip, ZipDeflate } from 'fflate'
import { minorDigits } from '../money.ts'
import { type Column, type Line, textOf } from './cells.ts'

/** The parts of a workbook that are the same for every export (ECMA-376): one sheet, cells with their text inside. */
const FRAME: Record<string, string> = {
  '[Content_Types].xml':
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>',
  '_rels/.rels':
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
  'xl/workbook.xml':
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="DealDome" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
}
const OPEN =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
const CLOSE = '</sheetData></worksheet>'

/** What XML cannot hold at all. */
// oxlint-disable-next-line no-control-regex -- they are what is removed
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g
const escaped = (text: string) =>
  text.replace(FORBIDDEN, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Excel holds numbers with 15 digits; a longer one stays exact as text. */
const isExactNumber = (text: string) => /^-?\d+(\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= 15

const textCell = (text: string) => `<c t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`

/** How amounts of each currency are shown: with its decimals and its code. Made as the currencies come. */
function moneyFormats() {
  const currencies: string[] = []
  return {
    /** The style of a cell in this currency; 0 is no style. */
    styleOf(currency: unknown): number {
      if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return 0
      if (!currencies.includes(currency)) currencies.push(currency)
      return currencies.indexOf(currency) + 1
    },
    xml() {
      const formats = currencies.map((currency, at) => {
        const digits = minorDigits(currency)
        const code = `#,##0${digits > 0 ? `.${'0'.repeat(digits)}` : ''}\\ [$${currency}]`
        return `<numFmt numFmtId="${164 + at}" formatCode="${code}"/>`
      })
      const cells = currencies.map((_, at) => `<xf numFmtId="${164 + at}" xfId="0" applyNumberFormat="1"/>`)
      return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${
        formats.length > 0 ? `<numFmts count="${formats.length}">${formats.join('')}</numFmts>` : ''
      }<fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="${cells.length + 1}"><xf xfId="0"/>${cells.join('')}</cellXfs></styleSheet>`
    },
  }
}

/** Rows as an Excel workbook of one sheet with a header, amounts in the format of their currency, in pieces as they come: memory does not grow with the rows. */
export async function* xlsxOf(
  columns: Column[],
  batches: AsyncIterable<Line[]> | Iterable<Line[]>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  const ready: Uint8Array[] = []
  const zip = new Zip((error, piece) => {
    if (error) throw error
    ready.push(piece)
  })
  for (const [name, content] of Object.entries(FRAME)) {
    const file = new ZipDeflate(name)
    zip.add(file)
    file.push(encoder.encode(content), true)
  }
  const formats = moneyFormats()
  const rowOf = (row: Line) => {
    const style = formats.styleOf(row['currency'])
    const cells = columns.map((column) => {
      const text = textOf(row[column.name], column)
      if (text === '') return '<c/>'
      if (!column.numeric || !isExactNumber(text)) return textCell(text)
      return column.money && style > 0 ? `<c s="${style}"><v>${text}</v></c>` : `<c><v>${text}</v></c>`
    })
    return `<row>${cells.join('')}</row>`
  }
  const sheet = new ZipDeflate('xl/worksheets/sheet1.xml', { level: 3 })
  zip.add(sheet)
  sheet.push(encoder.encode(`${OPEN}<row>${columns.map(({ name }) => textCell(name)).join('')}</row>`))
  for await (const rows of batches) {
    sheet.push(encoder.encode(rows.map(rowOf).join('')))
    yield* ready.splice(0)
  }
  sheet.push(encoder.encode(CLOSE), true)
  const styles = new ZipDeflate('xl/styles.xml')
  zip.add(styles)
  styles.push(encoder.encode(formats.xml()), true)
  zip.end()
  yield* ready.splice(0)
}
