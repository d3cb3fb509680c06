import { expect } from 'bun:test'
import { open, overflowOf, PHONE, screenshot, settled, startBrowser, violationsOf } from '../support/browser.ts'

const { test, visitAs } = await startBrowser({ from: '2026-05-01' })

type Order = Record<'revenue' | 'cogs' | 'shipping_cost' | 'transaction_fees' | 'cm2', number> & {
  id: number
  number: string
}
const COLUMNS = ['revenue', 'cm2', 'cogs', 'shipping_cost', 'transaction_fees'] as const
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

test('a press on the head of a column sorts all orders of the period by it, page by page, and the file is sorted alike', async () => {
  const { page, context } = await visitAs()
  await open(page, `/orders?${QUERY}`)
  const ask = async (sort: string) => {
    const { data } = (await (await context.request.get(`/orders?${QUERY}&sort=${sort}&limit=100`)).json()) as {
      data: Order[]
    }
    return data.map(({ id }) => String(id))
  }
  const shown = () =>
    page
      .locator('tr[data-order]')
      .evaluateAll((rows) => rows.map((row) => (row as unknown as { dataset: { order: string } }).dataset.order))
  const head = (name: string) => page.getByRole('columnheader', { name }).getByRole('button')
  expect(await page.getByRole('columnheader', { name: 'Day' }).getAttribute('aria-sort')).toBe('descending')

  await head('CM2').click()
  await page.waitForURL((url) => url.searchParams.get('sort') === '-cm2')
  await settled(page)
  const best = await ask('-cm2')
  expect(best).toHaveLength(100)
  expect(await shown()).toEqual(best.slice(0, 50))
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.locator('tr[data-order]').nth(99).waitFor()
  expect(await shown()).toEqual(best)

  await head('CM2').click()
  await page.waitForURL((url) => url.searchParams.get('sort') === 'cm2')
  await settled(page)
  expect(await shown()).toEqual((await ask('cm2')).slice(0, 50))
  expect(await page.getByRole('columnheader', { name: 'CM2' }).getAttribute('aria-sort')).toBe('ascending')
  expect(await page.getByRole('link', { name: 'CSV' }).getAttribute('href')).toContain('sort=cm2')
  expect(await violationsOf(page)).toEqual([])
  await context.close()
})

type Detail = Order & {
  lines: { line_no: number; quantity: number; unit_price: number; discount: number; amount: number }[]
  costs: { cost: string; line_no: number | null; amount: number; step: string }[]
  bookings: { id: number; reason: string; by: string | null; effect_on_cm2: number }[]
}

test("the page of an order shows the API's figures to the cent: lines, costs with their steps, and what changed when", async () => {
  const { page, context } = await visitAs()
  const api = async <T>(path: string) => (await (await context.request.get(path)).json()) as T
  const [order] = (await api<{ data: Order[] }>(`/orders?${QUERY}&limit=1`)).data
  const path = `/orders?id=${order!.id}`
  const detail = () => api<Detail>(`/orders/${order!.id}`)
  const texts = (selector: string) =>
    page
      .locator(selector)
      .evaluateAll((found) => found.map((one) => (one as unknown as { innerText: string }).innerText))
  await open(page, path)
  await page.locator('li[data-booking]').first().waitFor()
  const before = await detail()
  for (const name of COLUMNS)
    expect(plain(await page.locator(`[data-figure="${name}"]`).innerText())).toBe(before[name].toFixed(2))
  expect((await texts('tr[data-line] td:last-child')).map(plain)).toEqual(
    before.lines.map(({ amount }) => amount.toFixed(2)),
  )
  expect((await texts('li[data-cost] > :nth-child(2)')).map(plain)).toEqual(
    before.costs.map(({ amount }) => amount.toFixed(2)),
  )
  expect((await texts('li[data-booking] > :nth-child(2)')).map(plain)).toEqual(
    before.bookings.map(({ effect_on_cm2 }) => effect_on_cm2.toFixed(2)),
  )
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'order-desktop')
  await page.emulateMedia({ colorScheme: 'dark' })
  await screenshot(page, 'order-dark')

  await page.getByRole('button', { name: 'Say what it cost' }).click()
  await page.getByLabel('Shipping', { exact: true }).fill('9.99')
  await page.getByLabel('Why').fill('Invoice of the carrier')
  await page.getByRole('button', { name: 'What would it change?' }).click()
  await page.getByText('Net profit would change by').waitFor()
  expect((await detail()).cm2).toBe(before.cm2)
  await screenshot(page, 'order-edit')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Said by hand for this order').waitFor()
  await page.locator('li[data-booking]', { hasText: 'Invoice of the carrier, by owner@example.com' }).waitFor()
  const said = await detail()
  expect([said.shipping_cost, said.costs.find(({ cost }) => cost === 'shipping_cost')?.step]).toEqual([
    9.99,
    'order_override',
  ])
  expect(plain(await page.locator('[data-figure="cm2"]').innerText())).toBe(said.cm2.toFixed(2))
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.locator('li[data-booking]', { hasText: 'Taken back' }).waitFor()
  expect((await detail()).cm2).toBe(before.cm2)
  expect(plain(await page.locator('[data-figure="cm2"]').innerText())).toBe(before.cm2.toFixed(2))

  const phone = await visitAs(undefined, PHONE)
  await open(phone.page, path)
  await phone.page.locator('li[data-booking]').first().waitFor()
  expect(await overflowOf(phone.page)).toBe(0)
  await screenshot(phone.page, 'order-phone')
})
