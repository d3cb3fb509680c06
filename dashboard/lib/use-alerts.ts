import useSWR, { useSWRConfig } from 'swr'
import { change, get } from './api.ts'

export type Alert = {
  kind: string
  chat_id: number
  thread_id: number
  store: string | null
  active: boolean
  threshold: number | null
  at: string | null
  urgent: boolean
  muted_until: string | null
}

/** What the user is told in Telegram without asking; a kind that was never switched on is missing. */
export const useAlerts = () => useSWR<{ data: Alert[] }>('/alerts', get)

export type AlertChange = Partial<Pick<Alert, 'active' | 'threshold' | 'at' | 'muted_until' | 'store' | 'chat_id'>>

/** Changes one, also one that was never on. Throws `ApiError`: 409 when the user has no chat with the bot. */
export const useAlertChange = () => {
  const { mutate } = useSWRConfig()
  return async (kind: string, changed: AlertChange) => {
    await change('PATCH', `/alerts/${kind}`, changed)
    await mutate('/alerts')
  }
}
