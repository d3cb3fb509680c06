import type * as v from 'valibot'
import type { OrderDetail } from '../../sql/orders.ts'
import type { Wording } from '../wording.ts'
import { escapeHtml, table } from './html.ts'

/** Lines of an order that fit into a message, and steps of one cost. */
const SHOWN = 12
const STEPS_SHOWN = 4

const STEPS = {
  order_override: { en: 'said for this order', nl: 'voor deze order opgegeven', de: 'für diese Bestellung angegeben' },
  actual: { en: 'actual', nl: 'werkelijk', de: 'tatsächlich' },
  product_tier: { en: 'unit cost of the tier', nl: 'kostprijs van de staffel', de: 'Stückkosten der Staffel' },
  product_cost: { en: 'unit cost', nl: 'kostprijs', de: 'Stückkosten' },
  rule: { en: 'by rule', nl: 'volgens regel', de: 'nach Regel' },
  store_default: { en: 'estimated', nl: 'geschat', de: 'geschätzt' },
  unknown: { en: 'not known', nl: 'onbekend', de: 'unbekannt' },
} as const
const SINCE = { en: 'since', nl: 'sinds', de: 'seit' } as const

type Order = v.InferOutput<typeof OrderDetail>

/** `Fees: by rule klarna since 1 Jan 2026`: how each cost is known, best step first told once. */
function costLines({ costs }: Order, words: Wording): string[] {
  const { language } = words
  const told = (['cogs', 'shipping_cost', 'transaction_fees'] as const).map((cost) => {
    const steps = costs
      .filter((one) => one.cost === cost)
      .map(({ step, of, from }) =>
        [STEPS[step][language], of && escapeHtml(of.slice(0, 40)), from && `${SINCE[language]} ${words.day(from)}`]
          .filter(Boolean)
          .join(' '),
      )
    return steps.length > 0 && `${words.figure(cost)}: ${[...new Set(steps)].slice(0, STEPS_SHOWN).join(', ')}`
  })
  return told.filter((line) => line !== false)
}

/** An order: its lines, each account that adds to or takes off CM2, CM2, and how each cost is known. */
export function orderMessage(order: Order, words: Wording): string {
  const { currency, lines, accounts } = order
  const amount = (value: string) => words.amount(value, currency)
  const counted = accounts.filter(({ effect_on_cm2 }) => Number(effect_on_cm2) !== 0)
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
    ...costLines(order, words),
  ]
    .filter((line) => line !== false && line !== undefined)
    .join('\n')
}
