import useSWR from 'swr'
import { get, post } from './api.ts'

/** Someone who wrote to the bot and waits to be let in. */
export type Pairing = {
  code: string
  first_name: string | null
  username: string | null
  created_at: string
  expires_at: string
}

/** Who waits to be let in, asked again every ten seconds, and the two answers. Both throw `ApiError`. */
export const usePairings = () => {
  const { data, error, mutate } = useSWR<{ data: Pairing[] }>('/telegram/pairings', get, { refreshInterval: 10_000 })
  const answer = async <T>(code: string, word: 'approve' | 'reject', body?: object): Promise<T> => {
    const answered = await post<T>(`/telegram/pairings/${encodeURIComponent(code)}/${word}`, body)
    await mutate()
    return answered
  }
  return {
    pairings: data?.data,
    error: error as unknown,
    retry: () => mutate(),
    /** Lets the person in as the user with this e-mail; without one the server decides. */
    approve: (code: string, email: string) =>
      answer<{ first_name: string | null; email: string }>(code, 'approve', email ? { email } : {}),
    reject: (code: string) => answer<void>(code, 'reject'),
  }
}
