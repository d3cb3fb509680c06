import { type Cookie, Elysia } from 'elysia'
import * as v from 'valibot'
import { transaction } from '../../sql/connect.ts'
import { findPasswordLink, usePasswordLink } from '../../sql/password-links.ts'
import { secondFactorInUse } from '../../sql/second-factors.ts'
import {
  createSession,
  endAllSessions,
  endOtherSessions,
  endSession,
  forgetFirstStep,
  forgetLogin,
  prolongSession,
} from '../../sql/sessions.ts'
import { listStores } from '../../sql/stores.ts'
import { findCredentials, findCredentialsById, User } from '../../sql/users.ts'
import { mayDo, SCOPES } from '../access.ts'
import { audit } from '../audit.ts'
import { browserWords } from '../browser-words.ts'
import { AppError } from '../errors.ts'
import { hashPassword, passwordFits, SHORTEST_PASSWORD } from '../password.ts'
import { hashOf } from '../random-secret.ts'
import { codeFits } from '../second-factor.ts'
import type { Seal } from '../secrets.ts'
import { storePassword } from '../users.ts'
import { guessed, takeAttempt } from './attempts.ts'
import { cookieName, identity, type IdentityDeps } from './identity.ts'
import { CodeInput } from './second-factor.ts'

const Login = v.object({
  email: v.pipe(v.string(), v.maxLength(320)),
  password: v.pipe(v.string(), v.maxLength(1000)),
  code: v.optional(CodeInput),
})
const LoggedIn = v.object({ token: v.string(), expires_at: v.string(), user: User })
const Password = v.pipe(
  v.string(),
  v.minLength(SHORTEST_PASSWORD, `needs at least ${SHORTEST_PASSWORD} characters`),
  v.maxLength(200, 'has at most 200 characters'),
)
const NewPassword = v.object({ current_password: v.pipe(v.string(), v.maxLength(1000)), new_password: Password })
const LinkPassword = v.object({ token: v.pipe(v.string(), v.maxLength(200)), password: Password })
const Me = v.object({
  user: User,
  scopes: v.array(v.picklist(SCOPES)),
  stores: v.nullable(v.array(v.string())),
  must_set_up_second_factor: v.boolean(),
})

