import { expect, test } from 'bun:test'
import { testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
await april(sql)
const { token } = await api.someone('owner')
await api.post('/memories', { content: 'Answer me in Dutch' }, token)
await api.post('/reports', { month: '2026-04', store: 'nl' }, token)

/** Every table as it is, by a hash of its rows. */
async function tables(): Promise<Record<string, string>> {
  const names = await sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'graphile_worker') order by 1`
  const rows = await Promise.all(
    names.map(async ({ name }) => {
      const [row] = await sql.unsafe(
        `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as hash from ${name} t`,
      )
      return [name, String(row!['hash'])] as const
    }),
  )
  return Object.fromEntries(rows)
}

test('no GET changes anything, so a link or a picture of another site can do no harm', async () => {
  const cookie = `dealdome_session=${token}`
  const paths = api.app.routes
    .filter(({ method, path }) => method === 'GET' && !['/', '/app'].includes(path))
    .flatMap(({ path }) => (path.includes(':') ? ['1', '2', 'nl'].map((id) => path.replace(/:\w+/g, id)) : [path]))
  expect(paths.length).toBeGreaterThan(80)
  const before = await tables()
  let answered = 0
  for (const path of paths)
    for (const query of ['', '?start=2026-04-01&end=2026-04-13&format=csv']) {
      const { status } = await api.send(path + query, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })
      if (status === 200) answered++
    }
  expect(answered).toBeGreaterThan(60)
  const after = await tables()
  // Who looked at what is kept of a person, or took everything along, is written down.
  const noted = Object.keys(after).filter((name) => after[name] !== before[name] && name !== 'audit_log')
  expect(noted).toEqual([])
})
