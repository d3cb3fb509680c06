import { createHmac } from 'node:crypto'

type Json = Record<string, unknown>
export type Forgery = { header?: Json; secret?: string; hash?: 'sha256' | 'sha512' }

const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The key id of a secret: the first 9 bytes of an HMAC that it signs. */
export const kidOf = (secret: string) =>
  createHmac('sha256', secret).update('dealdome key id').digest().subarray(0, 9).toString('base64url')

/**
 * A token of these claims, signed by hand and with the key id of the secret; `undefined` leaves a claim or a part of the header out.
 * Algorithm `none` has no signature.
 */
export function signToken(claims: Json, { header, secret = '', hash = 'sha256' }: Forgery = {}): string {
  const full = { alg: 'HS256', typ: 'JWT', kid: kidOf(secret), ...header }
  const signed = `${part(full)}.${part(claims)}`
  return `${signed}.${full.alg === 'none' ? '' : createHmac(hash, secret).update(signed).digest('base64url')}`
}

/** The claims of a token, unchecked. */
export const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json

type Claims = { sub: string; sid: string; iat: number; exp: number }

/**
 * Tokens that are all to be refused, by what is wrong with them. `claims` are those of a person with a living session, `other` of another
 * one, `ended` of one whose session was ended.
 */
export function forgedTokens(
  { claims, other, ended }: { claims: Claims; other: Claims; ended: Claims },
  secret: string,
): Record<string, string> {
  const { iat, exp } = claims
  const forged = (changes: Json, forgery: Forgery = {}) => signToken({ ...claims, ...changes }, { secret, ...forgery })
  const [header, body, signature] = forged({}).split('.')
  const [, otherBody] = forged({ sub: other.sub, sid: other.sid }).split('.')
  return {
    'without a signature, alg none': forged({}, { header: { alg: 'none' } }),
    'alg none in other letters': forged({}, { header: { alg: 'nOnE' } }),
    'alg none with a signature': `${forged({}, { header: { alg: 'none' } })}${signature}`,
    'HS512 with our secret': forged({}, { header: { alg: 'HS512' }, hash: 'sha512' }),
    'HS384 in name only': forged({}, { header: { alg: 'HS384' } }),
    'RS256 in name only': forged({}, { header: { alg: 'RS256' } }),
    'a foreign secret under our key id': forged({}, { secret: FOREIGN, header: { kid: kidOf(secret) } }),
    'a foreign secret under its own key id': forged({}, { secret: FOREIGN }),
    'an empty secret': forged({}, { secret: '' }),
    'without a key id': forged({}, { header: { kid: undefined } }),
    'an unknown key id': forged({}, { header: { kid: 'unknown' } }),
    'a key id that is no text': forged({}, { header: { kid: { toString: kidOf(secret) } } }),
    'a key id that is a path': forged({}, { header: { kid: '../../dev/null' } }),
    'the key id of nothing': forged({}, { header: { kid: '__proto__' } }),
    'a key of its own in the header': forged({}, { secret: FOREIGN, header: { jwk: { kty: 'oct', k: 'Zm9yZWlnbg' } } }),
    'without exp': forged({ exp: undefined }),
    'without iat': forged({ iat: undefined }),
    'without sub': forged({ sub: undefined }),
    'without sid': forged({ sid: undefined }),
    'without iss': forged({ iss: undefined }),
    'without aud': forged({ aud: undefined }),
    expired: forged({ exp: iat - 1 }),
    'exp as text': forged({ exp: String(exp) }),
    'iat as text': forged({ iat: String(iat) }),
    'not valid yet': forged({ nbf: iat + 3_600 }),
    'of another issuer': forged({ iss: 'somebody' }),
    'for another audience': forged({ aud: 'somebody' }),
    'with an unknown critical header': forged({}, { header: { crit: ['wisdom'], wisdom: true } }),
    'with an unencoded payload': forged({}, { header: { crit: ['b64'], b64: false } }),
    'the session of another person': forged({ sid: other.sid }),
    'another person in this session': forged({ sub: other.sub }),
    'an ended session': forged({ sub: ended.sub, sid: ended.sid }),
    'a session that does not exist': forged({ sid: crypto.randomUUID() }),
    'a session that is no UUID': forged({ sid: "' or true --" }),
    'a person that is no number': forged({ sub: '1 or 1=1' }),
    'a person beyond all ids': forged({ sub: '9999999999999999' }),
    'other claims under the signature of a real one': `${header}.${otherBody}.${signature}`,
    'a signature that is cut': `${header}.${body}.${signature?.slice(0, -4)}`,
    'no signature at all': `${header}.${body}`,
    'an API token that nobody made': `dd_abcdefgh_${'a'.repeat(40)}`,
    'the beginning of an API token': 'dd_',
  }
}

const FOREIGN = 'a-foreign-secret-of-32-characters!!'
