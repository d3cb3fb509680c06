import { Secret, TOTP } from 'otpauth'
import type { Sql } from '../../sql/connect.ts'
import { beginSecondFactor, confirmSecondFactor, secondFactorName } from '../../sql/second-factors.ts'
import { setSecret } from '../../sql/secrets.ts'
import type { Seal } from '../../src/secrets.ts'

/** The app on a person's phone: its code at a moment, `steps` of 30 seconds later. */
export const codeOf = (secret: string, at: Date, steps = 0): string =>
  new TOTP({ algorithm: 'SHA1', digits: 6, period: 30, secret: Secret.fromBase32(secret) }).generate({
    timestamp: at.getTime() + steps * 30_000,
  })

type Given = { user_id: number; email: string; now: Date; confirmed?: boolean }

/** Gives a person a second factor, confirmed unless told otherwise; resolves to its key. */
export async function aSecondFactor(sql: Sql, seal: Seal, { user_id, email, now, confirmed = true }: Given) {
  const secret = new Secret({ size: 20 }).base32
  const name = secondFactorName({ user_id })
  await beginSecondFactor(sql, { user_id, now })
  await setSecret(sql, { name, sealed: seal.seal(name, secret), user_id, email, now })
  if (confirmed) await confirmSecondFactor(sql, { user_id, now })
  return secret
}
