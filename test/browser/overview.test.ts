import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { open, overflowOf, PHONE, startBrowser, violationsOf } from '../support/browser.ts'

const { test, visitAs } = await startBrowser({ from: '2026-02-01' })

type Figures = Record<string, number | null>
const RANGE = 'start=2026-06-01&end=2026-06-30'
const KEYS = ['net_profit', 'revenue', 'margin_percent', 'ad_spend', 'mer', 'aov', 'orders']
const CARDS = ['net_profit', 'margin_percent', 'revenue', 'ad_spend', 'orders']
const plain = (text: string) =>
  text
    .trim()
    .replace('−', '-')
    .replace(/[^\d.–-]/g, '')
const told = (name: string, value: number | null | undefined): string => {
  if (value === null || value === undefined) return '–'
  return value.toFixed(name === 'orders' ? 0 : name === 'margin_percent' ? 1 : 2)
}
const textsOf = (page: Page, selector: string) => page.locator(selector).allInnerTexts()

for (const store of ['', '&store=uk'])
  test(`every figure of the overview${store} is the API's to the cent`, async () => {
    const { page, context } = await visitAs()
    await open(page, `/?${RANGE}${store}`)
    const ask = async <T>(path: string) => (await (await context.request.get(path)).json()) as T
    const overview = await ask<Record<'today' | 'this_week' | 'this_month', Figures>>(
      `/financials/overview?${store.slice(1)}`,
    )
    const summary = await ask<Figures>(`/financials/summary?${RANGE}${store}`)

    const cards = await page.locator('article').evaluateAll((found) =>
      found.map((card) => {
        const { querySelectorAll } = card as unknown as {
          querySelectorAll: (at: string) => Iterable<{ innerText: string }>
        }
        return [...querySelectorAll.call(card, '[class*="figure-module"], [class*="_figure"]')].map(
          ({ innerText }) => innerText,
        )
      }),
    )
    expect(cards.map((texts) => texts.map(plain))).toEqual(
      [overview.today, overview.this_week, overview.this_month].map((figures) =>
        CARDS.map((name) => told(name, figures[name])),
      ),
    )
    const keys = await Promise.all(KEYS.map((name) => textsOf(page, `[data-figure="${name}"] dd:nth-of-type(1)`)))
    expect(keys.map(([text = '']) => plain(text))).toEqual(KEYS.map((name) => told(name, summary[name])))

    const steps = ['revenue', 'cogs', 'shipping_cost', 'transaction_fees', 'ad_spend', 'fixed_costs', 'net_profit']
    const amounts = await textsOf(page, 'li[data-step] [data-figure]')
    const costs = new Set(steps.slice(1, -1))
    expect(amounts.map(plain)).toEqual(
      steps.map((name) => told(name, costs.has(name) && summary[name] !== 0 ? -summary[name]! : summary[name])),
    )
    for (const [name, even] of [
      ['poas', 1],
      ['mer', summary['break_even_roas']],
    ] as const)
      expect((await textsOf(page, `[data-gauge="${name}"] p`)).map(plain)).toEqual([told(name, summary[name]), told(name, even)].map((text) => expect.stringContaining(text))) // prettier-ignore

    for (const sort of ['-cm3', 'cm3']) {
      const { data } = await ask<{ data: Figures[] }>(
        `/financials/product-report?${RANGE}${store}&sort=${sort}&limit=6`,
      )
      const products = data.filter(({ product_id }) => product_id !== null).slice(0, 5)
      const shown = await textsOf(page, `[data-ranking="${sort}"] li a > :last-child`)
      expect(shown.map(plain)).toEqual(products.map(({ cm3 }) => told('cm3', cm3)))
    }
  })

test('a figure opens into its proof by the keyboard: its parts add up, and it leads on to the orders', async () => {
  const { page, context } = await visitAs()
  await open(page, `/?${RANGE}&store=nl`)
  const figure = page.locator('[data-figure="revenue"]').getByRole('button', { name: /€/ })
  await figure.focus()
  await page.keyboard.press('Enter')
  const proof = page.getByRole('dialog', { name: 'Revenue' })
  await proof.locator('[data-order]').first().waitFor()
  const summary = (await (await context.request.get(`/financials/summary?${RANGE}&store=nl`)).json()) as Figures
  for (const name of ['net_sales', 'shipping_income', 'tips', 'revenue'])
    expect([name, plain(await proof.locator(`[data-part="${name}"]`).innerText())]).toEqual([name, told(name, summary[name])]) // prettier-ignore
  expect(await violationsOf(page)).toEqual([])
  await proof.getByRole('link', { name: 'Open in the P&L' }).click()
  await page.waitForURL((url) => url.pathname === '/app/pnl')
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    store: 'nl',
    start: '2026-06-01',
    end: '2026-06-30',
    line: 'revenue',
  })
  await page.locator('tr[data-order]').first().waitFor()
})

test('the palette goes to a page, a store, a period, an order and a product, all by the keyboard', async () => {
  const { page, context } = await visitAs()
  await open(page, '/pnl?period=last_month')
  const choose = async (words: string, command: string) => {
    await page.keyboard.press('Control+k')
    const field = page.getByRole('dialog').getByRole('combobox')
    await field.waitFor()
    await page.keyboard.type(words)
    const option = page.locator(`[data-command="${command}"]`)
    await option.waitFor()
    for (let step = 0; step < 40 && (await option.getAttribute('aria-selected')) !== 'true'; step++)
      await page.keyboard.press('ArrowDown')
    expect(await field.getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'))
    await page.keyboard.press('Enter')
    await field.waitFor({ state: 'detached' })
  }
  await choose('netherlands', 'store nl')
  await page.waitForURL((url) => url.searchParams.get('store') === 'nl')
  await choose('last 90', 'period last_90_days')
  await page.waitForURL((url) => url.searchParams.get('period') === 'last_90_days')
  await choose('prod', 'page /products')
  await page.waitForURL((url) => url.pathname === '/app/products')
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ store: 'nl', period: 'last_90_days' })
  const { data } = (await (await context.request.get('/orders?limit=1&store=nl')).json()) as {
    data: { id: number; number: string }[]
  }
  await choose(data[0]?.number ?? '', `order ${data[0]?.id}`)
  await page.waitForURL((url) => url.pathname === '/app/orders' && url.searchParams.get('id') === String(data[0]?.id))
  await page.locator('tr[data-account]').first().waitFor()
  await choose('Why did profit change', 'ask')
  await page.waitForURL((url) => url.pathname === '/app/chat')
  expect(await page.getByLabel('Your question').inputValue()).toBe('Why did profit change')
})

test('the palette opens from a button on a phone, fits, is sound to axe, and Escape gives the focus back', async () => {
  const { page } = await visitAs(undefined, PHONE)
  await open(page, '/pnl')
  const opener = page.getByRole('button', { name: 'Go to or find' })
  await opener.click()
  await page.getByRole('dialog').getByRole('combobox').waitFor()
  expect(await overflowOf(page)).toBe(0)
  expect(await violationsOf(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').getByRole('combobox').waitFor({ state: 'detached' })
  expect(await opener.evaluate((button) => button === (button as never as { ownerDocument: { activeElement: unknown } }).ownerDocument.activeElement)).toBe(true) // prettier-ignore
})
