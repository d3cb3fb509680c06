import { describe, expect, test } from 'bun:test'
import { appPool, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { anAsker } from '../support/asker.ts'
import { testDatabase } from '../support/database.ts'
import { aFeeRule, anOrder, aRefund, aShippingRule, bookAll, someAdSpend } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const { nl, table, chair } = await april(sql)
await anOrder(sql, nl, { day: '2026-03-05', lines: [{ product_id: table, price_minor: 900_000 }], gateway: 'mollie' })
const numbered = await anOrder(sql, nl, {
  external_id: '#1001',
  day: '2026-04-08',
  lines: [{ product_id: chair, price_minor: 150_000, discount_minor: 5_000 }],
  shipping_cost_minor: 995,
})
await aRefund(sql, numbered, { day: '2026-04-10', lines: [{ amount_minor: 20_000, restocked: false }] })
await someAdSpend(sql, nl, { day: '2026-04-03', platform: 'google', amount_minor: 12_000, claimed_minor: 60_000 })
await aFeeRule(sql, nl, { percent: '2.9', fixed_minor: 30 })
await aShippingRule(sql, nl, { country: 'NL', order_minor: 550 })
await bookAll(sql, nl)
const api = await testApi(database)
const { token } = await api.someone('owner')
const service = appPool(database.appUrl)
const ann = await anAsker({ owner: sql, service })

/** The output of a tool, which must not fail. */
async function output<T = Record<string, unknown>>(name: string, input: object = {}, asker = ann) {
  const call = await asker.call(name, input)
  expect({ name, isError: call.isError, output: call.isError ? call.output : '' }).toEqual({ name, isError: false, output: '' }) // prettier-ignore
  return call.output as T
}
/** Amounts of REST are JSON numbers, of tools decimal texts: the same value either way. */
const numbers = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)
    ? Number(value)
    : Array.isArray(value)
      ? value.map(numbers)
      : value && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, numbers(inner)]))
        : value
const rest = async <T = Record<string, unknown>>(path: string) => (await api.get(path, token)).body as T
const APRIL = { from: '2026-04-01', to: '2026-04-13' }

