import { Parser } from 'htmlparser2'
import { unzipped } from '../zip.ts'
import { passageList, type Read } from './passage.ts'
import { textOf } from './text.ts'

const LARGEST_XML = 50 * 1024 * 1024

/**
 * The paragraphs of a Word file with its headings (the styles Heading 1 to 9, their local names, and outline levels); a table row is one passage. Deleted and hidden text is
 * left out. The XML is read as it comes: no entity of its own is expanded.
 * @throws AppError `invalid` for a damaged file, `too_large` when it unpacks to more than 50 MB
 */
export function readDocx(bytes: Uint8Array): Read {
  const xml = textOf(unzipped(Buffer.from(bytes), 'word/document.xml', 'The Word file', LARGEST_XML))
  const { passages, heading, add } = passageList()
  let [text, level, inText, deleted, rows] = ['', 0, false, 0, 0]
  let run = { text: '', hidden: false }
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const value = attributes['w:val'] ?? ''
        if (name === 'w:t') inText = true
        else if (name === 'w:del' || name === 'w:moveFrom') deleted++
        else if (name === 'w:r') run = { text: '', hidden: false }
        else if (name === 'w:vanish' && !/^(0|false|off)$/.test(value)) run.hidden = true
        else if (name === 'w:tab' || name === 'w:br' || name === 'w:cr') run.text += ' '
        else if (name === 'w:tr') rows++
        else if (name === 'w:pStyle') level = levelOf(value)
        else if (name === 'w:outlineLvl' && /^[0-8]$/.test(value)) level = Number(value) + 1
      },
      ontext(piece) {
        if (inText && deleted === 0) run.text += piece
      },
      onclosetag(name) {
        if (name === 'w:t') inText = false
        else if (name === 'w:del' || name === 'w:moveFrom') deleted--
        else if (name === 'w:r') text += run.hidden ? '' : run.text
        else if (name === 'w:tc') text = `${text.trim()} | `
        else if (name === 'w:tr') {
          if (--rows === 0) end((row) => add(row.replace(/[ |]+$/, '')))
        } else if (name === 'w:p') {
          if (rows > 0) text += ' '
          else end((paragraph) => (level > 0 ? heading(level, paragraph) : add(paragraph)))
          level = 0
        }
      },
    },
    { xmlMode: true },
  )
  const end = (use: (paragraph: string) => void) => {
    use(text.replace(/[ \t]+/g, ' ').trim())
    text = ''
  }
  parser.end(xml)
  return { passages, title: undefined, notes: [] }
}

const levelOf = (style: string) => {
  const number = /^(?:heading|kop|berschrift|überschrift|titre|t[ií]tulo)\s*(\d)$/i.exec(style)?.[1]
  return number ? Number(number) : /^(title|titel)$/i.test(style) ? 1 : 0
}
