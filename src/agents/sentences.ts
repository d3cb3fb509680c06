const ABBREVIATION =
  /(?:^|[\s(])(?:approx|ca|c|bijv|bv|incl|excl|resp|vs|e\.g|i\.e|z\.b|d\.h|bzw|no|nr|mln|mio|mrd|mld|tsd|st|dr|mr|mrs|jan|feb|mar|mrt|apr|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|o\.a|m\.a\.w|t\.o\.v|t\/m)\.$/iu
const MONTH_AHEAD = /^\s+(?:jan|feb|mar|mär|maa|mrt|apr|may|mei|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)\p{L}*/iu

/** A text in sentences and lines, nothing left out: joined they are the text again. Figures and dates are never cut in two. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = []
  let from = 0
  for (const { 0: end, index } of text.matchAll(/\n+\s*|[.!?…]+["'”’)\]*_]*\s+/gu)) {
    const after = index + end.length
    if (!end.includes('\n')) {
      const head = text.slice(from, index + end.trimEnd().length)
      const tail = text.slice(index + end.trimEnd().length)
      const isStop = end.startsWith('.')
      if (isStop && /\d\.$/.test(head) && /^\s+\p{Ll}/u.test(tail)) continue
      if (isStop && (ABBREVIATION.test(head) || /^\s+[\d%€$£]/u.test(tail))) continue
      if (isStop && /\d\.$/.test(head) && (MONTH_AHEAD.test(tail) || /^\s*(?:[-*•]\s*)?\d{1,2}\.$/.test(head))) continue
    }
    if (after >= text.length) break
    sentences.push(text.slice(from, after))
    from = after
  }
  if (from < text.length) sentences.push(text.slice(from))
  return sentences
}
