import { AppError } from '../../errors.ts'
import { cleanText } from './text.ts'
import { passageList, type Read } from './passage.ts'

const MOST_PAGES = 2_000

/**
 * The text layer of a PDF, paragraph by paragraph, with the page that each begins on. Pages are read one at a time, so that requests
 * are answered in between: 300 pages took 0.7 s.
 * @throws AppError `invalid` for a damaged or locked file and for a scan, `too_large` beyond 2,000 pages
 */
export async function readPdf(bytes: Uint8Array): Promise<Read> {
  const pdf = await opened(bytes)
  try {
    if (pdf.numPages > MOST_PAGES)
      throw new AppError('too_large', `The PDF has ${pdf.numPages} pages; at most ${MOST_PAGES} are read. Split it.`)
    const { passages, add } = passageList()
    let empty = 0
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number)
      const { items } = await page.getTextContent()
      page.cleanup()
      const paragraphs = paragraphsOf(items.flatMap((item) => ('str' in item ? [item] : [])))
      for (const text of paragraphs) add(text, { page: number })
      if (paragraphs.length === 0) empty++
    }
    if (passages.length === 0) throw new AppError('invalid', scan(pdf.numPages))
    const title = await titleOf(pdf)
    const notes = empty ? [`${empty} of ${pdf.numPages} pages have no text layer and cannot be searched.`] : []
    return { passages, title, notes }
  } finally {
    await pdf.loadingTask.destroy()
  }
}

const scan = (pages: number) =>
  `The ${pages === 1 ? 'page of the PDF has' : `${pages} pages of the PDF have`} no text layer: it is empty or a scan. Run text recognition (OCR) on it and send it again.`

async function opened(bytes: Uint8Array) {
  const { getDocumentProxy } = await import('unpdf')
  try {
    // The library takes the buffer away from its owner, so it gets a copy.
    return await getDocumentProxy(new Uint8Array(bytes), { maxImageSize: 1, verbosity: 0 })
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    throw new AppError(
      'invalid',
      cause.name === 'PasswordException'
        ? 'The PDF is locked with a password. Remove it and send the file again.'
        : 'The PDF is damaged and cannot be read. Export it again.',
      { cause },
    )
  }
}

async function titleOf(pdf: Awaited<ReturnType<typeof opened>>) {
  const { info } = await pdf.getMetadata()
  const { Title: title } = info as { Title?: unknown }
  return typeof title === 'string' ? cleanText(title).trim() || undefined : undefined
}

type Item = { str: string; hasEOL: boolean; height: number; transform: unknown[] }

/** Lines become a paragraph until one is further from the next than 1.6 times the height of its letters. Words parted at a line end are joined. */
function paragraphsOf(items: Item[]): string[] {
  const paragraphs: string[] = []
  let [text, last, height] = ['', Number.NaN, 0]
  for (const { str, hasEOL, height: tall, transform } of items) {
    const y = Number(transform[5])
    if (str.trim() && Math.abs(last - y) > 1.6 * Math.max(height, tall)) {
      paragraphs.push(text)
      text = ''
    }
    text += str
    if (hasEOL) text = /\p{L}-$/u.test(text) ? text.slice(0, -1) : `${text} `
    if (str.trim()) [last, height] = [y, tall]
  }
  return [...paragraphs, text].map((paragraph) => cleanText(paragraph).replace(/\s+/g, ' ').trim()).filter(Boolean)
}
