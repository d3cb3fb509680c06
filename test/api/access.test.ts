import { expect, test } from 'bun:test'
import type { Role } from '../../sql/users.ts'
import { problemOf, SECRET, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { signToken } from '../support/tokens.ts'

const PUBLIC = ['GET /', 'GET /openapi.json', 'GET /health', 'GET /ready', 'POST /auth/login']
const EVERYONE = 'everyone who is signed in'

/** What each route needs, as the API's description says. A new route fails until it is named here. */
const NEEDS: Record<string, string> = {
  'POST /auth/logout': EVERYONE,
  'GET /auth/me': EVERYONE,
  'POST /auth/password': EVERYONE,
  'GET /stores': 'stats:read',
  'GET /products': 'products:read',
  'GET /financials/daily': 'financials:read',
  'GET /financials/summary': 'stats:read',
  'GET /financials/overview': 'stats:read',
  'GET /financials/pnl': 'stats:read',
  'POST /agents/messages': 'agents:use',
  'GET /telegram/pairings': 'admin',
  'POST /telegram/pairings/:code/approve': 'admin',
  'POST /telegram/pairings/:code/reject': 'admin',
}
const READS = ['financials:read', 'products:read', 'stats:read', 'orders:read', 'knowledge:read', 'agents:use']
const WRITES = ['financials:write', 'products:write', 'orders:write', 'knowledge:write', 'tasks:write']
const SCOPES: Record<Role, string[]> = {
  owner: [...READS, ...WRITES, 'admin'],
  admin: [...READS, ...WRITES, 'admin'],
  finance: [...READS, ...WRITES],
  marketer: [...READS, 'financials:write'],
  viewer: ['stats:read', 'agents:use'],
}
const ROLES = Object.keys(SCOPES) as Role[]

const database = await testDatabase()
const api = await testApi(database)
const routes = api.app.routes.map(({ method, path }) => ({ name: `${method} ${path}`, method, path }))
const closed = routes.filter(({ name }) => !PUBLIC.includes(name))

/** A request without usable input: who may not come in must not learn what is wrong with it. */
const call = ({ method, path }: { method: string; path: string }, token?: string) =>
  api.send(path.replace(/:\w+/g, 'x'), { method, token, ...(method !== 'GET' && { json: {} }) })

test('the routes are those of the description', () => {
  expect(new Set(closed.map(({ name }) => name))).toEqual(new Set(Object.keys(NEEDS)))
  expect(new Set(routes.map(({ name }) => name))).toEqual(new Set([...PUBLIC, ...Object.keys(NEEDS)]))
})

for (const route of closed) {
  const needs = NEEDS[route.name] ?? 'unknown'

  test(`${route.name} refuses a missing and a wrong token`, async () => {
    const { claims } = await api.someone('owner')
    const expired = signToken({ ...claims, exp: claims.iat - 1 }, { secret: SECRET })
    const foreign = signToken(claims, { secret: 'a-foreign-secret-of-32-characters!!' })
    for (const token of [undefined, 'wrong', 'null', expired, foreign]) {
      const answer = await call(route, token)
      problemOf(answer, 401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  test(`${route.name} lets in those who may: ${needs}`, async () => {
    for (const role of ROLES) {
      const { token } = await api.someone(role)
      const answer = await call(route, token)
      if (needs === EVERYONE || SCOPES[role].includes(needs))
        expect([role, [401, 403].includes(answer.status)]).toEqual([role, false])
      else
        expect(problemOf(answer, 403).detail).toBe(
          `Your role ${role} does not include ${needs}. Ask an owner of the workspace.`,
        )
    }
  })
}
