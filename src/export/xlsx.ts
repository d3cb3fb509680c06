import { Zip, ZipDeflate } from 'fflate'
import { type Cell, type Column, textOf } from './cells.ts'

/** The parts of a workbook that are the same for every export (ECMA-376): one sheet, cells with their text inside. */
const FRAME: Record<string, string> = {
  '[Content_Types].xml':
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
  '_rels/.rels':
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
  'xl/workbook.xml':
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="DealDome" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
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

function cell(value: Cell, column: Column): string {
  const text = textOf(value, column)
  if (text === '') return '<c/>'
  return column.numeric && isExactNumber(text) ? `<c><v>${text}</v></c>` : textCell(text)
}

/** Rows as an Excel workbook of one sheet with a header, in pieces as they come: memory does not grow with the rows. */
export async function* xlsxOf(
  columns: Column[],
  batches: AsyncIterable<Record<string, Cell>[]>,
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
  const sheet = new ZipDeflate('xl/worksheets/sheet1.xml', { level: 3 })
  zip.add(sheet)
  sheet.push(encoder.encode(`${OPEN}<row>${columns.map(({ name }) => textCell(name)).join('')}</row>`))
  for await (const rows of batches) {
    sheet.push(
      encoder.encode(rows.map((row) => `<row>${columns.map((c) => cell(row[c.name], c)).join('')}</row>`).join('')),
    )
    yield* ready.splice(0)
  }
  sheet.push(encoder.encode(CLOSE), true)
  zip.end()
  yield* ready.splice(0)
}
