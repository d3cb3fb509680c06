/** Text as Telegram's HTML. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Characters that a row of a table may have on a phone before it wraps. */
const WIDEST = 32

/** Lines up labels on the left and amounts on the right, in a typeface of one width; a label that is too long is cut. */
export function table(rows: readonly (readonly [label: string, amount: string] | 'rule')[]): string {
  const filled = rows.filter((row) => row !== 'rule')
  const amounts = Math.max(...filled.map(([, amount]) => amount.length))
  const labels = Math.min(Math.max(...filled.map(([label]) => label.length)), Math.max(8, WIDEST - amounts - 1))
  const line = (row: (typeof rows)[number]) => {
    if (row === 'rule') return '─'.repeat(labels + 1 + amounts)
    const [label, amount] = row
    const name = label.length > labels ? `${label.slice(0, labels - 1)}…` : label
    return `${name.padEnd(labels)} ${amount.padStart(amounts)}`
  }
  return `<pre>${escapeHtml(rows.map(line).join('\n'))}</pre>`
}
