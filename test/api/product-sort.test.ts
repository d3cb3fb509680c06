import { expect, test } from 'bun:test'
import { PRODUCT_COLUMNS } from '../../sql/products.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aStore } from '../support/factories.ts'

type Product = { id: number; name: string; cost_price: number | null; cost_from: string | null }

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('marketer')
const store = await aStore(sql)
for (let at = 0; at < 12; at++)
  await aProduct(sql, store, {
    name: `${at % 2 === 0 ? 'mug' : 'Cup'} ${(at * 5) % 12}`,
    // Some cost the same, and some have no cost.
    ...(at % 3 !== 0 && { unit_cost: String(1 + (at % 4)) }),
    ...(at % 3 === 1 && { from: `2026-0${1 + (at % 4)}-01` }),
  })

const listed = async (query: string) =>
  (await api.get(`/products?${query}`, token)).body as unknown as { data: Product[]; next: string | null }

for (const column of PRODUCT_COLUMNS)
  test(`sorted by ${column} either way, the pages follow each other, and what has no cost stands last`, async () => {
    const { data: all } = await listed('limit=100')
    expect(all).toHaveLength(12)
    const rank = (product: Product, turn: 1 | -1): string | number => {
      if (column === 'id') return product.id
      if (column === 'name') return product.name.toLowerCase()
      if (product.cost_price === null) return column === 'cost_price' ? turn * Infinity : turn === 1 ? '~' : ''
      return column === 'cost_price' ? product.cost_price : (product.cost_from ?? '0')
    }
    for (const [sort, turn] of [
      [column, 1],
      [`-${column}`, -1],
    ] as const) {
      const seen: number[] = []
      for (let cursor = ''; ;) {
        const { data, next } = await listed(`sort=${sort}&limit=5${cursor}`)
        seen.push(...data.map(({ id }) => id))
        if (next === null) break
        cursor = `&cursor=${next}`
      }
      const wanted = all.toSorted((one, other) => {
        const [a, b] = [rank(one, turn), rank(other, turn)]
        return turn * (a < b ? -1 : a > b ? 1 : one.id - other.id)
      })
      expect([sort, seen]).toEqual([sort, wanted.map(({ id }) => id)])
    }
  })

test('what products do not have is refused as a column', async () => {
  for (const sort of ['status', '--name', '', 'name desc'])
    problemOf(await api.get(`/products?sort=${encodeURIComponent(sort)}`, token), 422)
})
