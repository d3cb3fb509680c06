import { expect, test } from 'bun:test'
import type { Sql } from '../../sql/connect.ts'
import { testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { examplesInDocs } from '../support/examples.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
await april(sql)
const owner = await api.someone('owner')
const victim = await api.someone('viewer')
const TAKEN = 999_999
const STAMP = '2001-01-01T00:00:00Z'

/** What a client must never decide, under the names that our columns have. */
const FORBIDDEN = {
  id: TAKEN,
  user_id: victim.id,
  created_by: victim.id,
  set_by: victim.id,
  decided_by: victim.id,
  email: 'taken@example.com',
  role: 'owner',
  password_hash: 'taken',
  token_hash: 'taken',
  disabled: false,
  status: 'approved',
  created_at: STAMP,
  updated_at: STAMP,
  store_id: TAKEN,
  entry_id: TAKEN,
}

/** Rows that took over something of what was sent, in any table, by column. */
async function takenOver(tx: Sql): Promise<string[]> {
  const columns = await tx<{ table: string; column: string; type: string }[]>`
    select c.table_name as table, c.column_name as column, c.data_type as type
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name in ${tx(Object.keys(FORBIDDEN))}`
  const found: string[] = []
  for (const { table, column, type } of columns) {
    const value = String(FORBIDDEN[column as keyof typeof FORBIDDEN])
    // A role and a status may be given where the route says so, which test/api/access.test.ts and test/actions look after.
    if (['role', 'status', 'disabled'].includes(column) || ['users', 'sessions'].includes(table)) continue
    if (type === 'bytea' || type === 'boolean') continue
    const [row] = await tx<{ rows: number }[]>`
      select count(*) as rows from ${tx(table)} where ${tx(column)}::text = ${value} or (${type} like 'timestamp%' and ${tx(column)}::text like '2001-01-01 %')`
    if (row!.rows > 0) found.push(`${table}.${column}`)
  }
  return found
}

test('a write refuses by name what it does not know, and takes nothing of it: of whom, by whom, when, which id', async () => {
  const before = await sql`select * from users where id = ${victim.id}`
  const known = new Set(await takenOver(sql))
  let refused = 0
  for (const [route, { parameters = {}, body }] of Object.entries(await examplesInDocs())) {
    const [method = '', template = ''] = route.split(' ')
    if (method === 'GET' || body === null || typeof body !== 'object' || /^\/(auth|users)/.test(template)) continue
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? '1'))
    const over = (one: object) => ({ ...FORBIDDEN, ...one })
    const json = Array.isArray(body) ? body.map((one: object) => over(one)) : over(body)
    const { status, body: answer } = await api.send(path, { method, token: owner.token, json })
    if (status === 422 && JSON.stringify(answer['errors']).includes('"field":"id"')) refused++
  }
  expect(refused).toBeGreaterThan(30)
  expect((await takenOver(sql)).filter((place) => !known.has(place))).toEqual([])
  expect(await sql`select * from users where id = ${victim.id}`).toEqual(before)
})

test('a person cannot make themselves more: neither by their own routes nor by those of the team', async () => {
  const more = { role: 'owner', stores: null, store_ids: null, scopes: ['admin'], disabled: false }
  for (const [method, path] of [
    ['PATCH', `/users/${victim.id}`],
    ['POST', '/users'],
    ['POST', '/api-tokens'],
    ['POST', '/auth/refresh'],
    ['PATCH', '/settings'],
    ['POST', '/agents/messages'],
    ['PATCH', '/alerts/profit_drop'],
  ] as const)
    await api.send(path, { method, token: victim.token, json: { ...more, text: 'Hello', email: 'more@example.com' } })
  const { body } = await api.get('/auth/me', victim.token)
  expect(body['user']).toMatchObject({ role: 'viewer' })
  expect(await sql`select 1 from users where email = 'more@example.com'`).toHaveLength(0)
})
