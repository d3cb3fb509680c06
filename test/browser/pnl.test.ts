import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { open, settled, startBrowser } from '../support/browser.ts'

const { test, visitAs } = await startBrowser({ from: '2026-02-01' })

/** Costs are taken off, so they stand there with a minus. */
const COSTS = new Set(['discounts', 'returns', 'cogs', 'shipping_cost', 'transaction_fees', 'ad_spend', 'fixed_costs'])
type Column = Record<string, number | null>

/** What is written in each line of the statement: the total, then the columns, as plain decimals. */
async function written(page: Page) {
  const rows = await page.locator('tr[data-line]').evaluateAll((found) =>
    found.map((row) => {
      const { dataset, cells } = row as unknown as { dataset: { line: string }; cells: { innerText: string }[] }
      return { line: dataset.line, cells: [...cells].map(({ innerText }) => innerText) }
    }),
  )
  const plain = (text: string) => text.trim().replace('−', '-').replace(/[,%\s]/g, '') // prettier-ignore
  return rows.map(({ line, cells }) => ({ line, figures: [cells[1] ?? '', ...cells.slice(4)].map(plain) }))
}

for (const { query, grain, range } of [
  { query: '?start=2026-04-01&end=2026-06-30&grain=month', grain: 'month', range: 'start=2026-04-01&end=2026-06-30' },
  {
    query: '?start=2026-06-01&end=2026-06-30&grain=week&store=nl',
    grain: 'week',
    range: 'start=2026-06-01&end=2026-06-30&store=nl',
  },
  {
    query: '?start=2026-06-20&end=2026-06-30&grain=day&store=uk',
    grain: 'day',
    range: 'start=2026-06-20&end=2026-06-30&store=uk',
  },
])
  // prettier-ignore
  test(`every figure of the statement by ${grain} is the API's to the cent, and so is its total`, async () => {
    const { page, context } = await visitAs()
    await open(page, `/pnl${query}`)
    const ask = async <T>(path: string) => (await (await context.request.get(path)).json()) as T
    const { data } = await ask<{ data: Column[] }>(`/financials/pnl?${range}&grain=${grain}`)
    const total = await ask<Column>(`/financials/summary?${range}`)
    const lines = await written(page)
    expect(lines).toHaveLength(21)
    expect(data.length).toBeGreaterThan(2)
    for (const { line, figures } of lines) {
      const told = [total, ...data].map((column) => {
        const value = column[line] ?? null
        if (value === null) return '–'
        const decimals = line === 'orders' ? 0 : line === 'margin_percent' ? 1 : 2
        return (COSTS.has(line) && value !== 0 ? -value : value).toFixed(decimals)
      })
      expect([line, figures]).toEqual([line, told])
    }
  })

test('columns are chosen, stand in the address, and the whole can be had as a file', async () => {
  const { page } = await visitAs()
  await open(page, '/pnl?period=last_month')
  await page.getByRole('button', { name: 'Week' }).click()
  await settled(page)
  expect(new URL(page.url()).search).toBe('?grain=week&period=last_month')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()])
  expect(download.suggestedFilename()).toMatch(/^pnl-week.*\.csv$/)
})
