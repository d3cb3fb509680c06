import { expect } from 'bun:test'
import { open, settled, startBrowser } from '../support/browser.ts'

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
        return [...cells].slice(1).map(({ innerText }) => innerText.trim().replace('−', '-').replaceAll(',', ''))
      }),
    )
    expect(data.length).toBeGreaterThan(5)
    expect(lines).toEqual([totals, ...data].map((row) => [...COLUMNS, ...RATIOS].map((name) => told(name, row[name]))))
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
    await settled(page)
    expect(new URL(page.url()).search).toBe(query)
    expect(await head.getAttribute('aria-sort')).toBe(order)
  }
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()])
  expect(download.suggestedFilename()).toMatch(/^product-report.*\.csv$/)
})
