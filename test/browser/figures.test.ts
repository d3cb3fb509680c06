import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { open, settled, startBrowser } from '../support/browser.ts'

const { test, sql, visitAs } = await startBrowser({ from: '2026-02-01' })

const JUNE = 'start=2026-06-01&end=2026-06-30'
const [user] = await sql<{ id: number }[]>`select id from users limit 1`
await sql`
  insert into model_usage (at, user_id, agent, model, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, cost_micro_usd)
  select '2026-06-12T10:00:00Z', ${user!.id}, 'alfred', 'model-' || n, 1200 * n, 300 * n, 0, 90 * n, 123457 * n from generate_series(1, 3) n`

const PAGES = [
  `/?${JUNE}`,
  `/?${JUNE}&store=uk&compare=year`,
  `/pnl?${JUNE}&grain=week`,
  `/pnl?${JUNE}&store=nl&grain=month&line=revenue`,
  `/pnl?${JUNE}&store=nl&line=ad_spend`,
  `/products?${JUNE}`,
  `/products?${JUNE}&store=nl&id=7`,
  `/ads?${JUNE}`,
  `/stores?${JUNE}`,
  `/stores?${JUNE}&store=uk`,
  `/orders?${JUNE}&store=nl`,
  '/orders?id=1500',
  `/costs?${JUNE}&store=de`,
  '/costs/unit-costs',
  '/costs/fees',
  '/costs/shipping',
  '/costs/fixed',
  `/goals?${JUNE}`,

  '/settings/usage',
]

/** Figures with a sign of a currency, decimals or a percent sign, as they are read; those in sentences as well as those in tables. */
const FIGURE = /[€£$]\d[\d,]*(?:\.\d+)?|\d[\d,]*\.\d+%?|\d[\d,]*%/g

/** What the page writes of its own accord, by rules that are tested where they are made: shares of revenue, an average, a limit of a scale. */
const MADE_HERE = '[data-column="share"], tr[data-platform] [data-quiet], [class*="beside"], [data-made-here]'

/** Everything that the API told the page as a number, in each way a figure can be written. */
function toldIn(answers: readonly unknown[]): Set<string> {
  const told = new Set<string>()
  const ways = [0, 1, 2, 6].map(
    (digits) =>
      new Intl.NumberFormat('en-GB', { minimumFractionDigits: Math.min(digits, 2), maximumFractionDigits: digits }),
  )
  const rate = new Intl.NumberFormat('en-GB', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit)
    if (typeof value === 'object' && value !== null) return Object.values(value).forEach(visit)
    const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
    if (typeof number !== 'number') return
    for (const way of ways) told.add(way.format(Math.abs(number)))
    told.add(rate.format(Math.abs(number)).replace('%', ''))
  }
  visit(answers)
  return told
}

/** Keeps what the API answers to the page from now on. */
function heard(page: Page): Promise<unknown>[] {
  const answers: Promise<unknown>[] = []
  page.on('response', (response) => {
    const isJson = response.headers()['content-type']?.includes('json') ?? false
    if (!isJson || !response.ok() || new URL(response.url()).pathname.startsWith('/app')) return
    // One that is still on its way when the page closes told nothing that was shown.
    answers.push(response.json().catch(() => null))
  })
  return answers
}

for (const path of PAGES)
  test(`no figure of ${path} is one that the API did not tell, to the cent`, async () => {
    const { page, context } = await visitAs()
    const answers = heard(page)
    await open(page, path)
    await page.evaluate(
      `document.querySelectorAll('${MADE_HERE}').forEach((one) => { one.style.visibility = 'hidden' })`,
    )
    const shown = (await page.locator('main').innerText()).match(FIGURE) ?? []
    const told = toldIn(await Promise.all(answers))
    expect(shown.length).toBeGreaterThan(1)
    expect([...new Set(shown)].filter((figure) => !told.has(figure.replace(/[€£$%]/g, '')))).toEqual([])
    await context.close()
  })

type Row = Record<string, unknown>
const money = (value: unknown) => Number(value).toFixed(2)
const count = (value: unknown) => String(value)
const percent = (value: unknown) => (value === null ? '–' : `${Number(value).toFixed(1)}%`)
const plain = (text: string) => text.trim().replace('−', '-').replace(/[€£$,]/g, '') // prettier-ignore

