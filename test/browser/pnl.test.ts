import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { open, overflowOf, PHONE, settled, startBrowser, violationsOf } from '../support/browser.ts'

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
  await page.waitForURL((url) => url.search === '?grain=week&period=last_month')
  await settled(page)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).first().click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^pnl-week.*\.csv$/)
})

const RANGE = 'start=2026-06-01&end=2026-06-30'
const signed = (text: string) =>
  text
    .trim()
    .replace('−', '-')
    .replace(/[^\d.-]/g, '')

test('the comparison is chosen in the line that says it, stands in the address, and goes along to the other pages', async () => {
  const { page, context } = await visitAs()
  await open(page, `/pnl?${RANGE}&store=nl`)
  await page.getByLabel('Compared with').selectOption('year')
  await page.waitForURL((url) => url.searchParams.get('compare') === 'year')
  await settled(page)
  await page.locator('main').getByText('1 – 30 June 2025').first().waitFor()
  const { change } = (await (
    await context.request.get(`/financials/summary?${RANGE}&store=nl&compare=year`)
  ).json()) as { change: Record<string, { percent: number | null }> }
  expect(change['revenue']?.percent).toBeNull()
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Products' }).click()
  await page.waitForURL((url) => url.pathname === '/app/products')
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    store: 'nl',
    start: '2026-06-01',
    end: '2026-06-30',
    compare: 'year',
  })
})

test('a line opens by the keyboard down to its orders, which are those of the API to the cent, and one of them opens', async () => {
  const { page, context } = await visitAs()
  await open(page, `/pnl?${RANGE}&store=nl`)
  const opener = page.getByRole('button', { name: 'Orders behind cost of goods' })
  await opener.focus()
  await page.keyboard.press('Enter')
  await page.locator('tr[data-order]').first().waitFor()
  expect(await opener.getAttribute('aria-expanded')).toBe('true')
  const answer = await context.request.get(`/financials/line-orders?${RANGE}&store=nl&line=cogs&limit=10`)
  const { data } = (await answer.json()) as { data: { order_id: number; number: string; amount: number }[] }
  const rows = await page
    .locator('tr[data-order]')
    .evaluateAll((found) =>
      found.map((row) =>
        [...(row as unknown as { cells: { innerText: string }[] }).cells].map((cell) => cell.innerText),
      ),
    )
  expect(data).toHaveLength(10)
  expect(rows.map(([number = '', amount = '']) => [number, signed(amount)])).toEqual(
    data.map(({ number, amount }) => [number, (-amount).toFixed(2)]),
  )
  await page.getByRole('link', { name: data[0]?.number ?? '', exact: true }).click()
  await page.locator('tr[data-account="cogs"]').waitFor()
  expect(new URL(page.url()).searchParams.get('id')).toBe(String(data[0]?.order_id))
})

test("every part of the profit bridge is the API's to the cent", async () => {
  const { page, context } = await visitAs()
  await open(page, `/pnl?${RANGE}`)
  const { parts, from, to } = (await (
    await context.request.get(`/financials/bridge?${RANGE}&compare=previous`)
  ).json()) as {
    parts: { part: string; amount: number }[]
    from: { net_profit: number }
    to: { net_profit: number }
  }
  // Drawn when it comes near, after the page has settled.
  await page.locator('li[data-step]').first().waitFor()
  const steps = await page.locator('li[data-step]').evaluateAll((found) =>
    found.map((step) => {
      const { dataset } = step as unknown as { dataset: { step: string } }
      const amount = (step as unknown as { querySelector: (at: string) => { innerText: string } }).querySelector(
        '[data-figure]',
      )
      return [dataset.step, amount.innerText]
    }),
  )
  expect(steps.map(([name, amount = '']) => [name, signed(amount)])).toEqual([
    ['from', from.net_profit.toFixed(2)],
    ...parts.filter(({ amount }) => amount !== 0).map(({ part, amount }) => [part, amount.toFixed(2)]),
    ['to', to.net_profit.toFixed(2)],
  ])
})

