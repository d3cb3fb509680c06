import useSWR, { useSWRConfig } from 'swr'
import { get, remove } from './api.ts'

/** A Telegram account that is linked to a user; `blocked`: the person stopped the bot. */
export type TelegramAccount = {
  id: number
  email: string
  first_name: string
  username: string | null
  paired_at: string
  blocked: boolean
}

export const useTelegramAccounts = () => useSWR<{ data: TelegramAccount[] }>('/telegram/accounts', get)

/** Cuts an account from its user. Throws `ApiError`. */
export const useUnlink = () => {
  const { mutate } = useSWRConfig()
  return async (id: number) => {
    await remove(`/telegram/accounts/${id}`)
    await mutate('/telegram/accounts')
  }
}
