import { expect, test } from 'bun:test'
import { listOrders } from '../../sql/orders.ts'
import { statementText } from '../../sql/query.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const { sql } = await testDatabase()
const stores = await Promise.all(Array.from({ length: 60 }, (_, at) => aStore(sql, { slug: `store-${at}` })))
const store_ids = stores.map(({ id }) => id)
await sql`
  insert into orders (store_id, external_id, kind, status, placed_at, business_day, currency)
  select store_id, day::text, 'sale', 'placed', date '2025-01-01' + day, date '2025-01-01' + day, 'EUR'
  from unnest(${store_ids}::bigint[]) store_id, generate_series(1, 1000) day`
await sql`analyze`

const all = { store_ids, start: null, end: null, q: null, limit: 50, offset: 0, after: null }
const range = { start: '2025-01-01', end: '2026-12-31' }
const asked = {
  'all days': all,
  'a range of days': { ...all, ...range },
  'a later page': { ...all, ...range, after: 30_000 },
  'a page further on by number': { ...all, ...range, offset: 400 },
  'one store': { ...all, ...range, store_ids: store_ids.slice(0, 1) },
}

for (const [what, args] of Object.entries(asked))
  for (const limit of [sql.unsafe('51'), 501])
    test(`a kept plan reads ${typeof limit === 'number' ? 'many' : 'few'} orders of ${what} in their order and no further`, async () => {
      const sample = { ...args, limit: limit as number }
      const text = await statementText(sql, { text: listOrders.text, sample })
      const plan = await sql.unsafe<{ 'QUERY PLAN': string }[]>(`explain (generic_plan, costs off) ${text}`)
      const lines = plan.map((line) => line['QUERY PLAN'])
      const read = lines.findIndex((line) => line.includes(' on orders o') && !line.includes('orders_pkey'))
      expect(lines[read]).toMatch(/Index (Only )?Scan.* using orders_(newest_first|by_day) /)
      // An incremental sort above it is one of the orders of a day.
      const sorts = lines.filter((line, at) => at < read && /^( *-> +)?Sort$/.test(line) && lines[at + 1]?.includes('business_day')) // prettier-ignore
      expect(sorts).toEqual([])
    })
