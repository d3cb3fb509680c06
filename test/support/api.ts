import { afterAll, afterEach, expect } from 'bun:test'
import { connect, type Sql } from '../../sql/connect.ts'
import { createApiToken } from '../../sql/api-tokens.ts'
import { createSession } from '../../sql/sessions.ts'
import { createUser, type Role } from '../../sql/users.ts'
import { createOpenShop } from '../../src/shopify/open-shop.ts'
import { createDesk } from '../../src/agents/desk.ts'
import { createModel, type Model } from '../../src/agents/model.ts'
import { type ApiDeps, createApp } from '../../src/api/app.ts'
import { type Scope, SCOPES } from '../../src/access.ts'
import { hashOf, newSecret } from '../../src/random-secret.ts'
import { NO_EMBEDDINGS } from '../../src/knowledge/embeddings.ts'
import { createMeta } from '../../src/ingest/meta/graph.ts'
import { createSeal } from '../../src/secrets.ts'
import { createShopify } from '../../src/shopify/admin.ts'
import { latestMigration } from '../../src/service.ts'
import type { Document } from '../../src/api/openapi.ts'
import { contractOf } from './contract.ts'
import { askingLine, noteCall } from './route-tests.ts'
import { signToken } from './tokens.ts'

export const SECRET = 'a-secret-for-tests-of-32-characters'
export const SEAL = createSeal({ key: new Uint8Array(32).fill(7) })
const WITHOUT_KEY = createModel({ apiKey: async () => undefined })
export type Answer = { status: number; headers: Headers; text: string; body: Json }
type Json = Record<string, unknown>
type Sent = {
  method?: string
  token?: string | undefined
  json?: unknown
  body?: string | Uint8Array | FormData
  headers?: Record<string, string>
}

/** No shop is asked unless a test brings one. */
const NOWHERE = 'http://127.0.0.1:1'

let people = 0

/**
 * The API over a test database, signed in there as the service does, called without a network, at noon in Amsterdam of 13 April 2026 unless `at` or `clock.now` says otherwise. A test fails when an
 * unexpected error was reported that it did not take out of `reported`, or when an answer is not what /openapi.json says.
 */
