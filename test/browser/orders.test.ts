import { expect } from 'bun:test'
import { open, settled, startBrowser } from '../support/browser.ts'

const { test, visitAs } = await startBrowser({ from: '2026-05-01' })

type Order = Record<'revenue' | 'cogs' | 'shipping_cost' | 'transaction_fees' | 'cm2', number> & {
  id: number
  number: string
}
const COLUMNS = ['revenue', 'cogs', 'shipping_cost', 'transaction_fees', 'cm2'] as const
const QUERY = 'start=2026-06-01&end=2026-06-30&store=nl'
const plain = (text: string) =>
  text
    .trim()
    .replace('−', '-')
    .replace(/[^\d.-]/g, '')

test("every figure of the orders is the API's to the cent, and an order opens down to its entries and back", async () => {
  const { page, context } = await visitAs()
  await open(page, `/orders?${QUERY}`)
  await page.locator('tr[data-order]').first().waitFor()
  const { data } = (await (await context.request.get(`/orders?${QUERY}&limit=50`)).json()) as { data: Order[] }
  const lines = await page.locator('tr[data-order]').evaluateAll((found) =>
    found.map((row) => {
      const { cells } = row as unknown as { cells: { innerText: string }[] }
      return [...cells].slice(3).map(({ innerText }) => innerText)
    }),
  )
  expect(data).toHaveLength(50)
  expect(lines.map((line) => line.map(plain))).toEqual(
    data.map((order) => COLUMNS.map((name) => order[name].toFixed(2))),
  )

  const [first] = data
  await page.getByRole('link', { name: first?.number ?? '', exact: true }).click()
  await page.locator('tr[data-account]').first().waitFor()
  const detail = (await (await context.request.get(`/orders/${first?.id}`)).json()) as {
    accounts: { entries: unknown[] }[]
  }
  expect(await page.locator('tr[data-entry]').count()).toBe(detail.accounts.flatMap(({ entries }) => entries).length)
  expect(plain(await page.locator('tr[data-row="total"] td[data-column="cm2"]').innerText())).toBe(
    first?.cm2.toFixed(2) ?? '',
  )
  await page.getByRole('link', { name: 'All orders' }).click()
  await page.locator('tr[data-order]').first().waitFor()
  expect(new URL(page.url()).search).toBe(`?${QUERY}`)

  const last = data.at(-1)
  await page.getByRole('searchbox').fill(last?.number ?? '')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.waitForURL((url) => url.searchParams.get('q') === last?.number)
  await settled(page)
  const found = await page
    .locator('tr[data-order]')
    .evaluateAll((rows) => rows.map((row) => (row as unknown as { dataset: { order: string } }).dataset.order))
  expect(found).toEqual([String(last?.id)])
})
