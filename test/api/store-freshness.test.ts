import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aStore, someAdSpend } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('viewer')
const [nl, uk] = [
  await aStore(sql, { slug: 'nl', name: 'Netherlands' }),
  await aStore(sql, { slug: 'uk', name: 'Kingdom' }),
]
await anOrder(sql, nl, { day: '2026-04-08' })
await anOrder(sql, nl, { day: '2026-04-11' })
for (const day of ['2026-04-09', '2026-04-10']) await someAdSpend(sql, nl, { day, platform: 'tiktok' })
await someAdSpend(sql, nl, { day: '2026-04-12' })
await sql`
  insert into imports (kind, store_id, file_name, status, applied_at)
  values ('orders', ${nl.id}, 'april.csv', 'applied', '2026-04-13T08:00:00Z')`
const NONE = { store: 'uk', name: 'Kingdom', last_order: null, platforms: [], last_import: null }

test('the last order, the last day of ads and the last import of each store are told, and nothing of a store that has none', async () => {
  expect((await api.get('/freshness', token)).body).toEqual({
    data: [
      NONE,
      {
        store: 'nl',
        name: 'Netherlands',
        last_order: '2026-04-11',
        platforms: [
          { platform: 'meta', last_day: '2026-04-12' },
          { platform: 'tiktok', last_day: '2026-04-10' },
        ],
        last_import: { kind: 'orders', file_name: 'april.csv', applied_at: '2026-04-13T08:00:00.000Z' },
      },
    ],
    next: null,
  })
  expect((await api.get('/freshness?store=uk', token)).body['data']).toEqual([NONE])
  problemOf(await api.get('/freshness?store=gone', token), 404)
})

test('who is limited to stores is told of those', async () => {
  const limited = await api.someone('viewer')
  await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`
  expect((await api.get('/freshness', limited.token)).body['data']).toEqual([NONE])
})
