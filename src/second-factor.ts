import { Secret, TOTP } from 'otpauth'
import { encodeQR } from 'qr'
import type { Sql } from '../sql/connect.ts'
import {
  beginSecondFactor,
  confirmSecondFactor,
  removeSecondFactor,
  secondFactorName,
  setRecoveryCodes,
  useRecoveryCode,
  useStep,
} from '../sql/second-factors.ts'
import { findSecret, setSecret } from '../sql/secrets.ts'
import type { Who } from './access.ts'
import { audit } from './audit.ts'
import { AppError } from './errors.ts'
import { hashOf, newSecret } from './random-secret.ts'
import type { Seal } from './secrets.ts'

/** What every authenticator app takes. */
const CODES = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** Steps that the clock of a phone may be off either way. */
const DRIFT = 1
const RECOVERY_CODES = 10

type Person = Pick<Who, 'user_id' | 'email'>
type Asked = { user_id: number; code: string; now: Date }

const totp = (secret: string, email = '') =>
  new TOTP({ ...CODES, issuer: 'DealDome', label: email, secret: Secret.fromBase32(secret) })

/**
 * Begins to set up the second factor of a person; it counts once its first code was right.
 * @returns its key as text and as what apps read from a picture, and the picture as a path of SVG in a square of `size`
 * @throws AppError `conflict` when there is one
 */
export async function begin(tx: Sql, seal: Seal, { user_id, email }: Person, now: Date) {
  if ((await beginSecondFactor(tx, { user_id, now })) === 0)
    throw new AppError('conflict', 'You have a second factor already. Remove it first.')
  const secret = new Secret({ size: 20 }).base32
  const name = secondFactorName({ user_id })
  await setSecret(tx, { name, sealed: seal.seal(name, secret), user_id, email, now })
  const address = totp(secret, email).toString()
  return { secret, address, ...pictureOf(address) }
}

function pictureOf(text: string): { size: number; path: string } {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 2 })
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join('')
  return { size: rows.length, path }
}

/**
 * Whether a code is right now, and uses it up: a code of the app counts once, and none from before it; a recovery code once. Costs the
 * same work when the person has none.
 */
export async function codeFits(tx: Sql, seal: Seal, { user_id, code, now }: Asked): Promise<boolean> {
  const plain = code.replaceAll(/[\s-]/g, '').toLowerCase()
  const name = secondFactorName({ user_id })
  const found = await findSecret(tx, { name })
  const secret = found ? seal.open(name, found.sealed) : new Secret({ size: 20 }).base32
  const of = totp(secret)
  const timestamp = now.getTime()
  const off = /^\d{6}$/.test(plain) ? of.validate({ token: plain, timestamp, window: DRIFT }) : null
  if (off !== null) return (await useStep(tx, { user_id, step: of.counter({ timestamp }) + off })) === 1 && found !== undefined // prettier-ignore
  return (await useRecoveryCode(tx, { user_id, code_hash: hashOf(plain), now })) === 1
}

/** From now on the second factor is asked for. @returns the recovery codes, shown only now. @throws AppError `conflict` when it is already */
export async function confirm(tx: Sql, who: Who, now: Date): Promise<string[]> {
  const { user_id, email } = who
  if ((await confirmSecondFactor(tx, { user_id, now })) === 0)
    throw new AppError('conflict', 'There is no second factor that waits for its first code. Begin again.')
  await audit(tx, who, { action: 'second_factor.set_up', subject: email })
  return newRecoveryCodes(tx, who)
}

/** Recovery codes in the place of those that there are, shown only now. */
export async function newRecoveryCodes(tx: Sql, who: Who): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () => newSecret(24))
  await setRecoveryCodes(tx, { user_id: who.user_id, hashes: codes.map(hashOf) })
  await audit(tx, who, { action: 'second_factor.recovery_codes_made', subject: who.email })
  return codes.map((code) => code.match(/.{6}/g)!.join('-'))
}

/** Takes the second factor of a person away. @throws AppError `not_found` when they have none */
export async function removeFrom(tx: Sql, by: Who | null, { user_id, email }: Person): Promise<void> {
  if ((await removeSecondFactor(tx, { user_id })) === 0)
    throw new AppError('not_found', `There is no second factor of ${email}.`)
  await audit(tx, by, { action: 'second_factor.removed', subject: email })
}
