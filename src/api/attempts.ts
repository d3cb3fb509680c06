import { forgetLogin, lockLogins, loginFailures, noteLogin } from '../../sql/sessions.ts'
import { type Sql, transaction } from '../../sql/connect.ts'
import { AppError } from '../errors.ts'

const FAILURES_ALLOWED = 10

/** Who guesses, from where, or at what. */
export type Attempt = { email: string; address: string; now: Date }

/**
 * Counts as failed until it is known to be right, so that guesses sent at the same moment do not slip through, whatever process they reach.
 * @returns the id by which it is forgotten
 * @throws AppError `too_many` after ten failures within 15 minutes
 */
export async function takeAttempt(sql: Sql, attempt: Attempt): Promise<number> {
  return transaction(sql, async (tx) => {
    await lockLogins(tx, attempt)
    const { failures, seconds_left } = await loginFailures(tx, attempt)
    if (failures < FAILURES_ALLOWED) return (await noteLogin(tx, attempt)).id
    const seconds = Math.max(1, seconds_left ?? 1)
    throw new AppError('too_many', `Too many failed logins. Try again in ${Math.ceil(seconds / 60)} minutes.`, {
      retryAfter: seconds,
    })
  })
}

/** At what codes are guessed: counted for a person, from wherever they come. */
const CODES = 'second factor'

/** Runs `check` on a guess of a code. @throws AppError `too_many` after ten wrong ones within 15 minutes */
export async function guessed(
  sql: Sql,
  { email, now }: Omit<Attempt, 'address'>,
  check: (tx: Sql) => Promise<boolean>,
): Promise<boolean> {
  const login_id = await takeAttempt(sql, { email, address: CODES, now })
  return transaction(sql, async (tx) => {
    const fits = await check(tx)
    if (fits) await forgetLogin(tx, { login_id })
    return fits
  })
}
