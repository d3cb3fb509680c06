import useSWR from 'swr'
import { get, post } from './api.ts'

export type User = { id: number; email: string; role: string }

type Me = {
  user: User
  scopes: string[]
  stores: string[] | null
  /** The team asks for a second factor, and there is none yet: nothing else can be done before. */
  must_set_up_second_factor: boolean
}

/** The user who is logged in. */
export const useMe = () => useSWR<Me>('/auth/me', get)

/** Whether the user may do this, a scope of the API; true until it is known, so that nothing appears late. */
export const useMay = (scope: string): boolean => useMe().data?.scopes.includes(scope) ?? true

/** Starts a session, which lives in an httpOnly cookie. Throws `ApiError`; one that names the field `code` when a second factor may be needed. */
export const logIn = async (email: string, password: string, code?: string): Promise<User> =>
  (await post<{ user: User }>('/auth/login', { email, password, ...(code !== undefined && { code }) })).user

/** Another 24 hours for the session. Throws `ApiError`. */
export const stayLoggedIn = (): Promise<unknown> => post('/auth/refresh')

/** Ends the session. Throws `ApiError`. */
export const logOut = (): Promise<void> => post('/auth/logout')

/** Sets the password of the person whom a one-time link is for. Throws `ApiError`: 404 when the link is used or too old. */
export const setPassword = (token: string, password: string): Promise<{ email: string }> =>
  post('/auth/set-password', { token, password })

/** Throws `ApiError`: 403 when the current password is wrong, 422 when the new one is too short. */
export const changePassword = (current: string, next: string): Promise<void> =>
  post('/auth/password', { current_password: current, new_password: next })
