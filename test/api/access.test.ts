import { expect, test } from 'bun:test'
import type { Role } from '../../sql/users.ts'
import { SCOPES as ALL_SCOPES } from '../../src/access.ts'
import type { Document } from '../../src/api/openapi.ts'
import { problemOf, SECRET, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { forgedTokens } from '../support/tokens.ts'

const PUBLIC = [
  'GET /',
  'GET /openapi.json',
  'GET /docs',
  'GET /health',
  'GET /ready',
  'POST /auth/login',
  'POST /auth/set-password',
  'POST /webhooks/shopify', // signed: see test/ingest/shopify/webhooks.test.ts
  'POST /webhooks/telegram', // Telegram shows a secret of its own: see test/bot/webhook.test.ts
]
const EVERYONE = 'everyone who is signed in'
const PEOPLE = 'a session, not an API token'

/** What each route needs, as the API's description says. A new route fails until it is named here. */
const NEEDS: Record<string, string> = {
  'GET /auth/me': EVERYONE,
  'POST /mcp': EVERYONE,
  'POST /auth/logout': PEOPLE,
  'POST /auth/refresh': PEOPLE,
  'POST /auth/password': PEOPLE,
  'GET /auth/sessions': PEOPLE,
  'DELETE /auth/sessions': PEOPLE,
  'DELETE /auth/sessions/:id': PEOPLE,
  'GET /auth/second-factor': PEOPLE,
  'POST /auth/second-factor': PEOPLE,
  'POST /auth/second-factor/confirm': PEOPLE,
  'POST /auth/second-factor/recovery-codes': PEOPLE,
  'POST /auth/second-factor/remove': PEOPLE,
  'GET /users/:id/sessions': 'admin',
  'DELETE /users/:id/sessions': 'admin',
  'DELETE /users/:id/second-factor': 'admin',
  'GET /users': 'admin',
  'GET /users/:id': 'admin',
  'POST /users': 'admin',
  'POST /users/:id/password-link': 'admin',
  'GET /users/:id/personal-data': 'admin',
  'POST /users/:id/erase': 'admin',
  'GET /customers/personal-data': 'admin',
  'POST /customers/erase': 'admin',
  'GET /workspace/export': 'admin',
  'PATCH /users/:id': 'admin',
  'DELETE /users/:id': 'admin',
  'GET /api-tokens': 'admin',
  'POST /api-tokens': 'admin',
  'DELETE /api-tokens/:id': 'admin',
  'GET /audit-log': 'admin',
  'GET /settings': 'admin',
  'PATCH /settings': 'admin',
  'GET /tasks': 'tasks:write',
  'POST /tasks': 'tasks:write',
  'GET /tasks/:id': 'tasks:write',
  'PATCH /tasks/:id': 'tasks:write',
  'DELETE /tasks/:id': 'tasks:write',
  'POST /tasks/:id/run': 'tasks:write',
  'GET /tasks/:id/runs': 'tasks:write',
  'GET /financials/channels': 'stats:read',
  'GET /financials/ad-campaigns': 'stats:read',
  'GET /goals': 'stats:read',
  'GET /goals/pacing': 'stats:read',
  'GET /goals/plan': 'stats:read',
  'GET /goals/:id': 'stats:read',
  'PUT /goals': 'financials:write',
  'DELETE /goals/:id': 'financials:write',
  'GET /alerts': 'stats:read',
  'PATCH /alerts/:kind': 'stats:read',
  'GET /jobs': 'admin',
  'POST /jobs/:id/retry': 'admin',
  'GET /sync': 'stats:read',
  'POST /sync/:id/run': 'financials:write',
  'POST /sync/:id/import': 'financials:write',
  'GET /freshness': 'stats:read',
  'GET /reconciliation': 'stats:read',
  'GET /reconciliation/stores': 'stats:read',
  'GET /reconciliation/:store/:day': 'orders:read',
  'POST /reconciliation/:store/run': 'financials:write',
  'GET /stores': 'stats:read',
  'GET /stores/:slug': 'stats:read',
  'POST /stores': 'admin',
  'PATCH /stores/:slug': 'admin',
  'POST /stores/:slug/preview': 'admin',
  'GET /orders': 'orders:read',
  'GET /orders/:id': 'orders:read',
  'GET /products': 'products:read',
  'POST /products': 'products:write',
  'GET /products/:id': 'products:read',
  'PATCH /products/:id': 'products:write',
  'DELETE /products/:id': 'products:write',
  'GET /products/:id/costs': 'products:read',
  'POST /products/:id/costs': 'products:write',
  'POST /products/:id/costs/preview': 'products:write',
  'GET /products/:id/cost-tiers': 'products:read',
  'POST /products/:id/cost-tiers': 'products:write',
  'POST /products/:id/cost-tiers/preview': 'products:write',
  'DELETE /products/:id/cost-tiers/:tier_id': 'products:write',
  'GET /products/:id/variants': 'products:read',
  'POST /products/:id/variants': 'products:write',
  'DELETE /products/:id/variants/:variant_id': 'products:write',
  'GET /fixed-costs': 'products:read',
  'POST /fixed-costs': 'products:write',
  'GET /fixed-costs/:id': 'products:read',
  'PATCH /fixed-costs/:id': 'products:write',
  'DELETE /fixed-costs/:id': 'products:write',
  'GET /fee-rules': 'products:read',
  'POST /fee-rules': 'products:write',
  'POST /fee-rules/preview': 'products:write',
  'GET /fee-rules/:id': 'products:read',
  'PATCH /fee-rules/:id': 'products:write',
  'DELETE /fee-rules/:id': 'products:write',
  'POST /fee-rules/:id/preview': 'products:write',
  'GET /shipping-rules': 'products:read',
  'POST /shipping-rules': 'products:write',
  'POST /shipping-rules/preview': 'products:write',
  'GET /shipping-rules/:id': 'products:read',
  'PATCH /shipping-rules/:id': 'products:write',
  'DELETE /shipping-rules/:id': 'products:write',
  'POST /shipping-rules/:id/preview': 'products:write',
  'PATCH /orders/:id/costs': 'orders:write',
  'POST /orders/:id/costs/preview': 'orders:write',
  'GET /ad-accounts': 'financials:read',
  'GET /ad-accounts/:id': 'financials:read',
  'POST /ad-accounts': 'admin',
  'PATCH /ad-accounts/:id': 'admin',
  'DELETE /ad-accounts/:id': 'admin',
  'POST /ad-accounts/:id/check': 'admin',
  'GET /campaigns': 'financials:read',
  'GET /campaigns/:id': 'financials:read',
  'PATCH /campaigns/:id': 'financials:write',
  'GET /fx-rates': 'financials:read',
  'GET /fx-rates/:currency/:date': 'financials:read',
  'PUT /fx-rates/:currency/:date': 'admin',
  'DELETE /fx-rates/:currency/:date': 'admin',
  'GET /financials/daily': 'financials:read',
  'POST /financials/daily': 'financials:write',
  'DELETE /financials/daily/:id': 'financials:write',
  'GET /financials/ad-spend': 'financials:read',
  'POST /financials/ad-spend': 'financials:write',
  'GET /financials/product-performance': 'financials:read',
  'POST /financials/product-performance': 'financials:write',
  'DELETE /financials/product-performance/:id': 'financials:write',
  'GET /financials/summary': 'stats:read',
  'GET /financials/overview': 'stats:read',
  'GET /financials/pnl': 'stats:read',
  'GET /financials/bridge': 'stats:read',
  'GET /financials/line-orders': 'orders:read',
  'GET /financials/missing-costs': 'products:read',
  'POST /financials/what-if': 'stats:read',
  'GET /financials/product-report': 'stats:read',
  'GET /financials/product-trends': 'stats:read',
  'GET /financials/stores': 'stats:read',
  'GET /reports': 'stats:read',
  'POST /reports': 'financials:write',
  'GET /reports/:id': 'stats:read',
  'GET /imports': EVERYONE,
  'GET /imports/:id': EVERYONE,
  'POST /imports/:id/apply': EVERYONE,
  'POST /imports/:id/undo': EVERYONE,
  'POST /imports/orders': 'orders:write',
  'POST /imports/unit-costs': 'products:write',
  'POST /imports/ad-spend': 'financials:write',
  'POST /imports/fixed-costs': 'products:write',
  'POST /imports/products': 'products:write',
  'GET /videos': 'knowledge:read',
  'GET /videos/:id/chunks': 'knowledge:read',
  'GET /chunks': 'knowledge:read',
  'DELETE /chunks/:id': 'knowledge:write',
  'GET /sources': 'knowledge:read',
  'GET /sources/:id': 'knowledge:read',
  'POST /sources': 'knowledge:write',
  'DELETE /sources/:id': 'knowledge:write',
  'POST /agents/messages': 'agents:use',
  'GET /memories': 'agents:use',
  'GET /memories/:id': 'agents:use',
  'POST /memories': 'agents:use',
  'PATCH /memories/:id': 'agents:use',
  'DELETE /memories/:id': 'agents:use',
  'GET /actions': 'orders:read',
  'GET /receipts/:id': 'agents:use',
  'GET /receipts/:id/explanation': 'agents:use',
  'GET /actions/:id': 'orders:read',
  'PATCH /actions/:id': 'agents:use',
  'POST /actions/:id/approve': 'orders:write',
  'POST /actions/:id/reject': 'orders:write',
  'POST /actions/:id/undo': 'orders:write',
  'GET /action-limits': 'orders:read',
  'GET /action-limits/:kind': 'orders:read',
  'PATCH /action-limits/:kind': 'admin',
  'GET /stores/:slug/shopify': 'admin',
  'PUT /stores/:slug/shopify': 'admin',
  'DELETE /stores/:slug/shopify': 'admin',
  'GET /agents/usage': 'agents:use',
  'GET /conversations': 'agents:use',
  'GET /conversations/:id': 'agents:use',
  'GET /conversations/:id/messages': 'agents:use',
  'DELETE /conversations/:id': 'agents:use',
  'GET /telegram/accounts': 'admin',
  'DELETE /telegram/accounts/:id': 'admin',
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
/** Roles that have the scope of a route and are refused all the same; its own test says with which words. */
const NOT_FOR: Record<string, Role[]> = { 'GET /fixed-costs': ['marketer'] }

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const routes = api.app.routes.map(({ method, path }) => ({ name: `${method} ${path}`, method, path }))
const closed = routes.filter(({ name }) => !PUBLIC.includes(name))

const owner = await api.someone('owner')
/** An owner's API tokens of one scope each, and one with all scopes for each role. */
const tokenOf: Record<string, string> = {}
for (const scope of ALL_SCOPES) tokenOf[scope] = (await api.anApiToken(owner.id, { scopes: [scope] })).token
const wideTokenOf = {} as Record<Role, string>
for (const role of ROLES) wideTokenOf[role] = (await api.anApiToken((await api.someone(role)).id)).token

/** What nobody may come in with: forged tokens, and those that were good once. */
const refused: string[] = []
{
  const [{ claims }, other, ended, disabled] = [owner, await api.someone(), await api.someone(), await api.someone()]
  const revoked = await api.anApiToken(owner.id)
  const expired = await api.anApiToken(owner.id, { expires_at: api.clock.now })
  const orphaned = await api.anApiToken(disabled.id)
  await sql`update sessions set ended_at = now() where id = ${ended.claims.sid}`
  await sql`update api_tokens set revoked_at = now() where id = ${revoked.id}`
  await sql`update users set disabled_at = now() where id = ${disabled.id}`
  refused.push(
    ...Object.values(forgedTokens({ claims, other: other.claims, ended: ended.claims }, SECRET)),
    ...[revoked, expired, orphaned, disabled].map(({ token }) => token),
    `${Object.values(tokenOf)[0]}a`,
    `${wideTokenOf.owner.slice(0, 12)}${wideTokenOf.admin.slice(12)}`,
  )
}

/** A request without usable input: who may not come in must not learn what is wrong with it. */
const call = ({ method, path }: { method: string; path: string }, token?: string) =>
  api.send(path.replace(/:\w+/g, 'x'), { method, token, ...(method !== 'GET' && { json: {} }) })

test('the routes are those of the description', () => {
  expect(new Set(closed.map(({ name }) => name))).toEqual(new Set(Object.keys(NEEDS)))
  expect(new Set(routes.map(({ name }) => name))).toEqual(new Set([...PUBLIC, ...Object.keys(NEEDS)]))
})

test('the description names what each route needs', async () => {
  const { paths } = (await api.get('/openapi.json')).body as unknown as Document
  const words: Record<string, string> = { 'signed in': EVERYONE, session: PEOPLE }
  for (const { name, method, path } of closed) {
    const scope = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]?.['x-scope'] ?? 'nothing'
    expect([name, words[scope] ?? scope]).toEqual([name, NEEDS[name]!])
  }
})

for (const route of closed) {
  const needs = NEEDS[route.name] ?? 'unknown'

  test(`${route.name} refuses a missing, a forged and an ended token`, async () => {
    for (const token of [undefined, 'wrong', 'null', ...refused]) {
      const answer = await call(route, token)
      problemOf(answer, 401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  test(`${route.name} lets in the roles that may: ${needs}`, async () => {
    for (const role of ROLES) {
      const { token } = await api.someone(role)
      const answer = await call(route, token)
      if (needs === EVERYONE || needs === PEOPLE || SCOPES[role].includes(needs))
        expect([role, [401, 403].includes(answer.status)]).toEqual([role, NOT_FOR[route.name]?.includes(role) ?? false])
      else
        expect(problemOf(answer, 403).detail).toBe(
          `Your role ${role} does not include ${needs}. Ask an owner of the workspace.`,
        )
    }
  })

  test(`${route.name} lets in the API tokens that may: ${needs}`, async () => {
    for (const [scope, token] of Object.entries(tokenOf)) {
      const answer = await call(route, token)
      if (needs === EVERYONE || needs === scope)
        expect([scope, [401, 403].includes(answer.status)]).toEqual([scope, false])
      else
        expect(problemOf(answer, 403).detail).toBe(
          needs === PEOPLE
            ? 'An API token cannot do this. Sign in with e-mail address and password.'
            : `This API token does not include ${needs}. Make one that does.`,
        )
    }
  })

  test(`${route.name} lets in an API token with all scopes only as far as the role of its user goes`, async () => {
    for (const role of ROLES) {
      const { status } = await call(route, wideTokenOf[role])
      const may = needs === EVERYONE || (SCOPES[role].includes(needs) && !NOT_FOR[route.name]?.includes(role))
      expect([role, status === 403]).toEqual([role, !may])
    }
  })
}
