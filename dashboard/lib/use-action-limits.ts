import useSWR, { useSWRConfig } from 'swr'
import { change, get, getTagged, type Tagged } from './api.ts'

/** What may be done to shops and costs. Amounts in the reporting currency; null is no limit. */
export type ActionLimits = {
  kind: string
  enabled: boolean
  max_amount: number | null
  max_amount_per_day: number | null
  max_change_percent: number | null
  second_approver_above_amount: number | null
  second_approver_above_percent: number | null
  max_per_day: number
}

export const useActionLimits = () => useSWR<{ data: ActionLimits[] }>('/action-limits', get)

/** Changes the limits of a kind. Throws `ApiError`: 412 when somebody else changed them since `etag`. */
export const useActionLimitChange = () => {
  const { mutate } = useSWRConfig()
  return {
    read: (kind: string): Promise<Tagged<ActionLimits>> => getTagged(`/action-limits/${kind}`),
    save: async (kind: string, changed: Partial<ActionLimits>, etag?: string) => {
      await change('PATCH', `/action-limits/${kind}`, changed, etag)
      await mutate('/action-limits')
    },
  }
}
