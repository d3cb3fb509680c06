import useSWR, { useSWRConfig } from 'swr'
import { change, get, post, remove } from './api.ts'
import { changeInList } from './change-in-list.ts'

export const roles = ['owner', 'admin', 'finance', 'marketer', 'viewer'] as const
export type Role = (typeof roles)[number]

/** What each role may do, in a few words. */
export const roleWords: Record<Role, string> = {
  owner: 'everything',
  admin: 'everything but the last owner',
  finance: 'figures, costs, orders, approvals',
  marketer: 'reads figures, writes ad spend',
  viewer: 'reads reports',
}

/** Somebody of the team; `stores` null is all of them; `active`: has set a password. */
export type Member = {
  id: number
  email: string
  role: Role
  stores: string[] | null
  disabled: boolean
  active: boolean
  second_factor: boolean
  created_at: string
}

const LIST = '/users?limit=200'

/** The team, newest first, disabled people included. */
export const useUsers = () => useSWR<{ data: Member[] }>(LIST, get)

/** What can be done with people. All throw `ApiError`. A link is a path, valid once and for 24 hours. */
export const useUserChanges = () => {
  const { mutate } = useSWRConfig()
  return {
    invite: async (user: { email: string; role: Role; stores: string[] | null }) => {
      const made = await post<{ set_password: string }>('/users', user)
      await mutate(LIST)
      return made.set_password
    },
    link: async (id: number) => (await post<{ set_password: string }>(`/users/${id}/password-link`)).set_password,
    /** Lets somebody who lost phone and recovery codes sign in with the password alone. */
    resetSecondFactor: async (id: number) => {
      await remove(`/users/${id}/second-factor`)
      await mutate(LIST)
    },
    /** Shown at once, and taken back when the server refuses. */
    set: (id: number, changed: Partial<Pick<Member, 'role' | 'stores' | 'disabled'>>) =>
      changeInList<Member>(mutate, LIST, id, changed, () => change('PATCH', `/users/${id}`, changed)),
  }
}
