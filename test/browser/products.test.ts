import { expect } from 'bun:test'
import { open, overflowOf, screenshot, settled, startBrowser, violationsOf } from '../support/browser.ts'
import { until } from '../support/until.ts'

const { test, visitAs } = await startBrowser({ from: '2026-04-01' })

type Figures = Record<string, number | null>
const COLUMNS = ['units_sold', 'revenue', 'return_rate', 'cm1', 'cm2', 'direct_ad_spend', 'shared_ad_spend', 'cm3']
const RATIOS = ['cm3_percent', 'cm3_per_unit']
const RANGE = 'start=2026-06-01&end=2026-06-30'

/** A figure as the page has to write it, without separators of thousands. */
const told = (column: string, value: number | null | undefined): string => {
  if (value === null || value === undefined) return '–'
  if (column === 'units_sold') return String(value)
  if (column === 'return_rate') return `${(Math.round(Math.round(value * 10_000) / 10) / 10).toFixed(1)}%`
  return column === 'cm3_percent' ? `${value.toFixed(1)}%` : value.toFixed(2)
}

for (const store of ['', '&store=nl'])
  // prettier-ignore
  test(`every figure of the products${store} is the API's to the cent, and so is what they come to`, async () => {
    const { page, context } = await visitAs()
    await open(page, `/products?${RANGE}${store}`)
    await page.locator('tbody th[title]').first().waitFor()
    const answer = await context.request.get(`/financials/product-report?${RANGE}${store}&sort=-revenue&limit=50`)
    const { data, totals } = (await answer.json()) as { data: (Figures & { product_id: number | null })[]; totals: Figures }
    const lines = await page.locator('tr[data-row="total"], tr[data-product]').evaluateAll((found) =>
      found.map((row) => {
        const { cells } = row as unknown as { cells: { innerText: string }[] }
        return [...cells].slice(2).map(({ innerText }) => innerText.trim().replace('−', '-').replaceAll(',', ''))
      }),
    )
    expect(data.length).toBeGreaterThan(5)
    expect(lines).toEqual([totals, ...data].map((row) => [...COLUMNS, ...RATIOS].map((name) => told(name, row[name]))))
  })

test('each box says what it holds and leads to its own products, and a product to a page where every figure is the API’s', async () => {
  const { page, context } = await visitAs()
  await open(page, `/products?${RANGE}&store=nl`)
  const report = async (query = '') =>
    (await (await context.request.get(`/financials/product-report?${RANGE}&store=nl&limit=50${query}`)).json()) as {
      data: (Figures & { product_id: number | null; product: string; returns: number; units_returned: number })[]
      boxes: Record<string, { products: number; cm3: number; revenue: number }>
    }
  const { boxes } = await report()
  const plain = (text: string) =>
    text
      .trim()
      .replace('−', '-')
      .replace(/[^\d.-]/g, '')
  for (const box of ['scale', 'keep', 'fix', 'stop']) {
    const card = page.locator(`li[data-box="${box}"]`)
    expect([box, plain(await card.locator('[data-column="cm3"]').innerText())]).toEqual([
      box,
      boxes[box]!.cm3.toFixed(2),
    ])
    expect([box, plain(await card.locator('[data-column="revenue"]').innerText())]).toEqual([
      box,
      boxes[box]!.revenue.toFixed(2),
    ])
  }
  await page.locator('li[data-box="keep"] a').click()
  await page.getByText('Only keep: earns well, sells much.').waitFor()
  await settled(page)
  const kept = (await report('&box=keep')).data
  const ids = await page.locator('tr[data-product]').evaluateAll((rows) => rows.map((row) => (row as unknown as { dataset: { product: string } }).dataset.product)) // prettier-ignore
  expect(ids).toEqual(kept.map(({ product_id }) => String(product_id)))
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'products-keep-desktop-light')

  const [row] = kept
  await page.getByRole('link', { name: row?.product ?? '', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: row?.product ?? '' }).waitFor()
  await settled(page)
  for (const column of [...COLUMNS, ...RATIOS, 'returns', 'units_returned']) {
    const shown = await page.locator(`dl [data-column="${column}"] dd`).innerText()
    const value = told(column === 'units_returned' ? 'units_sold' : column, row?.[column])
    expect([column, shown.trim().replace('−', '-').replaceAll(/[,€]/g, '')]).toEqual([column, value])
  }
  const steps = await page.getByRole('img', { name: /revenue .* CM1/ }).evaluateAll((found) => found.map((step) => (step as unknown as { getAttribute: (name: string) => string }).getAttribute('aria-label'))) // prettier-ignore
  expect(steps).toHaveLength(30)
  const sum = steps.reduce(
    (total, step) => total + Math.round(Number(plain(/revenue ([^ ]*[\d])/.exec(step)?.[1] ?? '')) * 100),
    0,
  )
  expect(sum / 100).toBe(row?.['revenue'] ?? 0)
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'product-desktop-light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await screenshot(page, 'product-desktop-dark')
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await overflowOf(page)).toBe(0)
  await screenshot(page, 'product-phone-dark')
})

test('a press on a column sorts by it, a second one turns it round, and both stand in the address', async () => {
  const { page } = await visitAs()
  await open(page, '/products?period=last_month')
  const head = page.getByRole('columnheader', { name: 'CM3', exact: true })
  for (const { order, query } of [
    { order: 'descending', query: '?sort=-cm3&period=last_month' },
    { order: 'ascending', query: '?sort=cm3&period=last_month' },
  ]) {
    await head.getByRole('button').click()
    await until(`it is ${order}`, async () => (await head.getAttribute('aria-sort')) === order)
    expect(new URL(page.url()).search).toBe(query)
    await settled(page)
  }
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()])
  expect(download.suggestedFilename()).toMatch(/^product-report.*\.csv$/)
})
