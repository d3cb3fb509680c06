import type { Action } from '../../sql/actions.ts'
import type { Wording } from '../wording.ts'
import { actionWords } from './action-words.ts'
import { escapeHtml } from './html.ts'

type Words = ReturnType<typeof actionWords>
type Parts = Record<string, unknown>
const partsOf = (value: unknown): Parts => (typeof value === 'object' && value !== null ? (value as Parts) : {})
/** What is nested is for our own use, but for lists of words. */
const isShown = (part: unknown) => part !== null && (typeof part !== 'object' || isWords(part))
const isWords = (part: unknown): part is string[] => Array.isArray(part) && part.every((one) => typeof one === 'string')
const plain = (part: unknown, { word }: Words) =>
  typeof part === 'boolean' ? word(part ? 'yes' : 'no') : part == null ? '' : JSON.stringify(part)
const text = (part: unknown, words: Words) =>
  (isWords(part) ? part.join(', ') : typeof part === 'string' ? part : plain(part, words)) || words.word('none')

/** What changes, one line for each part that does, and what is there now beside it. */
function changes(before: Parts, after: Parts, words: Words): string[] {
  const named = (key: string) => escapeHtml(words.part(key))
  const shown = (part: unknown, most: number) => escapeHtml(text(part, words).slice(0, most))
  const beside = Object.entries(before).filter(([key, part]) => !(key in after) && isShown(part))
  const changed = Object.entries(after).filter(
    ([key, part]) => isShown(part) && text(before[key], words) !== text(part, words),
  )
  const parts = beside.map(([key, part]) => `${named(key)} ${shown(part, 600)}`).join(', ')
  return [
    ...(beside.length > 0 ? [words.word('now', { parts }).slice(0, 600)] : []),
    ...changed.map(([key, part]) => {
      const was = key in before ? `${shown(before[key], 300)} → ` : ''
      return `${named(key)}: ${was}<b>${shown(part, 600)}</b>`
    }),
  ]
}

/** A proposal as its card: what would be done, from what to what, why, what it does to the profit, and what became of it. */
export function actionMessage(action: Action, words: Wording): string {
  const { id, store, target, old_value, new_value, reason, effect, approvals, approvals_needed, status, error } = action
  const told = actionWords(words.language)
  const { word } = told
  const signed = (amount: unknown, currency: string) =>
    `${Number(amount) > 0 ? '+' : ''}${words.money(String(amount), currency)}`
  return [
    `<b>${escapeHtml(told.kind(action.kind))}</b> · ${escapeHtml(told.target(target))} · ${escapeHtml(store)} · #${id}`,
    ...changes(partsOf(old_value), partsOf(new_value), told),
    word('why', { reason: escapeHtml(reason) }),
    ...effect.map(({ amount, currency, basis }) =>
      word('profit', { amount: signed(amount, currency), basis: escapeHtml(told.basis(basis)) }),
    ),
    approvals_needed > 1 && word('people', { count: String(approvals_needed) }),
    ...approvals.map(({ email }) => word('approved_by', { email: escapeHtml(email) })),
    status !== 'pending' && `<b>${told.status(status)}</b>`,
    error !== null && escapeHtml(error),
    status === 'pending' && word('until', { at: action.expires_at.slice(0, 16).replace('T', ' ') }),
  ]
    .filter(Boolean)
    .join('\n')
}