describe('the figures of a tool are those of REST', () => {
  test('get_overview', async () => {
    const overview = await rest('/financials/overview?store=nl')
    const told = numbers(await output('get_overview', { store: 'nl' })) as Record<string, Record<string, unknown>>
    for (const period of ['today', 'this_week', 'this_month'] as const) {
      const asked = overview[period] as Record<string, Record<string, unknown>>
      expect(asked).toMatchObject({ revenue: told[period]!['revenue'], net_profit: told[period]!['net_profit'] })
      expect(asked['comparison']).toMatchObject(told[period]!['comparison'] as object)
      expect(asked['change']).toMatchObject(told[period]!['change'] as object)
    }
  })

  test('compare_periods, with parts that add up to the change', async () => {
    const bridge = await rest<{ net_profit_change: number; parts: { amount: number }[] }>(
      '/financials/bridge?store=nl&start=2026-04-01&end=2026-04-13&compare=previous',
    )
    const exact = await output('compare_periods', { store: 'nl', ...APRIL, against: 'previous' })
    const told = numbers(exact) as { net_profit_change: number; parts: { amount: number }[] }
    expect(told.net_profit_change).toBe(bridge.net_profit_change)
    expect(told.parts).toEqual(bridge.parts)
    expect(told.parts.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0)).toBe(
      Math.round(told.net_profit_change * 100),
    )
    expect(exact['net_profit_change']).toMatch(/^-?\d+\.\d\d$/)
  })

  test('rank_products and get_product', async () => {
    const { data, totals } = await rest<{ data: { product: string; cm3: number }[]; totals: { cm3: number } }>('/financials/product-report?store=nl&start=2026-04-01&end=2026-04-13&sort=-cm3') // prettier-ignore
    const ranked = await output('rank_products', { store: 'nl', ...APRIL, count: 1 })
    const told = numbers(ranked) as { products: { product: string; cm3: number }[]; totals: { cm3: number } }
    expect(told.products).toHaveLength(1)
    expect(data).toContainEqual(expect.objectContaining(told.products[0]!))
    expect(told.totals.cm3).toBe(totals.cm3)
    const one = numbers(await output('get_product', { product_id: table, store: 'nl', ...APRIL })) as { figures: unknown } // prettier-ignore
    expect(one.figures).toEqual(data.find(({ product }) => product === 'Oak table'))
    expect(one).toMatchObject({ skus: [{ sku: 'OAK-1' }], unit_costs: [{ unit_cost: 2500, currency: 'EUR' }] })
  })

  test('get_daily_figures adds up to the summary, and refuses more rows than fit', async () => {
    const asked = { store: 'nl', ...APRIL, figures: ['revenue', 'net_profit'] }
    const { rows } = numbers(await output('get_daily_figures', asked)) as { rows: { day: string; revenue: number }[] }
    expect(rows.map(({ day }) => day)[0]).toBe('2026-04-01')
    expect(rows).toHaveLength(13)
    const summary = await rest('/financials/summary?store=nl&start=2026-04-01&end=2026-04-13')
    expect(Math.round(rows.reduce((sum, { revenue }) => sum + revenue * 100, 0))).toBe(
      Math.round((summary['revenue'] as number) * 100),
    )
    const tooMany = await ann.call('get_daily_figures', { from: '2026-01-01', to: '2026-04-13' })
    expect(tooMany).toMatchObject({ isError: true, output: 'That is 103 rows by day; at most 62. Take a shorter range or a coarser grain.' }) // prettier-ignore
  })

  test('compare_stores', async () => {
    const stores = await rest<{ data: { store: string; converted: object }[]; total: object }>('/financials/stores?start=2026-04-01&end=2026-04-13') // prettier-ignore
    const told = numbers(await output('compare_stores', APRIL)) as { stores: { store: string; own_currency: string; name: string }[]; total: object } // prettier-ignore
    for (const { store, own_currency: _, name: __, ...figures } of told.stores)
      expect(stores.data.find((one) => one.store === store)!.converted).toMatchObject(figures)
    expect(stores.total).toMatchObject(told.total)
  })

  test('get_channel_totals: platforms add up to the ad spend of the shop', async () => {
    const told = await output('get_channel_totals', { store: 'nl', ...APRIL })
    expect(told).toMatchObject({
      shop: { ad_spend: '4470.00' },
      channels: [
        { platform: 'meta', ad_spend: '4000.00', claimed: '0.00', claimed_roas: '0.00', days: 1 },
        { platform: 'google', ad_spend: '470.00', claimed: '600.00', claimed_roas: '1.28', days: 2 },
      ],
    })
  })

  test('get_order has each deduction with its basis, and they add up to cm2', async () => {
    const told = await output<{ cm2: string; number: string; accounts: { effect_on_cm2: string; account: string; basis: string[] }[] }>('get_order', { number: '1001' }) // prettier-ignore
    expect(told.number).toBe('#1001')
    const cents = (amount: string) => Math.round(Number(amount) * 100)
    expect(told.accounts.reduce((sum, { effect_on_cm2 }) => sum + cents(effect_on_cm2), 0)).toBe(cents(told.cm2))
    expect(told.accounts.find(({ account }) => account === 'transaction_fees')!.basis).toEqual(['estimate'])
    expect(told.accounts.find(({ account }) => account === 'shipping_cost')!.basis).toEqual(['actual'])
    expect(told).not.toHaveProperty('customer')
    expect(await ann.call('get_order', { number: '9' })).toMatchObject({ isError: true, output: 'There is no order 9.' }) // prettier-ignore
    expect(await ann.call('get_order', {})).toMatchObject({ isError: true })
  })

  test('get_costs: fixed costs, rules and unit costs as they hold on the day', async () => {
    const told = await output('get_costs', { store: 'nl', at: '2026-04-05', kinds: ['fixed_costs', 'rules', 'unit_costs'] }) // prettier-ignore
    expect(told).toMatchObject({
      fixed_costs: [
        { amount: '55.00', interval: 'day' },
        { amount: '30.00', interval: 'day' },
      ],
      rules: [
        { rule: 'shipping_cost', of: 'NL', per_order: '5.50' },
        { rule: 'transaction_fees', of: '', percent: '2.9', per_order: '0.30' },
      ],
    })
    expect(told['unit_costs']).toContainEqual({ product_id: table, product: 'Oak table', unit_cost: '2500.00', currency: 'EUR' }) // prettier-ignore
  })
})

