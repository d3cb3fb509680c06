import { afterAll, describe, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { hashPassword } from '../../src/password.ts'
import { testApi } from '../support/api.ts'
import { says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const PASSWORD = 'correct horse battery'

const database = await testDatabase()
const { sql } = database
const claude = await startAnthropic({ otherwise: () => says('Fine.') })
afterAll(() => claude.stop())
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url }) })
await april(sql)
const { token } = await api.someone('owner', await hashPassword(PASSWORD))

const NESTED = 200_000
const TEXTS: Record<string, unknown> = {
  NUL: 'a\0b',
  'half a surrogate pair': '\ud800',
  'a megabyte': 'x'.repeat(1_000_000),
  'formulas and quotes': `=cmd|' /C calc'!A0'; drop table users; --`,
  'right to left': '\u202Egnp.exe',
  'an emoji flood': '👩‍👩‍👧‍👦'.repeat(2_000),
  'an array': ['x'],
  'a nested array': [[[[['x']]]]],
  'an object': { toString: 'x', constructor: null },
  'a number beyond all bounds': 1e308,
  true: true,
  null: null,
}
const QUERIES = [
  'limit=1000000000', 'limit=1e9', 'limit=-1', 'limit=0', 'limit=%00', 'limit=1,2', 'limit=1&limit=2', 'limit[]=1', 'limit=%E0%A4%A', 'limit=NaN',
  'offset=999999999999999999999', 'cursor=%00', 'cursor=AAAA', 'cursor=%', `cursor=${'x'.repeat(5_000)}`, 'cursor=OTk5OTk5OTk5OTk5OTk5',
  'store=%27%3B--', 'store=nl%00', 'store=nl,uk', 'store=nl%2Cuk', 'store=%', 'store=NL', 'store=', 'store=nl&store=uk', `store=${'a'.repeat(10_000)}`,
  'start=2026-02-30&end=2026-03-01', 'start=2026-13-01&end=2026-13-02', 'start=0000-00-00&end=9999-99-99', 'start=2026-04-01T00:00&end=2026-04-02',
  'start=1999-12-31&end=2000-01-01', 'start=2000-01-01&end=2099-12-31', 'start=infinity&end=infinity', 'start[a]=1&end[a]=2', 'start=%00&end=%00',
  'grain=century', 'compare=never', 'status=%00', '__proto__=1', 'constructor[prototype]=1', '%=%', '&&&=&=', '%00=%00', ',', '?', '#',
] // prettier-ignore

const lists = api.app.routes
  .filter(({ method, path }) => method === 'GET' && !path.includes(':'))
  .map(({ path }) => path)
const writes = [
  '/auth/login',
  '/auth/password',
  '/agents/messages',
  '/telegram/pairings/ABCD2345/approve',
  '/reports',
  '/users',
  '/api-tokens',
  '/actions/1/approve',
  '/memories',
  '/auth/set-password',
]
const fields = [
  'email',
  'password',
  'current_password',
  'new_password',
  'text',
  'conversation_id',
  'store',
  'month',
  'role',
  'stores',
  'name',
  'content',
  'scopes',
  'expires_at',
  'token',
]

const expectNoFault = (what: string, { status, text }: { status: number; text: string }) =>
  expect(status < 500 ? '' : `${what}: ${status} ${text.slice(0, 200)}`).toBe('')

for (const path of lists)
  test(`no query makes GET ${path} fail`, async () => {
    for (const query of QUERIES) expectNoFault(query, await api.get(`${path}?${query}`, token))
  })

