import { Elysia } from 'elysia'
import * as v from 'valibot'
import { transaction } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { getSecondFactor, SecondFactor } from '../../sql/second-factors.ts'
import { endOtherSessions, forgetLogin } from '../../sql/sessions.ts'
import { findCredentialsById } from '../../sql/users.ts'
import { AppError } from '../errors.ts'
import { passwordFits } from '../password.ts'
import { begin, codeFits, confirm, newRecoveryCodes, removeFrom } from '../second-factor.ts'
import type { Seal } from '../secrets.ts'
import { mustManagePerson } from '../users.ts'
import { json } from './answers.ts'
import { guessed, takeAttempt } from './attempts.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'
import type { SignedIn } from './known-askers.ts'

/** What an app shows, or a recovery code, with or without its dashes. */
export const CodeInput = v.pipe(v.string(), v.maxLength(60, 'has at most 60 characters'))
const Password = v.pipe(v.string(), v.maxLength(1000))
const Begun = v.object({
  secret: v.string(),
  address: v.string(),
  size: v.pipe(v.number(), v.integer()),
  path: v.string(),
})
const RecoveryCodes = v.object({ recovery_codes: v.array(v.string()) })
const SHOWN_ONCE = 'Ten recovery codes, each good once, shown only now.'

/**
 * One's own second factor. Whatever weakens it takes the password and a code, so that somebody who found an open browser cannot. API
 * tokens and linked Telegram accounts never ask for it: a token is 200 random bits and made by somebody who was signed in, and a Telegram
 * account was let in by an admin.
 */
export const secondFactorRoutes = (deps: IdentityDeps & { seal: Seal }) => {
  const { sql, seal, now } = deps

  /** @throws AppError `forbidden` when it is wrong, `too_many` after ten wrong ones */
  async function mustKnowPassword({ user_id, email }: SignedIn, password: string) {
    const login_id = await takeAttempt(sql, { email, address: 'second factor, password', now: now() })
    const found = await findCredentialsById(sql, { user_id })
    if (!(await passwordFits(password, found?.password_hash))) throw new AppError('forbidden', 'The password is wrong.')
    await forgetLogin(sql, { login_id })
  }
  /** @throws AppError `forbidden` when it is wrong or was used, `too_many` after ten wrong ones */
  async function mustHaveCode({ user_id, email }: SignedIn, code: string) {
    const at = now()
    if (!(await guessed(sql, { email, now: at }, (tx) => codeFits(tx, seal, { user_id, code, now: at }))))
      throw new AppError('forbidden', 'The code is wrong, or was used. Wait for the next one.')
  }

  return new Elysia({ tags: ['auth'] })
    .use(identity(deps))
    .get(
      '/auth/second-factor',
      ({ db, who: { user_id } }) =>
        db(async (tx) => json((await jsonRows(tx, getSecondFactor, { user_id })).slice(1, -1))),
      {
        needs: 'session',
        response: SecondFactor,
        detail: { summary: 'Whether you sign in with a second factor, and whether the team asks for one' },
      },
    )
    .post(
      '/auth/second-factor',
      async ({ who, body: { password }, set }) => {
        await mustKnowPassword(who, password)
        set.status = 201
        set.headers['cache-control'] = 'no-store'
        return transaction(sql, (tx) => begin(tx, seal, who, now()))
      },
      {
        needs: 'session',
        body: v.strictObject({ password: Password }),
        response: { 201: Begun },
        detail: {
          operationId: 'beginSecondFactor',
          summary: 'Begin to set up a second factor: codes of an authenticator app (RFC 6238)',
          description:
            '`secret` is typed into the app, or `address` read by it from a picture: `path` is that picture as the path of an SVG, in a square of `size`. ' +
            'It counts once its first code was confirmed.',
        },
      },
    )
    .post(
      '/auth/second-factor/confirm',
      async ({ who, body: { code }, set }) => {
        await mustHaveCode(who, code)
        set.headers['cache-control'] = 'no-store'
        return transaction(sql, async (tx) => {
          const recovery_codes = await confirm(tx, who, now())
          await endOtherSessions(tx, { user_id: who.user_id, keep: who.session_id ?? '', now: now() })
          return { recovery_codes }
        })
      },
      {
        needs: 'session',
        body: v.strictObject({ code: CodeInput }),
        response: RecoveryCodes,
        detail: {
          operationId: 'confirmSecondFactor',
          summary: 'Confirm the second factor with its first code; ends all other sessions',
          description: SHOWN_ONCE,
        },
      },
    )
    .post(
      '/auth/second-factor/recovery-codes',
      async ({ who, body: { password, code }, set }) => {
        await mustKnowPassword(who, password)
        await mustHaveCode(who, code)
        set.headers['cache-control'] = 'no-store'
        return transaction(sql, async (tx) => ({ recovery_codes: await newRecoveryCodes(tx, who) }))
      },
      {
        needs: 'session',
        body: v.strictObject({ password: Password, code: CodeInput }),
        response: RecoveryCodes,
        detail: {
          operationId: 'createRecoveryCodes',
          summary: 'New recovery codes in the place of those that there are',
          description: SHOWN_ONCE,
        },
      },
    )
    .post(
      '/auth/second-factor/remove',
      async ({ who, body: { password, code }, set }) => {
        if ((await getSecondFactor(sql, who)).required)
          throw new AppError('conflict', 'Your team asks for a second factor, so yours stays.')
        await mustKnowPassword(who, password)
        await mustHaveCode(who, code)
        await transaction(sql, (tx) => removeFrom(tx, who, who))
        set.status = 204
      },
      {
        needs: 'session',
        body: v.strictObject({ password: Password, code: CodeInput }),
        detail: { operationId: 'removeSecondFactor', summary: 'Sign in without a second factor from now on' },
      },
    )
    .delete(
      '/users/:id/second-factor',
      ({ db, who, params: { id: user_id }, set }) =>
        db(async (tx) => {
          if (who.user_id === user_id)
            throw new AppError('forbidden', 'Remove your own second factor with your password and a code.')
          const { email } = await mustManagePerson(tx, who, { user_id })
          await removeFrom(tx, who, { user_id, email })
          set.status = 204
        }),
      {
        needs: 'admin',
        params: IdParams,
        detail: {
          tags: ['users'],
          operationId: 'resetSecondFactor',
          summary: 'Take the second factor of a user away, who lost phone and recovery codes; not your own',
        },
      },
    )
}