/** Rows of a page against the rows of the API that they stand for, cell by cell. */
const ROWS: {
  page: string
  api: string
  rows?: (answer: Row) => Row[]
  row: (row: Row) => string
  cells: Record<string, (row: Row) => string>
}[] = [
  {
    page: '/costs/unit-costs',
    api: '/products?sort=-id&status=active&limit=50',
    row: ({ id }) => `tr[data-product="${String(id)}"]`,
    cells: { '[data-column="cost_price"]': ({ cost_price }) => (cost_price === null ? 'missing' : money(cost_price)) },
  },
  {
    page: '/costs/fixed',
    api: '/fixed-costs?limit=500',
    row: ({ id }) => `li[data-fixed-cost="${String(id)}"]`,
    cells: { '[data-column="amount"]': ({ amount, interval }) => `${money(amount)} a ${String(interval)}` },
  },
  {
    page: `/ads?${JUNE}`,
    api: `/financials/channels?${JUNE}`,
    rows: (answer) => answer['totals'] as Row[],
    row: ({ platform }) => `tr[data-platform="${String(platform)}"]`,
    cells: {
      '[data-column="share"]': ({ share_percent }) => percent(share_percent),
      '[data-column="days"]': ({ days }) => count(days),
    },
  },
  {
    page: '/settings/usage',
    api: '/agents/usage?by=person',
    row: ({ email }) => `tr:has(th:text-is("${String(email)}"))`,
    cells: {
      '[data-column="cost_usd"]': ({ cost_usd }) => `US${money(cost_usd)}`,
      '[data-column="questions"]': ({ questions }) => count(questions),
      '[data-column="requests"]': ({ requests }) => count(requests),
      '[data-column="input_tokens"]': ({ input_tokens }) => count(input_tokens),
      '[data-column="output_tokens"]': ({ output_tokens }) => count(output_tokens),
      '[data-column="cache_read_tokens"]': ({ cache_read_tokens }) => count(cache_read_tokens),
    },
  },
]

for (const { page: path, api, rows = (answer: Row) => answer['data'] as Row[], row, cells } of ROWS)
  test(`each row of ${path} says what ${api} says of it`, async () => {
    const { page, context } = await visitAs()
    await open(page, path)
    const told = rows((await (await context.request.get(api)).json()) as Row)
    expect(told.length).toBeGreaterThan(0)
    for (const one of told)
      for (const [cell, say] of Object.entries(cells))
        expect([row(one), plain(await page.locator(row(one)).locator(cell).first().innerText())]).toEqual([
          row(one),
          say(one),
        ])
    await context.close()
  })

type Compared = Record<string, unknown> & {
  revenue: number
  change: Record<string, { amount: number | null; percent: number | null }>
}
/** How a change has to be written: in percent, that of a percent in points. */
const changed = (name: string, { change }: Compared): string => {
  const { amount, percent: by } = change[name] ?? { amount: null, percent: null }
  const shown = name.endsWith('_percent') ? amount : by
  if (shown === null || amount === null) return '–'
  return name.endsWith('_percent')
    ? `${Math.abs(shown).toFixed(1)} pt`
    : Math.abs(shown) < 1000
      ? percent(Math.abs(shown))
      : '>999%'
}

test('the change of each line, and its share of revenue, are the API’s', async () => {
  const { page, context } = await visitAs()
  const { data } = (await (await context.request.get('/orders?limit=1')).json()) as { data: Row[] }
  expect(data).toHaveLength(1)
  for (const compare of ['previous', 'year']) {
    await open(page, `/pnl?start=2026-05-01&end=2026-05-31&store=nl&compare=${compare}`)
    const answer = await context.request.get(
      `/financials/summary?start=2026-05-01&end=2026-05-31&store=nl&compare=${compare}`,
    )
    const figures = (await answer.json()) as Compared
    for (const name of ['gross_sales', 'returns', 'revenue', 'cogs', 'cm1', 'cm2', 'ad_spend', 'cm3', 'fixed_costs', 'net_profit', 'margin_percent', 'orders', 'aov', 'mer', 'poas']) {
      const row = page.locator(`tr[data-line="${name}"]`)
      const change = row.locator('td[data-column="change"] span[aria-hidden="true"]').last()
      expect([name, await change.innerText()]).toEqual([name, changed(name, figures)])
    } // prettier-ignore
    for (const name of ['revenue', 'cogs', 'ad_spend', 'net_profit']) {
      const share = await page.locator(`tr[data-line="${name}"] td[data-column="share"]`).innerText()
      const exact = (Number(figures[name]) / figures.revenue) * 100
      expect([name, Math.abs(Number(plain(share).replace('%', '')) - exact) < 0.0501]).toEqual([name, true])
    }
  }
})

test('the chart of the overview is the same as a table, each column the API’s to the cent', async () => {
  const { page, context } = await visitAs()
  await open(page, `/?${JUNE}&store=de`)
  await page.getByRole('button', { name: 'Table' }).click()
  await settled(page)
  const { data } = (await (await context.request.get(`/financials/pnl?${JUNE}&store=de&grain=day`)).json()) as {
    data: Row[]
  }
  const cells = await page
    .getByRole('region', { name: 'Revenue, costs and net profit by day' })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...(row as unknown as { cells: { innerText: string }[] }).cells].slice(1).map(({ innerText }) => innerText)),
    ) // prettier-ignore
  expect(data).toHaveLength(30)
  expect(cells.map((row) => row.map(plain))).toEqual(
    data
      .toReversed()
      .map((day) =>
        ['revenue', 'total_costs', 'ad_spend', 'net_profit']
          .map((name) => money(day[name]))
          .concat(percent(day['margin_percent']), count(day['orders'])),
      ),
  )
})
