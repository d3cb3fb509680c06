import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { open, settled, startBrowser, violationsOf } from '../support/browser.ts'
import { until } from '../support/until.ts'

const { test, visitAs } = await startBrowser({ from: '2026-05-01' })
const RANGE = 'start=2026-06-01&end=2026-06-30'

/** Tables of figures, with how many of their columns sort: all but what no order is of use in. */
const TABLES: { path: string; label: RegExp; columns: number }[] = [
  { path: `/orders?${RANGE}&store=nl`, label: /^Orders of the period|^Orders$/, columns: 8 },
  { path: `/products?${RANGE}`, label: /^What each product earned$/, columns: 11 },
  { path: `/stores?${RANGE}`, label: /^Stores side by side$/, columns: 13 },
  { path: `/stores?store=nl&${RANGE}`, label: /^Figures by day$/, columns: 9 },
  { path: `/stores?store=nl&${RANGE}`, label: /^Platforms$/, columns: 6 },
  { path: `/ads?${RANGE}`, label: /^Platforms$/, columns: 6 },
  { path: `/ads?${RANGE}`, label: /^Campaigns, the largest spender first$/, columns: 5 },
  { path: '/costs/unit-costs', label: /^Unit costs of products$/, columns: 3 },
]

type Cell = { innerText: string }
/** What stands in a column, from the top, without the row of totals. */
const columnOf = (page: Page, label: RegExp, at: number): Promise<string[]> =>
  page
    .getByRole('region', { name: label })
    .locator('tbody tr:not([data-row="total"])')
    .evaluateAll((rows, place) => rows.map((row) => (row as unknown as { cells: Cell[] }).cells[place]!.innerText), at)

const numberIn = (text: string): number => Number(text.replace('−', '-').replace(/[^\d.-]/g, ''))
const isNumber = (text: string): boolean => /^[−€£]*[\d.,]+%?$/.test(text.trim())

for (const { path, label, columns } of TABLES)
  test(`${path}: ${label.source} is sorted by each of its columns, and can be had as a file`, async () => {
    const { page, context } = await visitAs()
    await open(page, path)
    const region = page.getByRole('region', { name: label })
    await region.locator('tbody tr').first().waitFor()
    const heads = region.locator('thead th')
    let sorted = 0
    for (let at = 0; at < (await heads.count()); at++) {
      const button = heads.nth(at).getByRole('button')
      if ((await button.count()) === 0) continue
      sorted += 1
      for (let press = 0; press < 2; press++) {
        const orderNow = () => heads.nth(at).getAttribute('aria-sort')
        const before = await orderNow()
        await button.click()
        await until('the order is another', async () => (await orderNow()) !== before)
        await settled(page)
        await region.locator('tbody tr:not([data-row="total"])').first().waitFor()
        const order = await orderNow()
        expect(['ascending', 'descending']).toContain(order ?? '')
        const cells = await columnOf(page, label, at)
        // Figures only: how words and days sort is the business of other tests.
        const figures = cells.filter(isNumber).map(numberIn)
        if (cells.length === 0 || figures.length < cells.filter((text) => text !== '–').length) continue
        const wanted = figures.toSorted((one, other) => (order === 'ascending' ? one - other : other - one))
        expect([at, order, figures]).toEqual([at, order, wanted])
      }
    }
    expect(sorted).toBe(columns)
    const files = page.getByRole('link', { name: 'CSV' })
    expect(await files.count()).toBeGreaterThan(0)
    for (const link of await files.all()) {
      const answer = await context.request.get((await link.getAttribute('href')) ?? '')
      expect([answer.status(), answer.headers()['content-type']]).toEqual([200, 'text/csv; charset=utf-8'])
    }
    expect(await violationsOf(page)).toEqual([])
    await context.close()
  })

test('on a desk of 1440 pixels no table of figures scrolls sideways', async () => {
  const { page, context } = await visitAs()
  for (const path of new Set(TABLES.map((table) => table.path))) {
    await open(page, path)
    await page.locator('main table tbody tr').first().waitFor()
    const wider = await page.evaluate<string[]>(
      `[...document.querySelectorAll('main [role="region"]:has(> table)')].filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.getAttribute('aria-label') + ' by ' + (box.scrollWidth - box.clientWidth))`,
    )
    expect([path, wider]).toEqual([path, []])
  }
  await context.close()
})