test('a month is closed for good, and what is booked for it later stands there as a restatement', async () => {
  const { page, context } = await visitAs()
  await open(page, '/pnl?period=last_month&store=uk')
  await page.getByRole('button', { name: 'Close a month' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Close the month' }).click()
  await page.locator('tr[data-month="2026-05"]').waitFor()
  const cost = await context.request.post('/fixed-costs', {
    data: {
      name: 'Late bill',
      amount: 310,
      currency: 'GBP',
      interval: 'month',
      store: 'uk',
      starts_on: '2026-05-01',
      ends_on: '2026-05-31',
    },
    headers: { origin: new URL(page.url()).origin },
  })
  expect(cost.status()).toBe(201)
  await page.getByRole('button', { name: 'What changed' }).click()
  const restated = page.locator('[data-restated="net_profit"]')
  await restated.waitFor()
  const { data } = (await (await context.request.get('/reports?store=uk')).json()) as { data: { id: number }[] }
  const { changes } = (await (await context.request.get(`/reports/${data[0]?.id}`)).json()) as {
    changes: { figure: string; closed: number; now: number; difference: number }[]
  }
  const change = changes.find(({ figure }) => figure === 'net_profit')
  expect(change?.difference).toBe(-310)
  const [before = '', now = ''] = (await restated.innerText()).split('→')
  expect([signed(before), signed(now)]).toEqual([change!.closed.toFixed(2), change!.now.toFixed(2)])
  expect(await violationsOf(page)).toEqual([])
})

test('the page prints whole, and is a PDF of few pages', async () => {
  const { page } = await visitAs()
  await open(page, `/pnl?${RANGE}&grain=week`)
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByRole('navigation', { name: 'Pages' }).isVisible()).toBe(false)
  expect(await page.getByRole('link', { name: 'CSV' }).first().isVisible()).toBe(false)
  expect(await page.locator('tr[data-line="net_profit"]').isVisible()).toBe(true)
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  expect(pdf).toStartWith('%PDF-')
  const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0
  expect(pages).toBeGreaterThan(0)
  expect(pages).toBeLessThanOrEqual(4)
})

test('an open line on a phone pushes nothing aside', async () => {
  const { page } = await visitAs(undefined, PHONE)
  await open(page, `/pnl?${RANGE}&line=revenue`)
  await page.locator('tr[data-order]').first().waitFor()
  expect(await overflowOf(page)).toBe(0)
  expect(await violationsOf(page)).toEqual([])
})

for (const { view, grain } of [
  { view: `${RANGE}&store=nl`, grain: 'week' },
  { view: 'start=2026-04-01&end=2026-06-30', grain: 'month' },
])
  test(`ad spend opens into its platforms by ${grain}, the API's to the cent, which come to the line in every column`, async () => {
    const { page, context } = await visitAs()
    await open(page, `/pnl?${view}&grain=${grain}&line=ad_spend`)
    await page.locator('tr[data-platform]').first().waitFor()
    const { totals, data } = (await (
      await context.request.get(`/financials/channels?${view}&grain=${grain}`)
    ).json()) as {
      totals: { platform: string; ad_spend: number }[]
      data: { platform: string; start: string; ad_spend: number }[]
    }
    const rowsOf = async (selector: string) =>
      await page
        .locator(selector)
        .evaluateAll((found) =>
          found.map((row) =>
            [...(row as unknown as { cells: { innerText: string }[] }).cells].map(({ innerText }) => innerText),
          ),
        )
    const figures = ([, total = '', , , ...columns]: string[]) => [total, ...columns].map(signed)
    const shown = (await rowsOf('tr[data-platform]:not([data-platform="none"])')).map(figures)
    const starts = [...new Set(data.map(({ start }) => start))]
    expect(starts.length).toBeGreaterThan(2)
    expect(shown).toEqual(
      totals.map(({ platform, ad_spend }) =>
        [
          ad_spend,
          ...starts.map((day) => data.find((one) => one.platform === platform && one.start === day)?.ad_spend ?? 0),
        ].map((amount) => (-amount).toFixed(2)),
      ),
    )
    const [line] = (await rowsOf('tr[data-line="ad_spend"]')).map(figures)
    const all = (await rowsOf('tr[data-platform]')).map(figures)
    expect(line?.map((_, at) => all.reduce((cents, row) => cents + Math.round(Number(row[at]) * 100), 0))).toEqual(
      line?.map((amount) => Math.round(Number(amount) * 100)),
    )
    expect(await violationsOf(page)).toEqual([])
  })
