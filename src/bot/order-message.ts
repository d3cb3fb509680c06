import type * as v from 'valibot'
import type { OrderDetail } from '../../sql/orders.ts'
import type { Wording } from '../wording.ts'
import { escapeHtml, table } from './html.ts'

/** Lines of an order that fit into a message. */
const SHOWN = 12

const BASIS = {
  actual: { en: 'actual', nl: 'werkelijk', de: 'tatsächlich' },
  rule: { en: 'by rule', nl: 'volgens regel', de: 'nach Regel' },
  estimate: { en: 'estimated', nl: 'geschat', de: 'geschätzt' },
} as const

/** An order: its lines, each account that adds to or takes off CM2 with how it is known, and CM2. */
export function orderMessage(order: v.InferOutput<typeof OrderDetail>, words: Wording): string {
  const { currency, lines, accounts } = order
  const amount = (value: string) => words.amount(value, currency)
  const counted = accounts.filter(({ effect_on_cm2 }) => Number(effect_on_cm2) !== 0)
  const known = (entries: (typeof accounts)[number]['entries']) =>
    [...new Set(entries.map(({ basis }) => BASIS[basis][words.language]))].join(', ')
  const sold = lines
    .slice(0, SHOWN)
    .map(
      ({ quantity, sku, product, amount: value }) =>
        `${quantity} × ${escapeHtml((product ?? sku).slice(0, 80))}: ${amount(value)}`,
    )
  return [
    `<b>${escapeHtml(order.number)}</b> · ${escapeHtml(order.store)} · ${words.day(order.date)}`,
    [order.country, order.gateway, order.status === 'placed' ? undefined : order.status]
      .filter(Boolean)
      .map((text) => escapeHtml(text!))
      .join(' · '),
    '',
    ...sold,
    lines.length > SHOWN && `… +${lines.length - SHOWN}`,
    table([
      ...counted.map(({ account, effect_on_cm2 }) => [account.replaceAll('_', ' '), amount(effect_on_cm2)] as const),
      'rule',
      ['CM2', `${amount(order.cm2)} ${currency}`],
    ]),
    ...counted.map(({ account, entries }) => `${account.replaceAll('_', ' ')}: ${known(entries)}`),
  ]
    .filter((line) => line !== false && line !== undefined)
    .join('\n')
}
