import type { AlertKind, OpenAlert } from '../../sql/alerts.ts'
import type { Signal } from '../../sql/alert-signals.ts'
import type { Bridge } from '../../sql/bridge.ts'
import { escapeHtml } from '../bot/html.ts'
import { partTitle } from '../bot/phrases.ts'
import type { Buttons } from '../bot/buttons.ts'
import type { Wording } from '../wording.ts'
import type * as v from 'valibot'
import { nextThreshold } from './kinds.ts'
import { alertName, type AlertWord, alertWord } from './words.ts'

/** Things that one message names; more are counted. */
const NAMED = 5
/** Causes of a change that are named. */
const CAUSES = 3

/** What is told: the signal, and where it helps the change of profit that stands behind it. */
export type Told = { signal: Signal; cause?: { bridge: v.InferOutput<typeof Bridge>; day: string } | undefined }

function lineOf(kind: AlertKind, { signal, cause }: Told, words: Wording): string {
  const { language } = words
  const { label, store, name, date, currency, amount, compared, reason } = signal
  const isMargin = kind === 'margin_drop'
  const line = alertWord(kind as AlertWord, language, {
    label: escapeHtml(label ?? ''),
    store,
    name: escapeHtml(name),
    day: words.shortDay(date),
    amount: `<b>${isMargin ? words.percent(amount) : words.money(amount, currency)}</b>`,
    compared: words.percent(compared),
    reason: reason ? alertWord(reason as AlertWord, language) : '',
  })
  if (!cause) return line
  const parts = cause.bridge.parts
    .filter((part) => Number(part.amount) < 0)
    .toSorted((a, b) => Number(a.amount) - Number(b.amount))
    .slice(0, CAUSES)
    .map((part) => {
      const product = part.products.find(({ amount }) => Number(amount) < 0)
      const named = product ? ` (${escapeHtml(product.product.slice(0, 40))})` : ''
      return `${partTitle(part.part, language)} ${words.money(part.amount, currency)}${named}`
    })
  if (parts.length === 0) return line
  return `${line}\n${alertWord('cause', language, { day: words.shortDay(cause.day), parts: parts.join(', ') })}`
}

/** One message for everything that an alert noticed at once. */
export function alertMessage(kind: AlertKind, told: readonly Told[], words: Wording): string {
  const { language } = words
  const more = told.length - NAMED
  return [
    `<b>${alertName(kind, language)}</b>`,
    ...told.slice(0, NAMED).map((one) => lineOf(kind, one, words)),
    more > 0 && alertWord('more', language, { count: words.count(more) }),
  ]
    .filter(Boolean)
    .join('\n')
}

/** What a threshold is called: `€100.00` of the reporting currency, or `10 points`. */
export const limitText = (kind: AlertKind, threshold: string, currency: string, words: Wording): string =>
  kind === 'margin_drop' ? alertWord('points', words.language, { limit: threshold }) : words.money(threshold, currency)

/** The buttons under an alert: mute, raise its limit, and what it is about. */
export function alertKeyboard(
  { kind, chat_id, threshold }: Pick<OpenAlert, 'kind' | 'chat_id' | 'threshold'>,
  told: readonly Told[],
  { buttons, words, currency }: { buttons: Buttons; words: Wording; currency: string },
) {
  const { language } = words
  const button = (text: string, name: string, args: readonly (string | number)[]) => ({
    text,
    callback_data: buttons.data({ chat_id, name, args }),
  })
  const higher = threshold === null ? undefined : nextThreshold(kind, threshold, 'up')
  const first = told[0]?.signal
  const about =
    !first || kind === 'reconciliation'
      ? []
      : first.order_id !== null
        ? told.slice(0, 3).map(({ signal }) => button(alertWord('open_order', language, { label: signal.label ?? '' }), 'order', [signal.order_id ?? 0])) // prettier-ignore
        : [
            button('P&L', 'pnl', [kind === 'negative_cm3' ? 'today' : 'yesterday', first.store_id]),
            button(words.figure('ad_spend'), 'ads', [kind === 'margin_drop' ? 'yesterday' : 'today', first.store_id]),
          ]
  return [
    ...(about.length > 0 ? [about] : []),
    [
      button(alertWord('mute', language), 'alert', [kind, 'mute']),
      ...(higher !== undefined && higher !== threshold
        ? [button(alertWord('raise', language, { limit: limitText(kind, higher, currency, words) }), 'alert', [kind, 'raise', higher])] // prettier-ignore
        : []),
    ],
  ]
}
