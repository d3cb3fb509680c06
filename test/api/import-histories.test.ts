import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aFeeRule, aFixedCost, aProduct, aRate, aStore, bookAll } from '../support/factories.ts'
import { type Imported, importsOf } from '../support/imports.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('owner')
const { preview, apply, undo, profits, said } = importsOf(api, token)
for (const day of ['2026-03-01', '2026-03-10', '2026-03-20', '2026-03-30', '2026-04-08']) await aRate(sql, 'USD', day, '1.17') // prettier-ignore

const MONTHS = ['2026-03', '2026-04']
const MAPPING = JSON.stringify({
  format: 'order-lines',
  columns: { order: 'nr', sku: 'sku', quantity: 'qty', at: 'at', unit_price: 'price' },
  credit_note_prefixes: ['C'],
})
const day = fc.constantFrom('2026-03-02', '2026-03-31', '2026-04-01', '2026-04-12')
const cents = fc.integer({ min: 1, max: 99_999 }).map((minor) => (minor / 100).toFixed(2))
const sku = fc.constantFrom('A', 'B', 'C')
const some = <T>(row: fc.Arbitrary<T>) => fc.array(row, { minLength: 1, maxLength: 6 })

/** A file of any kind, whose rows meet those of other files again and again. */
const aFile = fc.oneof(
  some(fc.tuple(fc.constantFrom('1', '2', '3', 'C4'), sku, fc.integer({ min: 1, max: 5 }), day, cents)).map((rows) => ({
    kind: 'orders',
    csv: `nr,sku,qty,at,price\n${rows.map(([nr, sku, qty, at, price]) => [nr, sku, nr === 'C4' ? -qty : qty, at, price].join()).join('\n')}\n`,
  })),
  some(fc.tuple(sku, cents, fc.constantFrom('EUR', 'USD'), day)).map((rows) => ({
    kind: 'unit-costs',
    csv: `sku,unit cost,currency,from\n${rows.map((row) => row.join()).join('\n')}\n`,
  })),
  some(fc.tuple(day, fc.constantFrom('', 'Spring', 'Brand'), cents)).map((rows) => ({
    kind: 'ad-spend',
    csv: `date,platform,campaign,amount\n${rows.map(([day, campaign, amount]) => [day, 'meta', campaign, amount].join()).join('\n')}\n`,
  })),
  some(fc.tuple(fc.constantFrom('Rent', 'Tools'), cents, day)).map((rows) => ({
    kind: 'fixed-costs',
    csv: `name,amount,currency,starts_on\n${rows.map(([name, amount, from]) => [name, amount, 'EUR', from].join()).join('\n')}\n`,
  })),
  some(fc.tuple(sku, fc.constantFrom('Mug', 'Cup'), cents)).map((rows) => ({
    kind: 'products',
    csv: `sku,name,cost\n${rows.map((row) => row.join()).join('\n')}\n`,
  })),
)

test('20 random histories of imports: each does to the profit what its preview said, and undone in turn they leave what was before', async () => {
  let applied = 0
  await fc.assert(
    fc.asyncProperty(fc.array(aFile, { minLength: 1, maxLength: 5 }), async (files) => {
      const store = await aStore(sql, { default_cost_percent: '40' })
      await aProduct(sql, store, { name: 'A', sku: 'A', unit_cost: '1.10' })
      await aFeeRule(sql, store)
      await aFixedCost(sql, store, { name: 'Rent', starts_on: '2026-01-01' })
      const months = MONTHS.map((month) => ({ store: store.slug, month }))
      const done: { shown: Imported; before: Record<string, string> }[] = []
      for (const { kind, csv } of files) {
        const before = await profits(months)
        const query = `store=${store.slug}${kind === 'orders' ? `&mapping=${encodeURIComponent(MAPPING)}` : ''}`
        const shown = await preview(kind, csv, query)
        expect(await profits(months)).toEqual(before)
        await apply(shown.id)
        expect([csv, await profits(months)]).toEqual([csv, { ...before, ...said(shown, 'after') }])
        expect({ ...before, ...said(shown, 'before') }).toEqual(before)
        done.push({ shown, before })
        applied++
      }
      expect(await bookAll(sql, store)).toBe(0)
      for (const { shown, before } of done.toReversed()) {
        await undo(shown.id)
        expect([shown.kind, await profits(months)]).toEqual([shown.kind, before])
      }
      expect(await bookAll(sql, store)).toBe(0)
    }),
    { numRuns: 20, seed: 20260413 },
  )
  expect(applied).toBeGreaterThan(30)
}, 300_000)

test('rows of one key from several at once: bulk upserts and imports leave one, without a deadlock', async () => {
  const { slug, id } = await aStore(sql)
  const row = { store: slug, sku: 'ONE', name: 'One', cost_price: 2 }
  const { id: imported } = await preview('products', 'sku,name,cost\nTWO,Two,2\n', `store=${slug}`)
  const answers = await Promise.all([
    ...[1, 2, 3].map(() => api.post('/products', [row, { ...row, sku: 'TWO' }], token)),
    api.post(`/imports/${imported}/apply`, {}, token),
    ...[1, 2].map(() => api.post('/fixed-costs', [{ name: 'Rent', amount: 1, currency: 'EUR', store: slug }], token)),
  ])
  expect(answers.filter(({ status }) => status !== 200 && status !== 409).map(({ text }) => text)).toEqual([])
  expect(await sql`select 1 from variants where store_id = ${id}`).toHaveLength(2)
  expect(await sql`select 1 from fixed_costs where store_id = ${id}`).toHaveLength(1)
})
