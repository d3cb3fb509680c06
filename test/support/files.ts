import { strToU8, type Zippable, zipSync } from 'fflate'

/** A PDF of these pages, each of these lines of ASCII; a page without lines has a picture's place and no text. */
export function aPdf(pages: string[][]): Uint8Array {
  const objects = ['', '<< /Type /Catalog /Pages 2 0 R >>']
  objects[2] = `<< /Type /Pages /Kids [${pages.map((_, at) => `${4 + at * 2} 0 R`).join(' ')}] /Count ${pages.length} >>`
  objects[3] = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
  for (const [at, lines] of pages.entries()) {
    const shown = lines
      .map((line) => (line === '' ? '0 -28 Td' : `(${line.replace(/[()\\]/g, '\\$&')}) Tj T*`))
      .join(' ')
    const stream = lines.length > 0 ? `BT /F1 12 Tf 14 TL 72 750 Td ${shown} ET` : '72 72 400 400 re f'
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + at * 2} 0 R >>`,
      `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    )
  }
  let file = '%PDF-1.4\n'
  const places = objects.slice(1).map((object, at) => {
    const place = file.length
    file += `${at + 1} 0 obj\n${object}\nendobj\n`
    return place
  })
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  const end = `trailer << /Size ${objects.length} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF`
  return strToU8(`${file}xref\n0 ${objects.length}\n0000000000 65535 f \n${table}${end}`)
}

/** A Word file with this body, in WordprocessingML. */
export const aDocx = (body: string, more: Zippable = {}): Uint8Array =>
  zipSync({
    '[Content_Types].xml': strToU8('<Types/>'),
    'word/document.xml': strToU8(
      `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ),
    ...more,
  })

export const paragraph = (text: string, style = '') =>
  `<w:p>${style && `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}<w:r><w:t>${text}</w:t></w:r></w:p>`
