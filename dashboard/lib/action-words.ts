import { asText, words } from './tools.ts'
import type { Action, ActionStatus } from './use-actions.ts'

const kinds: Record<string, string> = {
  refund: 'Refund',
  cancel: 'Cancel an order',
  address: 'Change an address',
  note: 'Note on an order',
  tag: 'Tags of an order',
  inventory: 'Change the stock',
  price: 'Change a price',
  unit_cost: 'Change a unit cost',
  tracking_mail: 'Send tracking by mail',
}

export const kindName = (kind: string): string => kinds[kind] ?? words(kind)

/** Kinds that can be taken back by a button. */
const undone = new Set(['unit_cost', 'price', 'address', 'tag', 'inventory'])
export const canUndo = ({ kind, status, undo_of }: Action): boolean =>
  status === 'executed' && undo_of === null && undone.has(kind)

export const statusName: Record<ActionStatus, string> = {
  pending: 'Waits for a yes',
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Expired',
  replaced: 'Replaced',
  executing: 'Being carried out',
  executed: 'Done',
  failed: 'Failed',
  undone: 'Undone',
}

export const statusTone: Record<ActionStatus, 'attention' | 'good' | 'loss' | undefined> = {
  pending: 'attention',
  approved: 'good',
  rejected: undefined,
  expired: undefined,
  replaced: undefined,
  executing: 'attention',
  executed: 'good',
  failed: 'loss',
  undone: undefined,
}

/** What an action changes: each value before and after, those alone that change; `before` null where there was none. */
export const changesOf = ({ old_value, new_value }: Action): { name: string; before: string | null; after: string }[] =>
  Object.entries(new_value ?? {}).flatMap(([key, value]) => {
    const before = old_value?.[key]
    if (value === null || isNested(value) || key === 'sku' || key === 'currency' || key === 'order') return []
    if (before !== undefined && asText(before) === asText(value)) return []
    const currency = ['amount', 'price', 'unit_cost'].includes(key)
      ? (new_value?.['currency'] as string | undefined)
      : undefined
    const shown = (it: unknown) =>
      currency
        ? `${asText(it)
            .replace(/^(-?\d+)$/, '$1.00')
            .replace(/\.(\d)$/, '.$10')} ${currency}`
        : asText(it)
    const was = before === undefined || before === null || isNested(before) ? null : shown(before)
    return [{ name: words(key), before: was, after: shown(value) }]
  })

/** Lists of words are shown; what else is nested is for our own use. */
const isNested = (value: unknown) => typeof value === 'object' && !Array.isArray(value)