/** Signing in and out. The token also goes into an httpOnly cookie, which the dashboard uses. */
export const authRoutes = (deps: IdentityDeps & { seal: Seal }) => {
  const { sql, now, secureCookie, seal } = deps
  const name = cookieName(secureCookie)
  return new Elysia({ prefix: '/auth', tags: ['auth'] })
    .use(identity(deps))
    .post(
      '/login',
      async ({ body, tokenOf, cookie, request, requestId: request_id, server, set }) => {
        const address = server?.requestIP(request)?.address ?? ''
        const attempt = { email: body.email, address, now: now() }
        const login_id = await takeAttempt(sql, attempt)
        const found = await findCredentials(sql, { email: body.email })
        const knowsPassword = await passwordFits(body.password, found?.password_hash)
        const hasCode = await fitsAsSecond(body.code, knowsPassword && found?.second_factor ? found : undefined)
        if (!found || !knowsPassword || (found.second_factor && !hasCode)) {
          // People type passwords into the wrong field, so what was typed is noted only when it is an account.
          const subject = found?.email ?? 'an unknown address'
          await audit(sql, { request_id }, { action: 'login.failed', subject, new_value: { address } })
          throw await wrongLogin(body.code)
        }
        const { id: user_id, email, role } = found
        const session = await transaction(sql, async (tx) => {
          await forgetLogin(tx, { login_id })
          if (found.second_factor) await forgetFirstStep(tx, attempt)
          const new_value = { address, ...(found.second_factor && { second_factor: true }) }
          await audit(tx, { user_id, email, request_id }, { action: 'login', subject: email, new_value })
          return createSession(tx, { user_id, now: now(), browser: browserWords(request.headers.get('user-agent')) })
        })
        const token = await tokenOf(user_id, session)
        keep(cookie[name], token, session.expires_at)
        set.headers['cache-control'] = 'no-store'
        return { token, expires_at: session.expires_at.toISOString(), user: { id: user_id, email, role } }
      },
      {
        body: Login,
        response: LoggedIn,
        detail: {
          summary: 'Sign in with e-mail address and password, and a code where a second factor is set up',
          description:
            'Whatever is wrong or missing, the answer is one and the same 401, so that nobody learns of a password without the code. Where anybody in the ' +
            'team has a second factor, `errors` names the field `code` when none was sent: ask for it and send all three together.',
          security: [],
        },
      },
    )
    .post(
      '/refresh',
      async ({ who, tokenOf, cookie, set }) => {
        const { user_id: id, email, role, session_id = '' } = who
        const session = await prolongSession(sql, { session_id, now: now() })
        if (!session) throw new AppError('unauthorized', 'This session has ended. Sign in again.')
        const token = await tokenOf(id, session)
        keep(cookie[name], token, session.expires_at)
        set.headers['cache-control'] = 'no-store'
        return { token, expires_at: session.expires_at.toISOString(), user: { id, email, role } }
      },
      {
        needs: 'session',
        response: LoggedIn,
        detail: {
          summary: 'A new token for this session, until 24 hours from now but at most 30 days after the login',
          description: 'The token that was sent stays valid until its own expiry, for requests that are under way.',
        },
      },
    )
    .post(
      '/logout',
      async ({ who, cookie, set }) => {
        await transaction(sql, async (tx) => {
          await endSession(tx, { session_id: who.session_id ?? '', now: now() })
          await audit(tx, who, { action: 'logout', subject: who.email })
        })
        cookie[name]?.set({
          value: '',
          httpOnly: true,
          sameSite: 'strict',
          secure: secureCookie,
          path: '/',
          maxAge: 0,
        })
        set.status = 204
      },
      { needs: 'session', detail: { summary: 'End this session' } },
    )
    .get(
      '/me',
      async ({ who, db }) => ({
        user: { id: who.user_id, email: who.email, role: who.role },
        must_set_up_second_factor: who.must_set_up ?? false,
        scopes: SCOPES.filter((scope) => mayDo(who, scope)),
        stores: who.stores === 'all' ? null : (await db((tx) => listStores(tx, {}))).map(({ slug }) => slug),
      }),
      {
        needs: 'signed in',
        response: Me,
        detail: { summary: 'Who is signed in, what they may do, and the stores they are limited to (null: all)' },
      },
    )
    .post(
      '/password',
      async ({ who, body, set }) => {
        const { user_id, email, session_id: keep = '' } = who
        const login_id = await takeAttempt(sql, { email, address: 'change of password', now: now() })
        const found = await findCredentialsById(sql, { user_id })
        if (!(await passwordFits(body.current_password, found?.password_hash)))
          throw new AppError('forbidden', 'The current password is wrong.')
        const password_hash = await hashPassword(body.new_password, email)
        await transaction(sql, async (tx) => {
          await forgetLogin(tx, { login_id })
          await storePassword(tx, who, { user_id, email, password_hash, how: 'by the user' })
          await endOtherSessions(tx, { user_id, keep, now: now() })
        })
        set.status = 204
      },
      {
        needs: 'session',
        body: NewPassword,
        detail: { operationId: 'changePassword', summary: 'Change the password; ends all other sessions' },
      },
    )
    .post(
      '/set-password',
      async ({ body, requestId: request_id }) => {
        const link = { token_hash: hashOf(body.token), now: now() }
        const owner = await findPasswordLink(sql, link)
        if (!owner) throw unknownLink()
        const password_hash = await hashPassword(body.password, owner.email)
        return transaction(sql, async (tx) => {
          const used = await usePasswordLink(tx, link)
          if (!used) throw unknownLink()
          await storePassword(tx, { ...used, request_id }, { ...used, password_hash, how: 'with a link' })
          await endAllSessions(tx, { user_id: used.user_id, now: link.now })
          return { email: used.email }
        })
      },
      {
        body: LinkPassword,
        response: v.object({ email: v.string() }),
        detail: { summary: 'Set a password with a link, once; then sign in with it', security: [] },
      },
    )

  /**
   * Whether a code is right for a person who knows their password. Without such a person as much is done, so that an answer takes as long.
   * Wrong codes count for the person, from wherever they come; beyond the tenth even a right one is wrong.
   */
  async function fitsAsSecond(code: string | undefined, person: { id: number; email: string } | undefined) {
    if (code === undefined) return false
    const { id: user_id, email } = person ?? { id: 0, email: `nobody ${crypto.randomUUID()}` }
    const at = now()
    try {
      return await guessed(sql, { email, now: at }, (tx) => codeFits(tx, seal, { user_id, code, now: at }))
    } catch (error) {
      if (error instanceof AppError && error.code === 'too_many') return false
      throw error
    }
  }

  /** One answer for everything that may be wrong, whoever it is. */
  async function wrongLogin(code: string | undefined): Promise<AppError> {
    const { in_use } = await secondFactorInUse(sql, {})
    if (!in_use) return new AppError('unauthorized', 'E-mail address or password is wrong.')
    const errors = [{ field: 'code', message: 'is needed from whoever has a second factor' }]
    return new AppError('unauthorized', 'E-mail address, password or code is wrong.', {
      errors: code === undefined ? errors : undefined,
    })
  }

  function keep(cookie: Cookie<unknown> | undefined, token: string, expires: Date) {
    // Not its instant: a browser goes by its own clock.
    const maxAge = Math.ceil((expires.getTime() - now().getTime()) / 1000)
    cookie?.set({ value: token, httpOnly: true, sameSite: 'strict', secure: secureCookie, path: '/', maxAge })
  }
}

const unknownLink = () =>
  new AppError('not_found', 'This link is unknown, used or older than 24 hours. Ask whoever sent it for a new one.')
