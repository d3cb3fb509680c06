import { escapeHtml } from './html.ts'

/** Telegram's limit of a message, in characters as it shows them. */
const LONGEST = 4096

/** Cuts a long text at line ends into pieces that Telegram takes; never through a character. */
export function messagesOf(text: string): string[] {
  const parts: string[] = []
  let rest = text.trim()
  while (rest.length > LONGEST) {
    const end = rest.lastIndexOf('\n', LONGEST)
    const cut = end > LONGEST / 2 ? end : rest.codePointAt(LONGEST - 1)! > 0xffff ? LONGEST - 1 : LONGEST
    parts.push(rest.slice(0, cut))
    rest = rest.slice(cut).trimStart()
  }
  return [...parts, rest]
}

/**
 * What a model wrote as Telegram's HTML: bold and code as it marks them, headings bold, tables in a typeface of one width. Everything else
 * stays as it is, so that nothing in it can be taken for markup.
 */
export function textHtml(text: string): string {
  const lines = text.split('\n')
  const html: string[] = []
  for (let at = 0; at < lines.length; at++) {
    let end = at
    while (end < lines.length && /^\s*\|.*\|\s*$/.test(lines[end]!)) end++
    if (end - at >= 2) {
      html.push(tableHtml(lines.slice(at, end)))
      at = end - 1
    } else html.push(lineHtml(lines[at]!))
  }
  return html.join('\n')
}

function lineHtml(line: string): string {
  const heading = /^#{1,6}\s+(.+)$/.exec(line)
  if (heading) return `<b>${escapeHtml(heading[1]!.replaceAll('**', ''))}</b>`
  return escapeHtml(line)
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/^(\s*)[*-] /, '$1• ')
}

function tableHtml(lines: string[]): string {
  const rows = lines
    .filter((line) => !/^[\s|:-]+$/.test(line))
    .map((line) => line.trim().slice(1, -1).split('|').map((cell) => cell.replaceAll('**', '').trim())) // prettier-ignore
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)),
    [],
  )
  const isAmount = (cell: string) => /^[€$£¥\s]*[-−+]?[\d.,\s]+\s*[%€$£]?$/.test(cell)
  const line = (row: string[]) =>
    row
      .map((cell, column) => (isAmount(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return `<pre>${escapeHtml(rows.map(line).join('\n'))}</pre>`
}
