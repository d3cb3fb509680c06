import { expect, test } from 'bun:test'
import { bookOrders } from '../../src/ledger/book.ts'
import { setUnitCost } from '../../src/ledger/set-unit-cost.ts'
import { connect, type Pool, transaction } from '../../sql/connect.ts'
import type { Store } from '../../sql/stores.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aStore } from '../support/factories.ts'

const { sql, url } = await testDatabase()

/** The one day that the store has. */
const dayOf = async (store: Store) => {
  const rows =
    await sql`select orders, gross_sales_minor, cogs_minor from daily_financials where store_id = ${store.id}`
  expect(rows).toHaveLength(1)
  return rows[0]
}

/** Resolves once `waiting` connections of the pool wait for a lock. */
async function untilBlocked(pool: string, waiting = 1): Promise<void> {
  for (;;) {
    const [row] = await sql<{ blocked: number }[]>`
      select count(*) as blocked from pg_stat_activity
      where application_name = ${pool} and datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`
    if (row!.blocked >= waiting) return
    await Bun.sleep(5)
  }
}

async function withTwoPools<T>(work: (one: Pool, other: Pool) => Promise<T>): Promise<T> {
  const [one, other] = [connect(url, { max: 1, name: 'one' }), connect(url, { max: 1, name: 'other' })]
  try {
    return await work(one, other)
  } finally {
    await Promise.all([one.end(), other.end()])
  }
}

test('two connections that book one order at the same time book it once', async () => {
  const store = await aStore(sql)
  const order = await anOrder(sql, store)
  const booking = { store_id: store.id, order_ids: [order], reason: 'booked twice' }
  await withTwoPools(async (one, other) => {
    let second: Promise<number> | undefined
    const first = await transaction(one, async (tx) => {
      const appended = await bookOrders(tx, booking)
      second = bookOrders(other, booking)
      await untilBlocked('other')
      return appended
    })
    expect([first, await second]).toEqual([2, 0])
  })
  expect(await dayOf(store)).toMatchObject({ orders: 1, gross_sales_minor: 1_000 })
})

test('many bookings of the same orders from two connections at once book each order once', async () => {
  const store = await aStore(sql)
  const order_ids = await Promise.all(Array.from({ length: 12 }, () => anOrder(sql, store)))
  await withTwoPools((one, other) =>
    Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        bookOrders(at % 2 ? one : other, {
          store_id: store.id,
          order_ids: order_ids.slice(at % 5),
          reason: 'at once',
        }),
      ),
    ),
  )
  expect(await dayOf(store)).toMatchObject({ orders: 12, gross_sales_minor: 12_000 })
})

test('a unit cost that is set while an order is being booked reaches that order', async () => {
  const store = await aStore(sql)
  const product_id = await aProduct(sql, store, { unit_cost: '4' })
  await withTwoPools(async (one, other) => {
    let change: Promise<number> | undefined
    await transaction(one, async (tx) => {
      const id = await anOrder(tx, store, { lines: [{ product_id }] })
      await bookOrders(tx, { store_id: store.id, order_ids: [id], reason: 'import' })
      change = setUnitCost(other, {
        product_id,
        store_ids: [store.id],
        unit_cost: '5',
        currency: 'EUR',
        from: null,
        to: null,
        reason: 'new cost',
      })
      await untilBlocked('other')
    })
    await change
    expect(await dayOf(store)).toMatchObject({ orders: 1, cogs_minor: 500 })
  })
})
