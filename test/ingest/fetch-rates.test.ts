import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { listAdSpend } from '../../sql/ad-spend.ts'
import { pnl } from '../../sql/pnl.ts'
import { createEcb, ratesOfFeed } from '../../src/ingest/fx/ecb-feed.ts'
import { fetchRates } from '../../src/ingest/fx/fetch-rates.ts'
import { bookOrders, saveAdSpend } from '../../src/ledger/book.ts'
import { appPool } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { startEcb } from '../support/ecb.ts'
import { anOrder, aProduct, aStore } from '../support/factories.ts'
import { failureOf } from './order-file.ts'

const database = await testDatabase()
const { sql } = database
const service = appPool(database.appUrl)
let ecb = startEcb()
afterAll(() => ecb.stop())
beforeEach(async () => {
  await ecb.stop()
  ecb = startEcb()
  await sql`delete from fx_rates`
})

const fetched = async (mayFetchHistory = true) => {
  const { feed, added, restated } = await fetchRates(service, createEcb({ root: ecb.url }), { mayFetchHistory })
  return { feed, added, restated }
}
const known = async () =>
  (
    await sql<{ rate: string }[]>`
      select concat_ws(' ', currency, day, units_per_euro, source) as rate from fx_rates order by day, currency`
  ).map(({ rate }) => rate)
const dollars = (rates: Record<string, string>) => Object.entries(rates).map(([day, USD]) => ({ day, rates: { USD } }))

describe('rates are fetched', () => {
  test('from the history when there are none, then day by day, and a second look adds nothing', async () => {
    ecb.publish([
      { day: '2026-04-08', rates: { USD: '1.10', GBP: '0.84' } },
      { day: '2026-04-09', rates: { USD: '1.12', GBP: '0.85' } },
    ])
    expect(await fetched()).toEqual({ feed: 'history', added: 4, restated: 0 })
    ecb.publish(dollars({ '2026-04-10': '1.13' }))
    expect(await fetched()).toEqual({ feed: 'last day', added: 1, restated: 0 })
    expect(await fetched()).toEqual({ feed: 'last day', added: 0, restated: 0 })
    expect(await known()).toEqual([
      'GBP 2026-04-08 0.84 ecb',
      'USD 2026-04-08 1.10 ecb',
      'GBP 2026-04-09 0.85 ecb',
      'USD 2026-04-09 1.12 ecb',
      'USD 2026-04-10 1.13 ecb',
    ])
    expect(ecb.refused).toEqual([])
  })

  test('from the feed of 90 days after days without us, and from the history for a gap that is older', async () => {
    ecb.publish(dollars({ '2026-01-02': '1.01', '2026-04-02': '1.02' }))
    await fetched()
    ecb.publish(dollars({ '2026-04-07': '1.03', '2026-04-08': '1.04' }))
    expect(await fetched(false)).toEqual({ feed: '90 days', added: 2, restated: 0 })
    ecb.publish(dollars({ '2026-01-05': '1.05', '2026-07-20': '1.06' }))
    expect(await fetched()).toEqual({ feed: 'history', added: 2, restated: 0 })
    // The gap from January to April is the ECB's own: the history is not asked for again at once.
    expect(await fetched(false)).toEqual({ feed: 'last day', added: 0, restated: 0 })
  })

  test('not where the ECB fails, answers a page, or half a file: nothing of it stays, and the sentence says so', async () => {
    ecb.publish(dollars({ '2026-04-09': '1.12', '2026-04-10': '1.13' }))
    const failures: string[] = []
    for (const faults of [['broken'], ['page'], ['cut']] as const) {
      ecb.faults.push(...faults)
      failures.push(await failureOf(fetched()))
    }
    for (const fault of ['broken', 'page', 'cut'] as const) {
      await fetchDay()
      ecb.faults.push(fault)
      failures.push(await failureOf(createEcb({ root: ecb.url }).history()))
    }
    expect(failures).toEqual([
      expect.stringContaining('The ECB does not answer right now (eurofxref-daily.xml: HTTP 503)'),
      expect.stringContaining('is not its feed of reference rates: it does not begin and end as that does'),
      expect.stringContaining('is not its feed of reference rates: it does not begin and end as that does'),
      expect.stringContaining('The ECB does not answer right now (eurofxref-hist.zip: HTTP 503)'),
      expect.stringContaining("eurofxref-hist.zip is not the ECB's rate history"),
      expect.stringContaining('eurofxref-hist.zip is a damaged zip file'),
    ])
    expect(await known()).toEqual([])
    await ecb.stop()
    expect(await failureOf(fetched())).toContain('The ECB does not answer right now (eurofxref-daily.xml)')
  })
  const fetchDay = () => createEcb({ root: ecb.url }).lastDay()
})