describe('forecast_month', () => {
  test('closed days are the P&L, fixed costs accrue exactly, and profit is cm3 less fixed costs', async () => {
    type Row = { figure: string; so_far: string; expected_rest: string; forecast: string; low: string; high: string }
    const { figures, label } = await output<{ figures: Row[]; label: string }>('forecast_month', { store: 'nl' }) // prettier-ignore
    expect(label).toBe('forecast')
    const row = (name: string) => figures.find(({ figure }) => figure === name)!
    const cents = (amount: string) => Math.round(Number(amount) * 100)
    const closed = await rest('/financials/summary?store=nl&start=2026-04-01&end=2026-04-12')
    for (const name of ['revenue', 'ad_spend', 'cm3', 'fixed_costs', 'net_profit'])
      expect(cents(row(name).so_far)).toBe(Math.round((closed[name] as number) * 100))
    // 30.00 a day ends on the 13th, which is today and still ahead.
    expect(row('fixed_costs')).toMatchObject({ expected_rest: '30.00', low: row('fixed_costs').high })
    for (const { so_far, expected_rest, forecast, low, high } of figures) {
      expect(cents(so_far) + cents(expected_rest)).toBe(cents(forecast))
      expect(cents(low)).toBeLessThanOrEqual(cents(forecast))
      expect(cents(forecast)).toBeLessThanOrEqual(cents(high))
    }
    expect(cents(row('cm3').forecast) - cents(row('fixed_costs').forecast)).toBe(cents(row('net_profit').forecast))
  })
})

describe('rights', () => {
  test('a role without orders, products or fixed costs does not get them by a tool', async () => {
    const viewer = await anAsker({ owner: sql, service }, { role: 'viewer' })
    for (const [name, input] of [['get_order', { number: '1001' }], ['get_costs', {}], ['get_product', { product_id: table, ...APRIL }]] as const) // prettier-ignore
      expect(await viewer.call(name, input)).toMatchObject({ isError: true, output: expect.stringContaining('Your role viewer') }) // prettier-ignore
    const marketer = await anAsker({ owner: sql, service }, { role: 'marketer' })
    expect((await output('get_costs', {}, marketer))['fixed_costs']).toBe('Your role does not include fixed costs.') // prettier-ignore
  })

  test('whoever sees one store gets no figure of another, and its name is unknown', async () => {
    const ours = await anAsker({ owner: sql, service }, { stores: [nl.id] })
    for (const [name, input] of Object.entries({
      get_overview: {},
      compare_stores: APRIL,
      get_channel_totals: APRIL,
      rank_products: APRIL,
      get_daily_figures: APRIL,
      compare_periods: APRIL,
      forecast_month: {},
    }))
      // prettier-ignore
      expect(JSON.stringify(await output(name, input, ours))).not.toMatch(/"uk"|"jp"|United|Japan|GBP|JPY/)
    for (const name of ['get_overview', 'forecast_month', 'get_costs'])
      expect(await ours.call(name, { store: 'uk' })).toMatchObject({ isError: true, output: 'There is no store "uk". Stores: nl.' }) // prettier-ignore
    expect(ours.reported).toEqual([])
  })
})
