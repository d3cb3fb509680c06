import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnl } from '../../sql/pnl.ts'
import { readMapping } from '../../src/ingest/csv/mapping.ts'
import { importEcbRates } from '../../src/ingest/fx/ecb.ts'
import { unzipped } from '../../src/ingest/zip.ts'
import { importOrders } from '../../src/ingest/import-orders.ts'
import { testDatabase } from '../support/database.ts'
import { expectedFigures, FIGURES, type Figures, netProfit, pounds, revenue, sum } from './expected-figures.ts'
import { aFolder, counts, failureOf, rowCounts } from './order-file.ts'

const DATA = join(import.meta.dir, '../../../shared/data')
const FILE = join(DATA, 'orders/online-retail.csv.gz')
const MAPPING = join(DATA, 'orders/online-retail.mapping.json')
const RATES = join(DATA, 'fx/eurofxref-hist.zip')
const missing = [FILE, MAPPING, RATES].some((path) => !existsSync(path))
const { sql } = await testDatabase()
const folder = aFolder()
const store = 'online-retail'

const asText = (figures: Iterable<[string, Figures]>, names: readonly (keyof Figures)[] = FIGURES) =>
  [...figures].map(([key, of]) => `${key} ${names.map((name) => of[name]).join(' ')}`).toSorted()

async function everyDay(): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select concat_ws(' ', day, orders, units_sold, units_returned, gross_sales_minor, discounts_minor, returns_minor, shipping_income_minor,
                     cogs_minor, transaction_fees_minor, gift_cards_minor) as line
    from daily_financials`
  return rows.map(({ line }) => line).toSorted()
}

const OF_PRODUCTS = ['units_sold', 'units_returned', 'gross_sales', 'returns', 'cogs'] as const
async function everyProductDay(): Promise<string[]> {
  const [answer] = await sql<{ lines: string }[]>`
    select string_agg(concat_ws(' ', p.day || '/' || v.sku, units_sold, units_returned, gross_sales_minor, returns_minor, cogs_minor), chr(10)) as lines
    from product_performance p
    join variants v on v.product_id = p.product_id`
  return (answer?.lines ?? '').split('\n').toSorted()
}

const report = async (currency: string, ...periods: [from: string, to: string][]) => {
  const [found] = await sql<{ id: number }[]>`select id from stores where slug = ${store}`
  return pnl(sql, {
    store_ids: [found!.id],
    currency,
    periods: periods.map(([from, to]) => ({ key: from, from, to })),
    now: new Date('2026-04-13T10:00:00Z'),
  })
}

test.skipIf(missing)(
  `all 541,909 lines of Online Retail: every day, month and product to the cent${missing ? ' (skipped: ../shared/data is not there)' : ''}`,
  async () => {
    const mapping = await readMapping(MAPPING)
    const first = await importOrders(sql, { file: FILE, mapping, strict: true })
    expect(first).toMatchObject({ rows: 541_909, skipped: 2_515, rejected: 0, orders_changed: 0, unused_columns: [] })

    const csv = new TextDecoder().decode(Bun.gunzipSync(readFileSync(FILE)))
    const expected = expectedFigures(csv, mapping)
    expect(await everyDay()).toEqual(asText(expected.days))
    const products = await everyProductDay()
    expect(products.length).toBeGreaterThan(270_000)
    // Not `toEqual`: printing a difference of so many rows takes minutes.
    const known = new Set(asText(expected.products, OF_PRODUCTS))
    expect(known.size).toBe(products.length)
    expect(products.filter((line) => !known.has(line)).slice(0, 10)).toEqual([])

    const months = Map.groupBy(expected.days, ([day]) => day.slice(0, 7))
    const periods = [...months.keys()].toSorted().map((month): [string, string] => {
      const [year = 0, number = 0] = month.split('-').map(Number)
      return [`${month}-01`, new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)]
    })
    expect(periods).toHaveLength(13)
    const reported = await report('GBP', ...periods)
    expect(reported.map((month) => [month.start, month.revenue, month.cogs, month.net_profit, month.orders])).toEqual(
      periods.map(([from]) => {
        const month = sum((months.get(from.slice(0, 7)) ?? []).map(([, figures]) => figures))
        return [from, pounds(revenue(month)), pounds(month.cogs), pounds(netProfit(month)), Number(month.orders)]
      }),
    )
    const [all] = await report('GBP', ['2010-12-01', '2011-12-09'])
    expect(all).toMatchObject({
      gross_sales: '10349608.93',
      discounts: '5696.22',
      returns: '628621.08',
      shipping_income: '279462.12',
      revenue: '9994753.75',
      cogs: '3888323.16',
      transaction_fees: '247691.63',
      net_profit: '5858738.96',
      orders: 19_867,
      units_sold: 5_308_173,
    })
    expect(pounds(expected.total.gift_cards)).toBe('685.81')

    const before = await rowCounts(sql)
    const again = await importOrders(sql, { file: FILE, mapping, strict: true })
    expect(counts(again)).toEqual({ created: 0, changed: 0, unchanged: first.orders_created, entries: 0 })
    expect(await rowCounts(sql)).toEqual(before)

    // In euros a day without a rate takes the last one before it: Sunday 5 December that of Friday 3 December 2010.
    expect(await failureOf(report('EUR', ['2010-12-05', '2010-12-05']))).toMatch(
      /No exchange rate from .* for 2010-12-05/,
    )
    const [rates = '', ...days] = unzipped(readFileSync(RATES), '.csv', RATES).toString().split('\n')
    await importEcbRates(sql, folder.write([rates, ...days.filter((day) => /^201[01]/.test(day))].join('\n')))
    const [sunday] = await report('EUR', ['2010-12-05', '2010-12-05'])
    const [friday] = await sql<{ rate: string }[]>`
      select units_per_euro::text as rate from fx_rates where currency = 'GBP' and day = '2010-12-03'`
    const inPounds = Number(expected.days.get('2010-12-05')?.gross_sales)
    expect(sunday?.gross_sales).toBe((Math.round(inPounds / Number(friday?.rate)) / 100).toFixed(2))
    const [inEuros] = await report('EUR', ['2010-12-01', '2011-12-09'])
    expect(inEuros).toMatchObject({ orders: 19_867, units_sold: 5_308_173 })
    expect(Number(inEuros?.revenue)).toBeGreaterThan(9_994_753.75 / 0.91)
    expect(Number(inEuros?.revenue)).toBeLessThan(9_994_753.75 / 0.83)
  },
  180_000,
)
