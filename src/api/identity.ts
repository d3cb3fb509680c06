import { jwt } from '@elysiajs/jwt'
import { Elysia } from 'elysia'
import * as v from 'valibot'
import { findTokenUser } from '../../sql/api-tokens.ts'
import { reading, seeing, type Sql } from '../../sql/connect.ts'
import { findSessionUser, noteSessionUse } from '../../sql/sessions.ts'
import { mustBeAllowed, type Scope, SCOPES, storeScope, storesOfBoth } from '../access.ts'
import { AppError } from '../errors.ts'
import { idempotentRequest, once } from './idempotency.ts'
import type { KnownAskers, SignedIn } from './known-askers.ts'
import type { KnownScopes } from './known-scopes.ts'
import { hashOf, keyIdOf } from '../random-secret.ts'

export const COOKIE = 'dealdome_session'
/** Over HTTPS with the prefix that keeps other hosts of the domain from setting it. */
export const cookieName = (https: boolean) => (https ? `__Host-${COOKIE}` : COOKIE)
const ISSUER = 'dealdome'
const AUDIENCE = 'dealdome'

const Claims = v.object({
  sub: v.pipe(v.string(), v.regex(/^[1-9]\d{0,15}$/)),
  sid: v.pipe(v.string(), v.uuid()),
  exp: v.number(),
})
/** Milliseconds after which an API token is looked up again, which notes when it was used last. */
const NOTED_EVERY = 60_000
/** The same of a session. */
const SESSION_NOTED_EVERY = 300_000
const Header = v.pipe(
  v.string(),
  v.transform((token) => Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()),
  v.parseJson(),
  v.object({ kid: v.string() }),
)

/** What is asked with these scopes is figures of stores, and nothing that is one person's own. */
const FIGURES = new Set<Needs>(['stats:read', 'financials:read', 'products:read', 'orders:read'])

export type IdentityDeps = {
  sql: Sql
  /** Connections that see all stores and nobody's own, for one statement at a time: who may see all reads figures there. */
  figures?: { reports: Sql; lists: Sql } | undefined
  /** For downloads, which last as long as their readers let them. */
  downloads?: Sql | undefined
  /** For requests that change something, so that nobody else waits behind those that wait for a store. */
  writes?: Sql | undefined
  now: () => Date
  jwtSecret: string
  jwtSecretPrevious?: string | undefined
  /** Cookies only over HTTPS. */
  secureCookie: boolean
  known: KnownAskers
  scopes: KnownScopes
}
/** A scope, or who may come without one: everyone, or only people, not API tokens. */
export type Needs = Scope | 'signed in' | 'session'

/** One for all routes of an app: each would import the keys and build the same again. */
const built = new WeakMap<KnownAskers, ReturnType<typeof build>>()

/**
 * Who asks. Adds the macro `needs`: the route gets `who` and `db`, or answers 401 (no or bad token) or 403 (scope missing, or a write with
 * the cookie from another origin), before its input is looked at. A token is an API token, or a JWT: HS256, signed with the secret that
 * its `kid` names, and naming a session in the database, which must still be alive.
 */
export function identity(deps: IdentityDeps): ReturnType<typeof build> {
  const known = built.get(deps.known)
  if (known) return known
  const made = build(deps)
  built.set(deps.known, made)
  return made
}

