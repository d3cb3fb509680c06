import { expect, test } from 'bun:test'
import { listJobs } from '../../sql/jobs.ts'
import { connectShopifyShop } from '../../sql/shopify-shops.ts'
import { failSync, keepSync } from '../../sql/sync-state.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
import { figures, reconciled } from '../support/reconciliation.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const owner = await api.someone('owner')
const { token } = owner
const [nl, uk, jp] = [
  await aStore(sql, { slug: 'nl', name: 'Netherlands' }),
  await aStore(sql, { slug: 'uk', currency: 'GBP' }),
  await aStore(sql, { slug: 'jp', name: 'Japan', currency: 'JPY' }),
]
for (const { id, slug } of [nl, jp])
  await connectShopifyShop(sql, { store_id: id, domain: `${slug}.myshopify.com`, client_id: 'client' })
const keep = { connector: 'shopify', store_id: nl.id, account: '', resource: 'reconciliation', every_minutes: 60 }
const { id: sync } = await keepSync(sql, { ...keep, next_run_at: null })
const at = (time: string) => new Date(`2026-04-13T${time}Z`)
const list = async (path: string) => (await api.get(path, token)).body['data'] as Record<string, unknown>[]
const dayOf = async (store: string, day: string) => (await api.get(`/reconciliation/${store}/${day}`, token)).body

const ours = figures({ gross_sales: 10_000, discounts: 500, net_sales: 9_500, shipping: 495, tax: 2_099, orders: 1 })
const theirs = figures({ gross_sales: 15_000, discounts: 500, net_sales: 14_500, shipping: 495, tax: 3_149, orders: 3 })
const missing = figures({ gross_sales: -4_000, net_sales: -4_000, tax: -840, orders: -1 })
const voided = figures({ gross_sales: -1_000, net_sales: -1_000, tax: -210, orders: -1 })
const DIFFERS = {
  ours,
  theirs,
  by_rule: voided,
  orders: [
    { key: '7001', cause: 'order_missing' as const, difference: missing, reread: true },
    { key: '7002', cause: 'voided' as const, by_rule: true, difference: voided },
  ],
}

test('a store that was never compared is unchecked, one without a shop is not listed', async () => {
  expect(await list('/reconciliation/stores')).toMatchObject([
    { store: 'jp', status: 'unchecked', days: 0, checked_at: null },
    { store: 'nl', status: 'unchecked', days: 0, last_day: null, source: null, error: null, gaps: [] },
  ])
  problemOf(await api.get('/reconciliation/nl/2026-04-12', token), 404)
})

test('a day that differs tells by how much, without what our definitions leave out, and which orders make it', async () => {
  await reconciled(sql, nl, { '2026-04-11': { ours }, '2026-04-12': DIFFERS }, at('08:00:00'))
  const day = {
    date: '2026-04-12',
    store: 'nl',
    currency: 'EUR',
    status: 'differs',
    source: 'report',
    net_sales: 95,
    net_sales_in_shop: 145,
    gross_sales_difference: -40,
    discounts_difference: 0,
    returns_difference: 0,
    net_sales_difference: -40,
    shipping_difference: 0,
    tax_difference: -8.4,
    orders_difference: -1,
    differing_orders: 1,
    checked_at: '2026-04-13T08:00:00.000Z',
    differs_since: '2026-04-13T08:00:00.000Z',
    matched_at: null,
  }
  const rows = await list('/reconciliation?store=nl')
  expect(rows).toMatchObject([day, { date: '2026-04-11', status: 'matches', matched_at: '2026-04-13T08:00:00.000Z' }])
  const { figures: measures, order_differences: orders, ...rest } = await dayOf('nl', '2026-04-12')
  expect(rest).toMatchObject(day)
  expect(measures).toEqual([
    { measure: 'gross_sales', ours: 100, in_shop: 150, by_rule: -10, difference: -40 },
    { measure: 'discounts', ours: 5, in_shop: 5, by_rule: 0, difference: 0 },
    { measure: 'returns', ours: 0, in_shop: 0, by_rule: 0, difference: 0 },
    { measure: 'net_sales', ours: 95, in_shop: 145, by_rule: -10, difference: -40 },
    { measure: 'shipping', ours: 4.95, in_shop: 4.95, by_rule: 0, difference: 0 },
    { measure: 'tax', ours: 20.99, in_shop: 31.49, by_rule: -2.1, difference: -8.4 },
    { measure: 'orders', ours: 1, in_shop: 3, by_rule: -1, difference: -1 },
  ])
  expect(orders).toMatchObject([
    { order: '#7001', cause: 'order_missing', by_rule: false, net_sales: -40, orders: -1, reread_at: '2026-04-13T08:00:00.000Z' },
    { order: '#7002', cause: 'voided', by_rule: true, net_sales: -10, reread_at: null },
  ]) // prettier-ignore
})