export async function testApi(
  { sql: owner, appUrl }: { sql: Sql; appUrl: string },
  {
    model = WITHOUT_KEY,
    embeddings = NO_EMBEDDINGS,
    sql: given,
    ...changes
  }: Partial<ApiDeps> & { model?: Model } = {},
) {
  const sql = given ?? appPool(appUrl)
  const clock = { now: new Date('2026-04-13T10:00:00Z') }
  const reported: unknown[] = []
  const now = () => clock.now
  const report = (error: unknown) => reported.push(error)
  const shopify = changes.shopify ?? createShopify({ root: NOWHERE, now })
  const openShop = changes.openShop ?? createOpenShop({ shopify, seal: SEAL })
  const app = await createApp({
    sql,
    ...(!given && { figures: figuresPools(appUrl) }),
    now,
    report,
    refused: () => {},
    desk: createDesk({ sql, now, model, embeddings, openShop, report }),
    embeddings,
    jwtSecret: SECRET,
    seal: SEAL,
    shopify,
    openShop,
    meta: createMeta({ root: NOWHERE }),
    secureCookie: false,
    corsOrigins: [],
    requestsPerMinute: 1_000_000,
    keptAnswerBytes: 8 * 1024 * 1024,
    requestTimeout: 25,
    latestMigration: await latestMigration(),
    dashboard: undefined,
    ...changes,
  })
  afterEach(() => expect(reported.splice(0)).toEqual([]))
  const described = await app.handle(new Request('http://localhost/openapi.json'))
  const { mismatch, routeOf } = contractOf((await described.json()) as Document)

  async function send(path: string, { method = 'GET', token, json, body, headers }: Sent = {}): Promise<Answer> {
    const from = askingLine()
    const content = json === undefined ? body : JSON.stringify(json)
    const request = new Request(`http://localhost${path}`, {
      method,
      ...(content !== undefined && { body: content }),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    })
    const address = new URL(request.url).pathname
    const response = await app.handle(request)
    const isPacked = response.headers.get('content-encoding') === 'gzip'
    const text = isPacked
      ? new TextDecoder().decode(Bun.gunzipSync(await response.arrayBuffer()))
      : await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as Json) : {},
    }
    const wrong = mismatch(method, address, answer)
    if (wrong) throw new Error(`${method} ${path} does not answer what /openapi.json says: ${wrong}`)
    const route = answer.status < 400 && routeOf(method, address)
    if (route) noteCall(route, from)
    return answer
  }

  /** A new person of this role with a session; `claims` are those of the token. */
  async function someone(role: Role = 'owner', password_hash = 'none') {
    const user = await createUser(owner, { email: `${role}-${++people}@example.com`, role, password_hash })
    if (!user) throw new Error('the address is taken')
    return { ...user, ...(await signIn(user.id)) }
  }

  /** Another session of a person. */
  async function signIn(user_id: number) {
    const session = await createSession(owner, { user_id, now: now() })
    const iat = Math.floor(now().getTime() / 1000)
    const claims = { sub: String(user_id), sid: session.id, iss: 'dealdome', aud: 'dealdome', iat, exp: iat + 86_400 }
    return { claims, token: signToken(claims, { secret: SECRET }) }
  }

  type Limits = { scopes?: readonly Scope[]; store_ids?: number[] | null; expires_at?: Date | null }
  /** An API token of a person, with all scopes unless some are named. */
  async function anApiToken(user_id: number, { scopes = SCOPES, store_ids = null, expires_at = null }: Limits = {}) {
    const public_part = `dd_${newSecret(8)}`
    const token = `${public_part}_${newSecret(40)}`
    const made = { user_id, name: 'Test', public_part, token_hash: hashOf(token), store_ids, expires_at, now: now() }
    const { id } = await createApiToken(owner, { ...made, scopes: [...scopes] })
    return { id, token }
  }

  return {
    app,
    clock,
    /** Does the work at another time. Sessions end after 24 hours. */
    at: async <T>(time: string, work: () => Promise<T>): Promise<T> => {
      const before = clock.now
      clock.now = new Date(time)
      return work().finally(() => {
        clock.now = before
      })
    },
    reported,
    send,
    someone,
    signIn,
    anApiToken,
    get: (path: string, token?: string) => send(path, { token }),
    post: (path: string, json: unknown, token?: string) => send(path, { method: 'POST', json, token }),
  }
}
export type TestApi = Awaited<ReturnType<typeof testApi>>

/** The pools that see all stores, as the service has them. */
export const figuresPools = (appUrl: string) => ({
  reports: appPool(appUrl, { max: 2, sees: 'all', reads: true }),
  lists: appPool(appUrl, { max: 2, sees: 'all', reads: true }),
})

/** A pool that signs in as the service does, until the test file is done. */
export function appPool(appUrl: string, options: Parameters<typeof connect>[1] = {}) {
  const sql = connect(appUrl, { max: 4, name: 'bun test', ...options })
  afterAll(() => sql.end({ timeout: 1 }))
  return sql
}

/** Expects problem details of this status, complete and with the request id; resolves to them. */
export function problemOf({ status, headers, body }: Answer, wanted: number) {
  expect(body).toMatchObject({ status })
  expect(status).toBe(wanted)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(body).toEqual({
    type: 'about:blank',
    title: expect.stringMatching(/\w/),
    status: wanted,
    detail: expect.stringMatching(/^[A-Z\d].*\.$/),
    instance: headers.get('x-request-id'),
    ...('errors' in body && { errors: expect.any(Array) }),
  })
  return body as { detail: string; errors?: { field: string; message: string }[] }
}