test('the feed is read to its end, and what is in it must be days and rates', () => {
  const feed = (inner: string) => `<?xml version="1.0"?><gesmes:Envelope xmlns:gesmes="x"><Cube>${inner}</Cube></gesmes:Envelope>` // prettier-ignore
  const day = (rates: string) => feed(`<Cube time='2026-04-10'>${rates}</Cube>`)
  expect(ratesOfFeed(day(`<Cube currency="USD" rate="1.13"/>`))).toEqual([{ currency: 'USD', day: '2026-04-10', units_per_euro: '1.13' }]) // prettier-ignore
  for (const wrong of [
    '',
    feed(''),
    day(''),
    day(`<Cube currency='USD' rate='0'/>`),
    day(`<Cube currency='USD' rate='-1'/>`),
    day(`<Cube currency='USD' rate='1,13'/>`),
    day(`<Cube currency='dollar' rate='1.13'/>`),
    day('1.13'),
    feed(`<Cube currency='USD' rate='1.13'/>`),
    feed(`<Cube time='2026-02-30'><Cube currency='USD' rate='1.13'/></Cube>`),
    feed(`<Cube time='2026-04-10'><Cube currency='USD' rate='1.13'/>`),
    `${day(`<Cube currency='USD' rate='1.13'/>`)}<more/>`,
  ])
    expect(() => ratesOfFeed(wrong)).toThrow('is not its feed of reference rates')
})

describe('what is booked', () => {
  const spendRow = (store: string, date: string) => ({ row: 1, date, store, platform: 'meta' as const, account: '', campaign: '', product_id: null, amount: '100', claimed: null, currency: 'USD' }) // prettier-ignore
  const booked = async (store: { id: number }, day: string) => {
    const asked = { store_ids: [store.id], currency: 'EUR', periods: [{ key: 'day', from: day, to: day }], now: new Date('2026-12-31T12:00:00Z') } // prettier-ignore
    const [row] = await pnl(sql, asked)
    return [row?.ad_spend, row?.cogs]
  }

  test('at the rate of the day before is restated when the rate of its day arrives, ad spend and goods alike', async () => {
    ecb.publish(dollars({ '2026-04-09': '1.25' }))
    await fetched()
    const store = await aStore(sql)
    const product_id = await aProduct(sql, store, { unit_cost: '50', cost_currency: 'USD' })
    const order = await anOrder(sql, store, { day: '2026-04-10', lines: [{ product_id, price_minor: 9_000 }] })
    await bookOrders(sql, { store_id: store.id, order_ids: [order], reason: 'booked' })
    await saveAdSpend(sql, { rows: [spendRow(store.slug, '2026-04-10')], reason: 'booked' })
    expect(await booked(store, '2026-04-10')).toEqual(['80.00', '40.00'])
    ecb.publish(dollars({ '2026-04-10': '1.60' }))
    expect(await fetched()).toEqual({ feed: 'last day', added: 1, restated: 2 })
    expect(await booked(store, '2026-04-10')).toEqual(['62.50', '31.25'])
    const reasons = await sql`select distinct reason from ledger_entries where store_id = ${store.id} order by reason`
    expect(reasons.map(({ reason }) => String(reason))).toEqual(['booked', "the ECB's rates until 2026-04-10 arrived"])
    expect(await fetched()).toEqual({ feed: 'last day', added: 0, restated: 0 })
  })

  test('over a weekend holds Friday’s rate, and Monday’s leaves it alone', async () => {
    ecb.publish(dollars({ '2026-04-10': '1.25' }))
    await fetched()
    const store = await aStore(sql)
    await saveAdSpend(sql, { rows: [spendRow(store.slug, '2026-04-12')], reason: 'booked' })
    ecb.publish(dollars({ '2026-04-13': '2' }))
    expect(await fetched()).toMatchObject({ added: 1, restated: 0 })
    expect(await booked(store, '2026-04-12')).toEqual(['80.00', '0.00'])
  })

  test('not before there is a rate: the refusal names day and pair, and the same row is taken once it arrived', async () => {
    const store = await aStore(sql)
    const row = spendRow(store.slug, '2026-04-10')
    const [refused] = await saveAdSpend(sql, { rows: [row], reason: 'booked' })
    expect(refused).toMatchObject({ result: 'rejected', reason: 'currency: no exchange rate from USD to EUR for 2026-04-10' }) // prettier-ignore
    ecb.publish(dollars({ '2026-04-10': '1.25' }))
    await fetched()
    expect(await saveAdSpend(sql, { rows: [row], reason: 'booked' })).toMatchObject([{ result: 'created' }])
    expect(await booked(store, '2026-04-10')).toEqual(['80.00', '0.00'])
    const all = { store_ids: [store.id], start: '2026-04-01', end: '2026-04-30', platform: null, id: null, limit: 9, offset: 0, after: null, now: new Date('2026-04-13T10:00:00Z') } // prettier-ignore
    expect(await listAdSpend(sql, all)).toHaveLength(1)
  })

  test('an order of goods bought in another currency is booked once the rate arrived', async () => {
    const store = await aStore(sql)
    const product_id = await aProduct(sql, store, { unit_cost: '50', cost_currency: 'USD' })
    const order = await anOrder(sql, store, { day: '2026-04-10', lines: [{ product_id, price_minor: 9_000 }] })
    const booking = { store_id: store.id, order_ids: [order], reason: 'booked' }
    expect(await failureOf(bookOrders(sql, booking))).toContain('No exchange rate from USD to EUR for 2026-04-10.')
    ecb.publish(dollars({ '2026-04-10': '1.25' }))
    expect((await fetched()).restated).toBeGreaterThan(0)
    expect(await booked(store, '2026-04-10')).toEqual(['0.00', '40.00'])
    expect(await bookOrders(sql, booking)).toBe(0)
  })
})
