import useSWR from 'swr'
import { get, remove } from './api.ts'

/** Somewhere that the user is signed in; `browser` in words, empty when unknown. */
export type Session = {
  id: string
  browser: string
  started_at: string
  last_used_at: string | null
  is_this: boolean
}

/** The user's own open sessions, and ways to end them. Both throw `ApiError`. */
export const useSessions = () => {
  const asked = useSWR<{ data: Session[] }>('/auth/sessions', get)
  return {
    asked,
    end: async (id: string) => {
      await remove(`/auth/sessions/${id}`)
      await asked.mutate()
    },
    endOthers: async () => {
      await remove('/auth/sessions')
      await asked.mutate()
    },
  }
}

/** Ends all sessions of somebody. Throws `ApiError`. */
export const endSessionsOf = (user_id: number): Promise<void> => remove(`/users/${user_id}/sessions`)
