import type { Passage } from './passage.ts'

/** What is found and cited as one: some passages under one heading. */
export type Chunk = {
  content: string
  heading: string[]
  page: number | null
  start: number | null
  end: number | null
}

/**
 * Tokens as estimated by `tokensOf`. A chunk ends at `target`, has at most `most`, and begins with up to `overlap` of the one before it.
 * Speech ends a chunk after `seconds`, so that a citation names the minute. A text of less than `least` goes with the headings below it.
 */
export type ChunkSizes = { target: number; most: number; overlap: number; least: number; seconds: number }
export const SIZES: ChunkSizes = { target: 260, most: 400, overlap: 50, least: 40, seconds: 75 }

/** A close estimate without a tokenizer: four letters of ASCII a token, and a token for each character of scripts without spaces. */
export function tokensOf(text: string): number {
  const dense = text.match(/[\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]/g)?.length ?? 0
  const ascii = text.match(/[ -~\n]/g)?.length ?? 0
  return Math.ceil(ascii / 4 + dense + (text.length - ascii - dense) / 2)
}

/**
 * Cuts passages into chunks: under one heading, and up to a size. The next chunk under the same heading repeats the end of the one
 * before. A passage that is too long is cut at sentences.
 */
export function chunksOf(passages: readonly Passage[], sizes = SIZES): Chunk[] {
  const chunks: Chunk[] = []
  let open: Passage[] = []
  let fresh = 0
  const close = (carry: boolean) => {
    if (fresh > 0) chunks.push(joined(open))
    open = carry ? endOf(open, sizes.overlap) : []
    fresh = 0
  }
  for (const passage of passages.flatMap((long) => cut(long, sizes.most - sizes.overlap))) {
    const size = sizeOf(open)
    const here = open.at(-1)
    if (here && !sameHeading(here, passage)) {
      if (size < sizes.least && fresh > 0 && isBelow(passage, here)) open = asBelow(open, passage)
      else close(false)
    } else if (
      fresh > 0 &&
      (size + tokensOf(passage.text) > sizes.most || size >= sizes.target || lasts(open, passage) > sizes.seconds)
    )
      close(true)
    if (fresh === 0 && lasts(open, passage) > sizes.seconds) open = []
    open.push(passage)
    fresh++
  }
  close(false)
  return chunks
}

const lasts = ([first]: Passage[], { end = 0 }: Passage) => end - (first?.start ?? end)
const sizeOf = (passages: Passage[]) => passages.reduce((sum, { text }) => sum + tokensOf(text), 0)
const sameHeading = (one: Passage, other: Passage) => one.heading.join('\n') === other.heading.join('\n')
/** Whether a heading stands under another: a sentence that introduces it belongs to it. */
const isBelow = (lower: Passage, upper: Passage) => upper.heading.every((text, at) => lower.heading[at] === text)
const asBelow = (passages: Passage[], { heading }: Passage) => passages.map((passage) => ({ ...passage, heading }))

function joined(passages: Passage[]): Chunk {
  const [first, last] = [passages[0], passages.at(-1)]
  const timed = first?.start !== undefined
  return {
    content: passages.map(({ text }) => text).join(timed ? ' ' : '\n'),
    heading: first?.heading ?? [],
    page: first?.page ?? null,
    start: first?.start ?? null,
    end: last?.end ?? null,
  }
}

/** The last passages that fit, at most half of them, or the last sentences of the last one; nothing when a single sentence is longer. */
function endOf(passages: Passage[], most: number): Passage[] {
  const kept: Passage[] = []
  for (const passage of passages.toReversed()) {
    if (sizeOf(kept) + tokensOf(passage.text) > most || kept.length + 1 > passages.length / 2) break
    kept.unshift(passage)
  }
  const last = passages.at(-1)
  if (kept.length > 0 || !last) return kept
  const sentences = sentencesOf(last.text)
  while (tokensOf(sentences.join('')) > most) sentences.shift()
  return sentences.length > 0 ? [{ ...last, text: sentences.join('').trim() }] : []
}

/** A passage that is too long as several; times are shared by length. */
function cut(passage: Passage, most: number): Passage[] {
  if (tokensOf(passage.text) <= most) return [passage]
  const parts: string[] = []
  for (const sentence of sentencesOf(passage.text).flatMap((long) => pieces(long, most))) {
    const part = (parts.at(-1) ?? '') + sentence
    if (parts.length > 0 && tokensOf(part) <= most) parts[parts.length - 1] = part
    else parts.push(sentence)
  }
  const { start = 0, end = 0, text } = passage
  const at = (done: number) => thousandths(start + ((end - start) * done) / text.length)
  let done = 0
  return parts.map((part) => {
    const times = passage.start === undefined ? {} : { start: at(done), end: at(done + part.length) }
    done += part.length
    return Object.assign({}, passage, times, { text: part.trim() })
  })
}

const thousandths = (seconds: number) => Math.round(seconds * 1_000) / 1_000

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' })
const sentencesOf = (text: string) => Array.from(sentences.segment(text), ({ segment }) => segment)

/** A sentence without end, at spaces where it has some. */
function pieces(text: string, most: number): string[] {
  if (tokensOf(text) <= most) return [text]
  const middle = text.length / 2
  const space = text.lastIndexOf(' ', middle)
  const at = space > 0 ? space + 1 : safeCut(text, Math.floor(middle))
  return [...pieces(text.slice(0, at), most), ...pieces(text.slice(at), most)]
}

/** Not between the halves of a surrogate pair. */
const safeCut = (text: string, at: number) => (/[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at - 1 : at)
