import type { Action } from '../../sql/actions.ts'
import type { Wording } from '../wording.ts'
import { escapeHtml } from './html.ts'

/** A value for people: its plain parts by name, what is nested is for our own use. */
const plain = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .filter(([, part]) => part !== null && part !== '' && typeof part !== 'object')
        .map(([key, part]) => `${key.replaceAll('_', ' ')} ${String(part)}`)
        .join(', ')
    : '–'

/** A proposal as its card: what would be done, from what to what, why, what it does to the profit, and what became of it. */
export function actionMessage(action: Action, words: Wording): string {
  const { id, kind, store, target, old_value, new_value, reason, effect, approvals, approvals_needed, status, error } =
    action
  const signed = (amount: unknown, currency: string) =>
    `${Number(amount) > 0 ? '+' : ''}${words.money(String(amount), currency)}`
  return [
    `<b>${escapeHtml(kind.replaceAll('_', ' '))}</b> · ${escapeHtml(target)} · ${escapeHtml(store)} · #${id}`,
    old_value !== null && `Now: ${escapeHtml(plain(old_value).slice(0, 600))}`,
    `New: <b>${escapeHtml(plain(new_value).slice(0, 1_200))}</b>`,
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
