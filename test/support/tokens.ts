import { createHmac } from 'node:crypto'

type Json = Record<string, unknown>
export type Forgery = { header?: Json; secret?: string; hash?: 'sha256' | 'sha512' }

const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token of these claims, signed by hand; `undefined` leaves a claim out. Algorithm `none` has no signature. */
export function signToken(claims: Json, { header, secret = '', hash = 'sha256' }: Forgery = {}): string {
  const full = { alg: 'HS256', typ: 'JWT', ...header }
  const signed = `${part(full)}.${part(claims)}`
  return `${signed}.${full.alg === 'none' ? '' : createHmac(hash, secret).update(signed).digest('base64url')}`
}

/** The claims of a token, unchecked. */
export const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json
