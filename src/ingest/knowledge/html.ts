import { Parser } from 'htmlparser2'
import { oneLine, passageList, type Read } from './passage.ts'

/** What nobody reads, or reads on every page. */
const SKIPPED = new Set(['script', 'style', 'noscript', 'template', 'svg', 'math', 'iframe', 'object', 'canvas', 'select', 'nav', 'footer', 'form', 'button']) // prettier-ignore
/** Elements that do not end a paragraph. */
const INLINE = new Set(['a', 'abbr', 'b', 'bdi', 'bdo', 'cite', 'code', 'data', 'del', 'dfn', 'em', 'font', 'i', 'img', 'ins', 'kbd', 'label', 'mark', 'q', 's', 'samp', 'small', 'span', 'strong', 'sub', 'sup', 'time', 'tt', 'u', 'var', 'wbr']) // prettier-ignore
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'param', 'source', 'track', 'wbr']) // prettier-ignore

/**
 * The visible text of a page with its headings; a table row is one passage, its cells parted by " | ". Hidden elements are left out:
 * text that no person sees may be meant for the model only.
 */
export function readHtml(html: string): Read {
  const { passages, heading, add } = passageList()
  let [text, title] = ['', '']
  let [inHeading, inTitle, inRow, inPre, skipping] = [0, false, false, 0, 0]
  const open: { name: string; skips: boolean }[] = []
  const flush = () => {
    add(inPre ? text : oneLine(text))
    text = ''
  }
  const parser = new Parser({
    onopentag(name, attributes) {
      const skips = SKIPPED.has(name) || isHidden(attributes)
      if (!VOID.has(name)) {
        open.push({ name, skips })
        if (skips) skipping++
      }
      if (name === 'title') inTitle = open.every((element) => element.name !== 'svg')
      if (skipping > 0 || INLINE.has(name)) return
      if (name === 'td' || name === 'th') {
        if (oneLine(text)) text += ' | '
        return
      }
      if (inRow && name !== 'tr') {
        text += ' '
        return
      }
      flush()
      if (name === 'pre') inPre++
      if (name === 'tr') inRow = true
      if (/^h[1-6]$/.test(name)) inHeading = Number(name[1])
    },
    ontext(piece) {
      if (inTitle) title += piece
      else if (skipping === 0) text += piece
    },
    onclosetag(name) {
      const closed = open.findLastIndex((element) => element.name === name)
      if (closed >= 0) for (const { skips } of open.splice(closed)) if (skips) skipping--
      if (name === 'title') inTitle = false
      if (skipping > 0 || INLINE.has(name) || (inRow && name !== 'tr' && name !== 'table')) return
      if (inHeading > 0 && name === `h${inHeading}`) {
        heading(inHeading, text)
        ;[text, inHeading] = ['', 0]
      }
      if (name === 'tr' || name === 'table') inRow = false
      flush()
      if (name === 'pre' && inPre > 0) inPre--
    },
  })
  parser.end(html)
  flush()
  return { passages, title: oneLine(title) || undefined, notes: [] }
}

const isHidden = ({ hidden, style = '', 'aria-hidden': aria }: Record<string, string>) =>
  hidden !== undefined ||
  aria === 'true' ||
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])/i.test(style)

/** The text of a piece of HTML on one line, characters decoded. */
export function htmlText(html: string): string {
  let text = ''
  new Parser({ ontext: (piece) => (text += piece) }).end(html)
  return text
}
