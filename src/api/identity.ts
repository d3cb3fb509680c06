import { jwt } from '@elysiajs/jwt'
import { Elysia } from 'elysia'
import * as v from 'valibot'
import { seeing, type Sql } from '../../sql/connect.ts'
import { createSession, findSessionUser, type User } from '../../sql/users.ts'
import { mustBeAllowed, type Scope, type Who } from '../access.ts'
import { AppError } from '../errors.ts'

export const COOKIE = 'dealdome_session'
const ISSUER = 'dealdome'
const AUDIENCE = 'dealdome'

const Claims = v.object({ sub: v.pipe(v.string(), v.regex(/^[1-9]\d{0,15}$/)), sid: v.pipe(v.string(), v.uuid()) })

export type IdentityDeps = { sql: Sql; now: () => Date; jwtSecret: string; jwtSecretPrevious?: string | undefined }
export type SignedIn = Who & { session_id: string }

/**
 * Who asks. Adds the macro `needs: scope`: the route gets `who` and `db`, or answers 401 (no or bad token) or 403 (scope missing, or a write
 * with the cookie from another origin), before its input is looked at. Tokens are HS256 and name a session in the database, which
 * must still be alive.
 */
export const identity = ({ sql, now, jwtSecret, jwtSecretPrevious }: IdentityDeps) => {
  const mustHold = () => ({
    algorithms: ['HS256'],
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['exp', 'iat', 'sub', 'sid', 'iss', 'aud'],
    currentDate: now(),
  })
  const signedIn = new WeakMap<Request, SignedIn>()
  return new Elysia({ name: 'identity' })
    .use(jwt({ name: 'tokens', secret: jwtSecret, alg: 'HS256', iss: ISSUER, aud: AUDIENCE }))
    .use(jwt({ name: 'olderTokens', secret: jwtSecretPrevious ?? jwtSecret, alg: 'HS256' }))
    .derive({ as: 'global' }, ({ tokens }) => ({
      /** Starts a session and signs its token. */
      signIn: async (user: User) => {
        const session = await createSession(sql, { user_id: user.id, now: now() })
        const token = await tokens.sign({
          sub: String(user.id),
          sid: session.id,
          exp: Math.floor(session.expires_at.getTime() / 1000),
        })
        return { token, expires_at: session.expires_at }
      },
    }))
    .macro({
      needs: (scope: Scope | 'signed in') => ({
        // Elysia validates the input between these two: strangers learn nothing from its answers.
        async transform({ headers, cookie, request, tokens, olderTokens }) {
          const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
          const token = bearer ?? (headers.authorization ? undefined : (cookie[COOKIE]?.value as string | undefined))
          if (!bearer && token && !['GET', 'HEAD'].includes(request.method)) sameOrigin(request)
          const claims = v.safeParse(
            Claims,
            token &&
              ((await tokens.verify(token, mustHold())) ||
                (jwtSecretPrevious && (await olderTokens.verify(token, mustHold())))),
          )
          const user =
            claims.success &&
            (await findSessionUser(sql, {
              session_id: claims.output.sid,
              user_id: Number(claims.output.sub),
              now: now(),
            }))
          if (!claims.success || !user)
            throw new AppError(
              'unauthorized',
              'Sign in first: POST /auth/login, then send "Authorization: Bearer TOKEN".',
            )
          if (scope !== 'signed in') mustBeAllowed(user.role, scope)
          signedIn.set(request, {
            user_id: user.id,
            email: user.email,
            role: user.role,
            stores: user.store_ids ?? 'all',
            session_id: claims.output.sid,
          })
        },
        resolve({ request }) {
          const who = signedIn.get(request)
          if (!who) throw new Error('a route was reached without knowing who asks')
          /** Reads and writes what this person may see of the stores, and nothing else. */
          const db = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => seeing(sql, who.stores, work)
          return { who, db }
        },
      }),
    })
}

/** A browser sends the cookie by itself, so a write with it must come from our own pages. */
function sameOrigin(request: Request) {
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  const host = request.headers.get('host')
  if (site === 'same-origin' || (origin && host && URL.canParse(origin) && new URL(origin).host === host)) return
  throw new AppError(
    'forbidden',
    'A write with the session cookie must come from the dashboard itself. Use a bearer token instead.',
  )
}