test('since when a day differs stays over runs, and what is mended is gone', async () => {
  await reconciled(sql, nl, { '2026-04-12': DIFFERS }, at('09:00:00'))
  expect(await dayOf('nl', '2026-04-12')).toMatchObject({
    differs_since: '2026-04-13T08:00:00.000Z',
    checked_at: '2026-04-13T09:00:00.000Z',
    order_differences: [{ order: '#7001', found_at: '2026-04-13T08:00:00.000Z' }, { order: '#7002' }],
  })
  expect(await list('/reconciliation/stores?store=nl')).toMatchObject([
    {
      status: 'differs',
      days: 2,
      matching_days: 1,
      differing_days: 1,
      first_day: '2026-04-11',
      last_differing_day: '2026-04-12',
      differs_since: '2026-04-13T08:00:00.000Z',
      source: 'report',
    },
  ])
  await reconciled(sql, nl, { '2026-04-12': { ours: theirs } }, at('09:30:00'))
  expect(await dayOf('nl', '2026-04-12')).toMatchObject({
    status: 'matches',
    differs_since: null,
    matched_at: '2026-04-13T09:30:00.000Z',
    order_differences: [],
  })
  expect(await list('/reconciliation?status=differs')).toEqual([])
  expect(await list('/reconciliation/stores?store=nl')).toMatchObject([{ status: 'matches', matching_days: 2 }])
})

test('yen have no cents, and the orders of a day stay a count', async () => {
  await reconciled(sql, jp, { '2026-04-12': { ours: figures({ net_sales: 1_600, orders: 1 }), theirs: figures({ orders: 2 }) } }, at('09:00:00')) // prettier-ignore
  expect(await dayOf('jp', '2026-04-12')).toMatchObject({
    net_sales: 1_600,
    net_sales_difference: 1_600,
    orders_difference: -1,
  })
})

test('days are listed newest first over stores, page by page, and as a file', async () => {
  const first = (await api.get('/reconciliation?limit=2&count=true', token)).body
  expect(first).toMatchObject({ total: 3, data: [{ date: '2026-04-12', store: 'nl' }, { store: 'jp' }] })
  expect(await list(`/reconciliation?limit=2&cursor=${String(first['next'])}`)).toMatchObject([{ date: '2026-04-11' }])
  expect(await list('/reconciliation?start=2026-04-12&end=2026-04-12')).toHaveLength(2)
  const { text } = await api.get('/reconciliation?format=csv&store=jp', token)
  expect(text).toContain('2026-04-12,jp,JPY,differs')
})

test('compare now queues one run of the store, or of the days that are named, and notes who asked', async () => {
  await failSync(sql, { id: sync, error: 'The shop does not answer.', next_run_at: null })
  expect(await list('/reconciliation/stores?store=nl')).toMatchObject([{ error: 'The shop does not answer.' }])
  expect((await api.post('/reconciliation/nl/run', undefined, token)).status).toBe(202)
  const days = { from: '2026-04-01', to: '2026-04-12' }
  expect(await api.post('/reconciliation/nl/run', days, token)).toMatchObject({ status: 202, body: { id: sync } })
  const jobs = await listJobs(sql, { state: 'waiting', limit: 50, offset: 0, after: null })
  expect(jobs.map(({ name, queue }) => [name, queue])).toEqual([
    ['run_sync', `sync shopify ${nl.id}`],
    ['run_sync', `sync shopify ${nl.id}`],
  ])
  expect(await list('/audit-log?limit=1')).toMatchObject([{ action: 'reconciliation.run', new_value: days }])
})

test('a store without a shop, days the wrong way round and too many of them are refused in words', async () => {
  const refused = async (store: string, from: string, to: string) => {
    const { status, body } = await api.post(`/reconciliation/${store}/run`, { from, to }, token)
    return [status, body['detail']]
  }
  expect(await refused('uk', '2026-04-01', '2026-04-02')).toEqual([
    409,
    expect.stringContaining('no Shopify connection'),
  ])
  expect(await refused('nl', '2026-04-02', '2026-04-01')).toEqual([
    422,
    expect.stringContaining('is after the last day'),
  ])
  expect(await refused('nl', '2024-04-02', '2026-04-01')).toEqual([422, 'At most 366 days can be compared at once.'])
  expect((await refused('gone', '2026-04-01', '2026-04-02'))[0]).toBe(404)
})

test('who is limited to a store sees its days and no others', async () => {
  const { token: limited } = await api.anApiToken(owner.id, { store_ids: [uk.id, jp.id] })
  expect((await api.get('/reconciliation', limited)).body['data']).toMatchObject([{ store: 'jp' }])
  expect((await api.get('/reconciliation/stores', limited)).body['data']).toMatchObject([{ store: 'jp' }])
  expect((await api.get('/reconciliation/nl/2026-04-12', limited)).status).toBe(404)
  expect((await api.post('/reconciliation/nl/run', undefined, limited)).status).toBe(404)
})
