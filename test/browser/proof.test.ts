import { expect } from 'bun:test'
import { lookThrough, open, OWNER, PHONE, screenshot, startBrowser, violationsOf } from '../support/browser.ts'

const { test, visitAs, url } = await startBrowser({ from: '2026-03-01' })

const RANGE = 'start=2026-06-01&end=2026-06-30'
const plain = (text: string) =>
  text
    .trim()
    .replace('−', '-')
    .replace(/[^\d.-]/g, '')

/** Figures from which nothing leads on: neither they, nor their row, nor the word beside them opens. */
const WITHOUT_WAY = `[...document.querySelectorAll('main span[class$="_figure"]')]
  .filter((figure) => !figure.closest('button, a, tr[data-leads], tr:has(> th :is(a, button)), div:has(> dt button), p:has(> button)'))
  .map((figure) => figure.closest('section, article, table')?.getAttribute('aria-label') + ': ' + figure.parentElement.outerHTML.slice(0, 160))`

for (const path of [
  `/?${RANGE}`,
  `/pnl?${RANGE}&grain=week`,
  `/pnl?${RANGE}&grain=week&line=ad_spend`,
  `/products?${RANGE}`,
  `/products?id=1&${RANGE}`,
  `/ads?${RANGE}`,
  `/stores?${RANGE}`,
  `/stores?store=nl&${RANGE}`,
  `/orders?${RANGE}`,
  `/goals?${RANGE}`,
])
  test(`every figure of ${path} opens into how it is made, or leads to what it is made of`, async () => {
    const { page, context } = await visitAs()
    const set = await context.request.put('/goals', {
      data: { store: null, month: '2026-06', amount: '30000' },
      headers: { origin: url },
    })
    expect(set.ok()).toBe(true)
    await open(page, path)
    await page.locator('main span[class$="_figure"]').first().waitFor()
    expect(await page.evaluate<string[]>(WITHOUT_WAY)).toEqual([])
    await context.close()
  })

type Figures = Record<string, number>

test('a figure of a column of the statement opens into its parts and its orders, and its head leads to these days alone', async () => {
  const { page, context } = await visitAs()
  await open(page, `/pnl?${RANGE}&grain=week&store=nl`)
  const { data } = (await (
    await context.request.get(`/financials/pnl?${RANGE}&grain=week&store=nl`)
  ).json()) as unknown as { data: (Figures & { start: string; end: string })[] }
  const week = data[1]!
  await page.locator(`tr[data-line="cm2"] td[data-column="${week.start}"] button`).click()
  const proof = page.getByRole('dialog', { name: 'Contribution 2' })
  await proof.locator('[data-order]').first().waitFor()
  for (const name of ['cm1', 'shipping_cost', 'transaction_fees', 'cm2'])
    expect([name, plain(await proof.locator(`[data-part="${name}"]`).innerText())]).toEqual([
      name,
      week[name]!.toFixed(2),
    ])
  const { data: orders } = (await (
    await context.request.get(`/financials/line-orders?line=cm2&store=nl&start=${week.start}&end=${week.end}&limit=5`)
  ).json()) as { data: { amount: number }[] }
  expect((await proof.locator('[data-order] > :last-child').allInnerTexts()).map(plain)).toEqual(
    orders.map(({ amount }) => amount.toFixed(2)),
  )
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'proof-of-a-week-desktop-light')
  await page.keyboard.press('Escape')
  await page.locator('thead').getByRole('link', { name: '8 – 14 Jun' }).click()
  await page.waitForURL((at) => at.searchParams.get('start') === '2026-06-08')
  expect(new URL(page.url()).searchParams.get('end')).toBe('2026-06-14')
  await context.close()
})

test('a part of the bridge opens into what it means and where it comes from', async () => {
  const { page, context } = await visitAs()
  await open(page, `/pnl?${RANGE}&grain=week`)
  await page.locator('li[data-step="volume"] [data-figure] button').click()
  const proof = page.getByRole('dialog', { name: 'Volume' })
  await proof.getByText('at the average margin per unit').waitFor()
  expect(await violationsOf(page)).toEqual([])
  await proof.getByRole('link', { name: 'Products of these days' }).click()
  await page.waitForURL((at) => at.pathname === '/app/products' && at.searchParams.get('start') === '2026-06-01')
  await context.close()
})

test('a spark line leads to its figure in columns', async () => {
  const { page, context } = await visitAs(OWNER, PHONE)
  await open(page, `/?${RANGE}&store=uk`)
  await lookThrough(page)
  await page.getByRole('link', { name: 'Revenue in columns' }).click()
  await page.waitForURL((at) => at.pathname === '/app/pnl')
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    store: 'uk',
    start: '2026-06-01',
    end: '2026-06-30',
    line: 'revenue',
  })
  await context.close()
})

test('what a goal needs a day opens into its sum, which is the API’s to the cent', async () => {
  const { page, context } = await visitAs()
  await open(page, '/goals')
  const pacing = (await (await context.request.get('/goals/pacing')).json()) as Figures
  await page.locator('[data-column="needed_per_day"] button').first().click()
  const proof = page.getByRole('dialog', { name: 'Needed a day' })
  const part = async (name: string) => Number(plain(await proof.locator(`[data-part="${name}"]`).innerText()))
  expect([await part('goal'), await part('so_far'), await part('remaining_days'), await part('result')]).toEqual(
    ['goal', 'so_far', 'remaining_days', 'needed_per_day'].map((name) => pacing[name]!),
  )
  expect(await violationsOf(page)).toEqual([])
  await proof.getByRole('link', { name: 'Open the closed days in the P&L' }).click()
  await page.locator('tr[data-line="net_profit"]').waitFor()
  const total = page.locator('tr[data-line="net_profit"] td[data-column="total"]')
  await total.getByRole('button').waitFor()
  expect(Number(plain(await total.innerText()))).toBe(pacing['so_far']!)
  await context.close()
})
