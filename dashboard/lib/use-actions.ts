import useSWR, { useSWRConfig } from 'swr'
import type { AlfredAnswer } from './alfred.ts'
import { change, get, post, withQuery } from './api.ts'

export type ActionStatus =
  | 'pending'
  | 'approved'
  | 'rejected'
  | 'expired'
  | 'replaced'
  | 'executing'
  | 'executed'
  | 'failed'
  | 'undone'

/** Something that was proposed to be done to a shop or to costs. */
export type Action = {
  id: number
  kind: string
  store: string
  target: string
  old_value: Record<string, unknown> | null
  new_value: Record<string, unknown> | null
  reason: string
  effect: { amount: number; currency: string; basis: string }[]
  status: ActionStatus
  approvals_needed: number
  approvals: { email: string; at: string }[]
  proposed_by: string | null
  agent: string | null
  conversation_id: number | null
  undo_of: number | null
  replaced_by: number | null
  created_at: string
  expires_at: string
  decided_at: string | null
  executed_at: string | null
  error: string | null
}

type Listed = { data: Action[]; next: string | null }

/** Actions of this status, or all (null), newest first, asked again each quarter of a minute. */
export const useActions = (status: ActionStatus | null) =>
  useSWR<Listed>(withQuery('/actions', { status, limit: '100' }), get, { refreshInterval: 15_000 })

/** What was proposed to be done about an order, newest first, asked again each quarter of a minute. */
export const useOrderActions = (order_id: number) =>
  useSWR<Listed>(withQuery('/actions', { order_id: String(order_id), limit: '50' }), get, { refreshInterval: 15_000 })

/** What a person can make of an action. All throw `ApiError`. */
export const useDecisions = () => {
  const { mutate } = useSWRConfig()
  const again = () => mutate((key) => typeof key === 'string' && key.startsWith('/actions'))
  const send = (word: string) => async (id: number) => {
    const action = await post<Action>(`/actions/${id}/${word}`)
    await again()
    return action
  }
  return {
    approve: send('approve'),
    reject: send('reject'),
    undo: send('undo'),
    /** Says how it should be instead; the agent proposes again. */
    differently: async (id: number, text: string) => {
      const answer = await change<{ answer: AlfredAnswer; action: Action }>('PATCH', `/actions/${id}`, { text })
      await again()
      return answer
    },
  }
}
