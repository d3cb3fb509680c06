import type { Pnl } from '../../sql/pnl.ts'
import { amountText } from '../money.ts'

const dayText = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

/** `1 Apr 2026 – 13 Apr 2026`, or the one day. */
export const rangeText = ({ start, end }: { start: string; end: string }) =>
  start === end
    ? dayText.format(new Date(start))
    : `${dayText.format(new Date(start))} – ${dayText.format(new Date(end))}`

export const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const percentText = (ratio: string | null) => (ratio === null ? '–' : `${ratio.replace('-', '−')} %`)

/** Days that fit into a message. */
const NAMED = 3

/** `Posted by hand: 4 Apr 2026 (uk), 3 Apr 2026 (nl) and 2 more days.` */
function manualDaysText({ count, days }: Pnl['coverage']['manual_days']): string {
  const named = days.slice(0, NAMED).map(({ date, store }) => `${dayText.format(new Date(date))} (${store})`)
  const more = count - named.length
  return `Posted by hand: ${named.join(', ')}${more > 0 ? ` and ${more} more ${more === 1 ? 'day' : 'days'}` : ''}.`
}

/** The statement of one period as a Telegram message in HTML, narrow enough for a phone. `earlier` is the period to compare with. */
export function pnlMessage({
  name,
  title,
  figures,
  earlier,
}: {
  name: string
  title: string
  figures: Pnl
  earlier?: Pnl | undefined
}): string {
  const { currency } = figures
  const cost = (amount: string) =>
    Number(amount) === 0 ? amount : amount.startsWith('-') ? amount.slice(1) : `-${amount}`
  const rows: [string, string][] = [
    ['Revenue', figures.revenue],
    ['Cost of goods', cost(figures.cogs)],
    ['Shipping', cost(figures.shipping_cost)],
    ['Fees', cost(figures.transaction_fees)],
    ['Ad spend', cost(figures.ad_spend)],
    ['Fixed costs', cost(figures.fixed_costs)],
    ['Net profit', figures.net_profit],
  ]
  const lines = rows.map(([label, amount]) => [label, amountText(amount, currency)] as const)
  const width = Math.max(...lines.map(([, amount]) => amount.length))
  const table = lines.map(([label, amount]) => `${label.padEnd(14)}${amount.padStart(width)}`)
  table.splice(-1, 0, '─'.repeat(14 + width))
  const open = figures.coverage.open_days.length > 0
  return [
    `<b>${escapeHtml(name)}</b> · ${escapeHtml(title)}`,
    `${rangeText(figures)}, ${currency}`,
    `<pre>${table.join('\n')}</pre>`,
    `Margin <b>${percentText(figures.margin_percent)}</b> · ${figures.orders} orders · AOV ${figures.aov ?? '–'} · MER ${figures.mer ?? '–'}`,
    earlier && `Net profit ${rangeText(earlier)}: ${amountText(earlier.net_profit, currency)}`,
    open && 'Today is still running.',
    figures.coverage.manual_days.count > 0 && manualDaysText(figures.coverage.manual_days),
  ]
    .filter(Boolean)
    .join('\n')
}
