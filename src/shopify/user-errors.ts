import * as v from 'valibot'
import { AppError } from '../errors.ts'

/** What a mutation answers when the shop did not do it; some kinds carry a code. */
export const UserErrors = v.array(v.object({ message: v.string(), code: v.optional(v.nullable(v.string())) }))
export type UserErrors = v.InferOutput<typeof UserErrors>

/** @throws AppError `conflict` with the shop's own words when it refused */
export function mustBeFine(errors: UserErrors | undefined): void {
  if (!errors?.length) return
  throw new AppError('conflict', `Shopify refused: ${errors.map(({ message }) => message).join(' ')}`)
}
