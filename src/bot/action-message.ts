import type { Action } from '../../sql/actions.ts'
import type { Wording } from '../wording.ts'
import { escapeHtml } from './html.ts'

type Parts = Record<string, unknown>
const partsOf = (value: unknown): Parts => (typeof value === 'object' && value !== null ? (value as Parts) : {})
/** What is nested is for our own use, but for lists of words. */
const isShown = (part: unknown) => part !== null && (typeof part !== 'object' || isWords(part))
const isWords = (part: unknown): part is string[] => Array.isArray(part) && part.every((one) => typeof one === 'string')
const text = (part: unknown) =>
  (isWords(part) ? part.join(', ') : typeof part === 'string' ? part : part == null ? '' : JSON.stringify(part)) ||
  'none'
const named = (key: string) => escapeHtml(key.replaceAll('_', ' '))

/** What changes, one line for each part that does, and what is there now beside it. */
function changes(before: Parts, after: Parts): string[] {
  const beside = Object.entries(before).filter(([key, part]) => !(key in after) && isShown(part))
  const changed = Object.entries(after).filter(([key, part]) => isShown(part) && text(before[key]) !== text(part))
  return [
    ...(beside.length > 0
      ? [`Now: ${beside.map(([key, part]) => `${named(key)} ${escapeHtml(text(part))}`).join(', ')}`.slice(0, 600)]
      : []),
    ...changed.map(([key, part]) => {
      const was = key in before ? `${escapeHtml(text(before[key]).slice(0, 300))} → ` : ''
      return `${named(key)}: ${was}<b>${escapeHtml(text(part).slice(0, 600))}</b>`
    }),
  ]
}

/** A proposal as its card: what would be done, from what to what, why, what it does to the profit, and what became of it. */
export function actionMessage(action: Action, words: Wording): string {
  const { id, kind, store, target, old_value, new_value, reason, effect, approvals, approvals_needed, status, error } =
    action
  const signed = (amount: unknown, currency: string) =>
    `${Number(amount) > 0 ? '+' : ''}${words.money(String(amount), currency)}`
  return [
    `<b>${escapeHtml(kind.replaceAll('_', ' '))}</b> · ${escapeHtml(target)} · ${escapeHtml(store)} · #${id}`,
    ...changes(partsOf(old_value), partsOf(new_value)),
    `Why: ${escapeHtml(reason)}`,
    ...effect.map(({ amount, currency, basis }) => `Profit: ${signed(amount, currency)} (${escapeHtml(basis)})`),
    approvals_needed > 1 && `Needs ${approvals_needed} people.`,
    ...approvals.map(({ email }) => `Approved by ${escapeHtml(email)}`),
    status !== 'pending' && `<b>${STATUS[status]}</b>`,
    error !== null && escapeHtml(error),
    status === 'pending' && `Valid until ${action.expires_at.slice(0, 16).replace('T', ' ')} UTC.`,
  ]
    .filter(Boolean)
    .join('\n')
}

const STATUS: Record<Action['status'], string> = {
  pending: 'Waits for approval.',
  approved: 'Approved.',
  rejected: 'Rejected.',
  expired: 'Expired.',
  replaced: 'Replaced by another proposal.',
  executing: 'The outcome is not known yet. Approve again to go on.',
  executed: 'Done.',
  failed: 'Failed.',
  undone: 'Undone.',
}
