import { Elysia } from 'elysia'
import * as v from 'valibot'
import {
  endOtherSessions,
  endSession,
  findCredentials,
  findCredentialsById,
  loginFailures,
  noteLoginFailure,
  setPasswordHash,
  User,
} from '../../sql/users.ts'
import { AppError } from '../errors.ts'
import { hashPassword, passwordFits, SHORTEST_PASSWORD } from '../password.ts'
import { COOKIE, identity, type IdentityDeps } from './identity.ts'

const FAILURES_ALLOWED = 10

const Login = v.object({ email: v.pipe(v.string(), v.maxLength(320)), password: v.pipe(v.string(), v.maxLength(1000)) })
const LoggedIn = v.object({ token: v.string(), expires_at: v.string(), user: User })
const NewPassword = v.object({
  current_password: v.pipe(v.string(), v.maxLength(1000)),
  new_password: v.pipe(
    v.string(),
    v.minLength(SHORTEST_PASSWORD, `needs at least ${SHORTEST_PASSWORD} characters`),
    v.maxLength(200, 'has at most 200 characters'),
  ),
})

/** Signing in and out. The token also goes into an httpOnly cookie, which the dashboard uses. */
export const authRoutes = (deps: IdentityDeps & { secureCookie: boolean }) => {
  const { sql, now, secureCookie } = deps
  return new Elysia({ prefix: '/auth', tags: ['auth'] })
    .use(identity(deps))
    .post(
      '/login',
      async ({ body, signIn, cookie, request, server }) => {
        const attempt = { email: body.email, address: server?.requestIP(request)?.address ?? '', now: now() }
        const { failures, seconds_left } = await loginFailures(sql, attempt)
        if (failures >= FAILURES_ALLOWED) {
          const seconds = Math.max(1, seconds_left ?? 1)
          throw new AppError('too_many', `Too many failed logins. Try again in ${Math.ceil(seconds / 60)} minutes.`, {
            retryAfter: seconds,
          })
        }
        const found = await findCredentials(sql, { email: body.email })
        if (!(await passwordFits(body.password, found?.password_hash)) || !found) {
          await noteLoginFailure(sql, attempt)
          throw new AppError('unauthorized', 'E-mail address or password is wrong.')
        }
        const user = { id: found.id, email: found.email, role: found.role }
        const { token, expires_at } = await signIn(user)
        cookie[COOKIE]?.set({
          value: token,
          httpOnly: true,
          sameSite: 'strict',
          secure: secureCookie,
          path: '/',
          expires: expires_at,
        })
        return { token, expires_at: expires_at.toISOString(), user }
      },
      {
        body: Login,
        response: LoggedIn,
        detail: { summary: 'Sign in with e-mail address and password', security: [] },
      },
    )
    .post(
      '/logout',
      async ({ who, cookie, set }) => {
        await endSession(sql, { session_id: who.session_id, now: now() })
        cookie[COOKIE]?.set({
          value: '',
          httpOnly: true,
          sameSite: 'strict',
          secure: secureCookie,
          path: '/',
          maxAge: 0,
        })
        set.status = 204
      },
      { needs: 'signed in', detail: { summary: 'End this session' } },
    )
    .get('/me', ({ who }) => ({ user: { id: who.user_id, email: who.email, role: who.role } }), {
      needs: 'signed in',
      response: v.object({ user: User }),
      detail: { summary: 'Who is signed in' },
    })
    .post(
      '/password',
      async ({ who, body, set }) => {
        const found = await findCredentialsById(sql, { user_id: who.user_id })
        if (!(await passwordFits(body.current_password, found?.password_hash)))
          throw new AppError('forbidden', 'The current password is wrong.')
        await setPasswordHash(sql, { user_id: who.user_id, password_hash: await hashPassword(body.new_password) })
        await endOtherSessions(sql, { user_id: who.user_id, keep: who.session_id, now: now() })
        set.status = 204
      },
      { needs: 'signed in', body: NewPassword, detail: { summary: 'Change the password; ends all other sessions' } },
    )
}