const build = (deps: IdentityDeps) => {
  const { sql, now, jwtSecret, jwtSecretPrevious, secureCookie, known, scopes } = deps
  const sessionCookie = cookieName(secureCookie)
  const kid = keyIdOf(jwtSecret)
  const olderKid = jwtSecretPrevious && keyIdOf(jwtSecretPrevious)
  const mustHold = () => ({
    algorithms: ['HS256'],
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['exp', 'iat', 'sub', 'sid', 'iss', 'aud'],
    currentDate: now(),
  })
  return new Elysia({ name: 'identity' })
    .use(jwt({ name: 'tokens', secret: jwtSecret, alg: 'HS256', kid, iss: ISSUER, aud: AUDIENCE }))
    .use(jwt({ name: 'olderTokens', secret: jwtSecretPrevious ?? jwtSecret, alg: 'HS256' }))
    .derive({ as: 'global' }, ({ tokens, set }) => ({
      requestId: set.headers['x-request-id'] ?? '',
      /** The token of a session, valid as long as the session is now. */
      tokenOf: (user_id: number, session: { id: string; expires_at: Date }) =>
        tokens.sign({ sub: String(user_id), sid: session.id, exp: Math.floor(session.expires_at.getTime() / 1000) }),
    }))
    .macro({
      needs: (needed: Needs) => ({
        detail: { 'x-scope': needed },
        // Elysia validates the input between these two: strangers learn nothing from its answers.
        async transform({ headers, cookie, request, set, tokens, olderTokens }) {
          const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
          const token = bearer ?? (headers.authorization ? undefined : cookie[sessionCookie]?.value)
          if (!bearer && token && !['GET', 'HEAD'].includes(request.method)) sameOrigin(request)
          const verify = async (token: string) => {
            const header = v.safeParse(Header, token)
            if (!header.success) return false
            if (header.output.kid === kid) return tokens.verify(token, mustHold())
            return header.output.kid === olderKid && olderTokens.verify(token, mustHold())
          }
          const ask = () => (bearer?.startsWith('dd_') ? withApiToken(bearer) : withSession(token, verify))
          const who =
            typeof token === 'string' && token !== ''
              ? ((await known.find(request, token)) ?? (await known.learn(request, token, ask)))
              : undefined
          if (!who)
            throw new AppError(
              'unauthorized',
              'Sign in first: POST /auth/login, then send "Authorization: Bearer TOKEN".',
            )
          if (who.must_set_up && !/^\/auth(\/|$)/.test(new URL(request.url).pathname))
            throw new AppError(
              'forbidden',
              'Your team asks for a second factor. Set yours up first: Settings, Account, or POST /auth/second-factor.',
              { errors: [{ field: 'second_factor', message: 'is not set up' }] },
            )
          if (needed === 'session' && !who.session_id)
            throw new AppError('forbidden', 'An API token cannot do this. Sign in with e-mail address and password.')
          if (needed !== 'signed in' && needed !== 'session') mustBeAllowed(who, needed)
          const request_id = set.headers['x-request-id']
          known.is(request, { ...who, ...(request_id !== undefined && { request_id }) })
        },
        resolve({ request, body }) {
          const who = known.of(request)
          if (!who) throw new Error('a route was reached without knowing who asks')
          const isRead = ['GET', 'HEAD'].includes(request.method)
          const plansOnce = needed === 'stats:read'
          const through =
            (pool: Sql) =>
            <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
              (isRead ? reading : seeing)<T>(pool, who.stores, work, who.user_id, { plansOnce })
          /** Reads what this person may see, beside the write of the request: an Idempotency-Key stands for that one alone. */
          const read = through(sql)
          const seesAll =
            isRead && who.stores === 'all' && FIGURES.has(needed)
              ? deps.figures?.[plansOnce ? 'reports' : 'lists']
              : undefined
          /**
           * Reads and writes what this person may see of the stores, and nothing else; a write with an Idempotency-Key once. `sent` stands
           * for a body that the route has read itself.
           */
          const answer = async <T>(work: (sql: Sql) => Promise<T>, sent: unknown = body): Promise<T> => {
            if (seesAll) return work(seesAll)
            if (isRead) return read(work)
            const repeat = idempotentRequest(request, sent, who.user_id, now())
            return through(deps.writes ?? sql)((tx) => (repeat ? once(tx, repeat, work) : work(tx)))
          }
          const db = Object.assign(answer, { lasting: through(deps.downloads ?? sql) })
          /** The stores, currency and time zone that a read is about, of a slug or of all that this person sees. */
          const scopeOf = async (slug: string | undefined) => {
            const { figures } = await known.versions(request)
            return scopes.of(figures, `${String(who.stores)} ${slug ?? ''}`, () => db((tx) => storeScope(tx, slug)))
          }
          return { who, db, read, scopeOf }
        },
      }),
    })

  async function withSession(token: unknown, verify: (token: string) => Promise<unknown>) {
    const claims = v.safeParse(Claims, typeof token === 'string' && (await verify(token)))
    if (!claims.success) return undefined
    const { sid: session_id, sub, exp } = claims.output
    const user = await findSessionUser(sql, { session_id, user_id: Number(sub), now: now() })
    if (!user) return undefined
    const { id: user_id, email, role, store_ids, expires_at, must_set_up } = user
    const who: SignedIn = { user_id, email, role, stores: store_ids ?? 'all', session_id, must_set_up }
    await noteSessionUse(sql, { session_id, now: now() })
    const nextLook = now().getTime() + (must_set_up ? 0 : SESSION_NOTED_EVERY)
    return { who, until: Math.min(exp * 1_000, expires_at.getTime(), nextLook) }
  }

  async function withApiToken(token: string) {
    const found = await findTokenUser(sql, { token_hash: hashOf(token), now: now() })
    if (!found) return undefined
    const { token_id, id: user_id, email, role, store_ids, token_store_ids } = found
    const scopes = SCOPES.filter((scope) => found.scopes.includes(scope))
    const who: SignedIn = { user_id, email, role, stores: storesOfBoth(store_ids, token_store_ids), scopes, token_id }
    const nextLook = now().getTime() + NOTED_EVERY
    return { who, until: Math.min(nextLook, found.expires_at?.getTime() ?? nextLook) }
  }
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