for (const path of writes) {
  test(`no text makes POST ${path} fail`, async () => {
    for (const [name, value] of Object.entries(TEXTS)) {
      await sql`delete from login_failures`
      expectNoFault(`the body is ${name}`, await api.post(path, value, token))
      for (const field of fields) {
        const json = {
          email: 'a@example.com',
          password: 'x',
          current_password: PASSWORD,
          new_password: PASSWORD,
          text: 'x',
          role: 'viewer',
          name: 'x',
          scopes: ['stats:read'],
          token: 'x',
          month: '2026-03',
          content: 'Answer in Dutch',
          [field]: value,
        }
        if (path === '/auth/password' && !['current_password', 'new_password'].includes(field)) continue
        if (path === '/auth/login' && !['email', 'password'].includes(field)) continue
        expectNoFault(`${field} is ${name}`, await api.post(path, json, token))
      }
    }
  })

  test(`no broken or deep JSON makes POST ${path} fail`, async () => {
    for (const body of [
      '',
      ' ',
      '{',
      '[',
      '"',
      'nul',
      'undefined',
      '{"a":1,}',
      "{'a':1}",
      '{"__proto__":{"admin":true}}',
      '\uFEFF{}',
      '\0',
      '{"a":1e999999}',
      '-0',
      '['.repeat(NESTED) + ']'.repeat(NESTED),
      '['.repeat(NESTED),
      '{"a":'.repeat(NESTED / 2) + '1' + '}'.repeat(NESTED / 2),
      `[${'0,'.repeat(400_000)}0]`,
      `{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":0`).join()}}`,
    ])
      // prettier-ignore
      expectNoFault(body.slice(0, 20), await api.send(path, { method: 'POST', token, body, headers: { 'content-type': 'application/json' } }))
  })
}

test('no address makes the service fail', async () => {
  for (const path of [
    '/%',
    '/%00',
    '/%E0%A4%A',
    '//',
    '//evil.example',
    '/..%2f..%2fetc/passwd',
    '/app/../products',
    '/products/%2e%2e',
    `/${'a/'.repeat(2_000)}`,
    '/telegram/pairings/%00/approve',
    '/telegram/pairings/%E0%A4%A/reject',
    '/telegram/pairings/__proto__/approve',
    '/openapi.json/',
    '/constructor',
    '/__proto__',
    '/products;x=1',
    '/PRODUCTS',
    '/products%20',
  ])
    // prettier-ignore
    for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND'])
      expectNoFault(`${method} ${path}`, await api.send(path, { method, token }))
})

test('no header makes the service fail', async () => {
  const long = 'x'.repeat(8_000)
  const HEADERS: Record<string, string>[] = [
    { cookie: `dealdome_session=${long}` },
    { cookie: '=;;=;a=b=c;%=%;__proto__=1' },
    { cookie: 'dealdome_session=s:%00; dealdome_session=2' },
    { authorization: `Bearer ${long}` },
    { authorization: 'Bearer ..' },
    { authorization: `Bearer ${'a.'.repeat(3_000)}` },
    { 'content-type': 'application/json; charset=nonsense' },
    { 'content-type': ';' },
    { 'content-length': 'many' },
    { origin: '::::', 'sec-fetch-site': '' },
    { accept: 'text/html', 'accept-encoding': 'zstd;q=9' },
  ]
  for (const headers of HEADERS)
    for (const [method, path] of [
      ['GET', '/auth/me'],
      ['POST', '/auth/logout'],
      ['POST', '/auth/login'],
    ] as const)
      // prettier-ignore
      expectNoFault(JSON.stringify(headers).slice(0, 60), await api.send(path, { method, headers }))
})

describe('what is well formed means what it says', () => {
  test('a percent sign and a comma in a query are part of the value', async () => {
    const { body } = await api.get('/financials/summary?store=nl%2Cuk', token)
    expect(body['errors']).toEqual([{ field: 'store', message: 'must be the slug of a store, such as nl' }])
    expect((await api.get('/financials/summary?store=%6El', token)).status).toBe(200)
  })

  test('a day that does not exist is named as such', async () => {
    const { body } = await api.get('/financials/summary?start=2026-02-30&end=2026-03-01', token)
    expect(body['errors']).toEqual([{ field: 'start', message: 'is not a day of the calendar' }])
  })
})
