import useSWR, { useSWRConfig } from 'swr'
import { get, post } from './api.ts'

/** How the user signs in; `required`: the team asks everybody for a second factor. */
export type SecondFactor = {
  is_on: boolean
  confirmed_at: string | null
  recovery_codes_left: number
  required: boolean
}

/** A key for an app, shown once: as text, and as a picture: the path of an SVG in a square of `size`. */
export type BegunFactor = { secret: string; address: string; size: number; path: string }

/** The user's own second factor, and what can be done with it. All throw `ApiError`: 403 for a wrong password or code. */
export const useSecondFactor = () => {
  const asked = useSWR<SecondFactor>('/auth/second-factor', get)
  const { mutate } = useSWRConfig()
  const refresh = () => Promise.all([asked.mutate(), mutate('/auth/me'), mutate('/auth/sessions')])
  const codesOf = async (path: string, body: object) =>
    (await post<{ recovery_codes: string[] }>(`/auth/second-factor${path}`, body)).recovery_codes
  return {
    asked,
    refresh,
    begin: (password: string) => post<BegunFactor>('/auth/second-factor', { password }),
    confirm: (code: string) => codesOf('/confirm', { code }),
    newRecoveryCodes: (password: string, code: string) => codesOf('/recovery-codes', { password, code }),
    remove: async (password: string, code: string) => {
      await post('/auth/second-factor/remove', { password, code })
      await refresh()
    },
  }
}
