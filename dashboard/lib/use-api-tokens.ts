import useSWR, { useSWRConfig } from 'swr'
import { get, post, remove } from './api.ts'

export const scopes = [
  'stats:read',
  'financials:read',
  'financials:write',
  'products:read',
  'products:write',
  'orders:read',
  'orders:write',
  'knowledge:read',
  'knowledge:write',
  'tasks:write',
  'agents:use',
  'admin',
] as const

/** A token for a machine; only its public part is ever shown again. */
export type ApiToken = {
  id: number
  name: string
  public_part: string
  email: string
  scopes: string[]
  stores: string[] | null
  created_at: string
  last_used_at: string | null
  expires_at: string | null
}

const LIST = '/api-tokens?limit=200'

export const useApiTokens = () => useSWR<{ data: ApiToken[] }>(LIST, get)

/** Makes and revokes tokens. Both throw `ApiError`. */
export const useApiTokenChanges = () => {
  const { mutate } = useSWRConfig()
  return {
    make: async (token: { name: string; scopes: string[]; expires_at: string | null }) => {
      const made = await post<ApiToken & { token: string }>('/api-tokens', token)
      await mutate(LIST)
      return made.token
    },
    revoke: async (id: number) => {
      await remove(`/api-tokens/${id}`)
      await mutate(LIST)
    },
  }
}
