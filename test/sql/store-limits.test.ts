import { afterAll, expect, test } from 'bun:test'
import { connect, seeing } from '../../sql/connect.ts'
import { pnl } from '../../sql/pnl.ts'
import { storeLimitsHold } from '../../sql/rights.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, aProduct, aStore, bookAll, someAdSpend } from '../support/factories.ts'

const { sql: owner, appUrl } = await testDatabase()
const sql = connect(appUrl, { max: 3 })
afterAll(() => sql.end({ timeout: 1 }))

const DAY = '2026-04-13'
const mine = await aStore(owner)
const other = await aStore(owner)
for (const store of [mine, other]) {
  const product_id = await aProduct(owner, store, { unit_cost: '4' })
  await anOrder(owner, store, { day: DAY, lines: [{ product_id, quantity: 2, price_minor: 1_000 }] })
  await someAdSpend(owner, store, { day: DAY, amount_minor: 300 })
  await bookAll(owner, store)
}
await aFixedCost(owner, null, { amount_minor: 3_000 })

/** Every table that holds something of a store, with the number of rows that are seen, filters left out. */
async function rowsSeen(tx: typeof sql) {
  const tables = await owner<{ name: string }[]>`
    select relname as name from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace order by 1`
  const seen: Record<string, number> = {}
  for (const { name } of tables) {
    const [row] = await tx<{ rows: number }[]>`select count(*) as rows from ${tx(name)}`
    seen[name] = row?.rows ?? 0
  }
  return seen
}

test('the service login owns nothing and bypasses nothing', async () => {
  expect(await storeLimitsHold(sql, {})).toEqual({ hold: true })
  expect(await storeLimitsHold(owner, {})).toEqual({ hold: false })
})

test('without a limit set, nothing of any store is seen', async () => {
  const { fixed_costs, ...seen } = await rowsSeen(sql)
  expect(Object.values(seen).every((rows) => rows === 0)).toBe(true)
  expect(Object.keys(seen).length).toBeGreaterThan(13)
  expect(fixed_costs).toBe(1) // Shared by all stores.
})

test('with the filter left out of every query, a limited person sees only their store, and half of everything', async () => {
  const all = await seeing(sql, 'all', (tx) => rowsSeen(tx as typeof sql))
  const limited = await seeing(sql, [mine.id], (tx) => rowsSeen(tx as typeof sql))
  for (const [table, rows] of Object.entries(all)) {
    const shared = table === 'fixed_costs' ? 1 : 0
    expect({ table, rows: (limited[table] ?? 0) - shared }).toEqual({ table, rows: (rows - shared) / 2 })
  }
})

test('the limit ends with its transaction', async () => {
  await seeing(sql, [mine.id], (tx) => tx`select 1`)
  const rows = await Promise.all([1, 2, 3].map(() => sql`select 1 from orders`))
  expect(rows.map((r) => r.length)).toEqual([0, 0, 0])
})

test('a limited person cannot write to another store', async () => {
  const write = seeing(sql, [mine.id], (tx) => tx`insert into fee_rules (store_id, percent) values (${other.id}, 1)`)
  expect(write).rejects.toThrow('row-level security')
  await write.catch(() => undefined)
})

test('a limited person’s P&L is that of their store also when the query names all stores, with their share of shared costs', async () => {
  const asked = {
    store_ids: [mine.id, other.id],
    currency: mine.currency,
    periods: [{ key: 'day', from: DAY, to: DAY }],
    now: new Date(`${DAY}T12:00:00Z`),
  }
  const [all] = await seeing(sql, 'all', (tx) => pnl(tx, asked))
  const [limited] = await seeing(sql, [mine.id], (tx) => pnl(tx, asked))
  expect([all?.revenue, limited?.revenue]).toEqual(['40.00', '20.00'])
  expect([all?.fixed_costs, limited?.fixed_costs]).toEqual(['1.00', '0.50'])
})

test('the ledger cannot be changed by the service even in SQL', async () => {
  const change = seeing(sql, 'all', (tx) => tx`update ledger_entries set amount_minor = 0`)
  expect(change).rejects.toThrow('permission denied')
  await change.catch(() => undefined)
})
