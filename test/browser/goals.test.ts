import { expect } from 'bun:test'
import { open, screenshot, settled, startBrowser, type Visit, violationsOf } from '../support/browser.ts'

const { test, visitAs } = await startBrowser({ from: '2026-04-01' })
const MAY = 'start=2026-05-01&end=2026-05-31'

type Figures = Record<string, number>
const get = async ({ context }: Visit, path: string) => (await (await context.request.get(path)).json()) as Figures
const plain = (text: string) =>
  text
    .trim()
    .replace('−', '-')
    .replace(/[^\d.-]/g, '')
const inColumn = async ({ page }: Visit, label: string, column: string) =>
  plain(await page.getByRole('region', { name: label }).locator(`[data-column="${column}"] dd`).first().innerText())

test('a profit is worked out into revenue and ad spend, made the goal, and its pacing is the API’s to the cent', async () => {
  const me = await visitAs()
  const { page } = me
  await open(page, '/goals')
  await page.getByText('No goal is set for this month').waitFor()
  await page.getByLabel(/^Net profit wanted/).fill('25000,50')
  await page.getByRole('button', { name: 'Work it out' }).click()
  await settled(page)
  const plan = await get(me, '/goals/plan?amount=25000.50')
  for (const name of ['revenue_needed', 'revenue_per_day', 'ad_spend_needed', 'ad_spend_per_day', 'fixed_costs'])
    expect([name, await inColumn(me, 'What a profit takes', name)]).toEqual([name, plan[name]!.toFixed(2)])
  await page.getByRole('button', { name: 'Make it the goal of June 2026' }).click()
  await page.getByText('The goal of June 2026 is €25,000.50.').waitFor()
  const panel = 'Goal of June 2026'
  await page.getByRole('region', { name: panel }).locator('[data-column="so_far"]').waitFor()
  await settled(page)
  const pacing = await get(me, '/goals/pacing')
  for (const name of ['goal', 'so_far', 'needed_per_day', 'forecast'])
    expect([name, await inColumn(me, panel, name)]).toEqual([name, pacing[name]!.toFixed(2)])
  // The chart ends where the API says that the month is.
  expect(plain(await page.locator('tr[data-day="2026-06-29"] td').innerText())).toBe(pacing['so_far']!.toFixed(2))
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'goals-set-desktop-light')

  await page.getByRole('button', { name: 'Change the goal' }).click()
  await page.getByLabel('Net profit of June 2026').fill('40000')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The goal of June 2026 is €40,000.00.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('It is as it was before.').waitFor()
  expect((await get(me, '/goals/pacing'))['goal']).toBe(25_000.5)
  await me.context.close()
})

test('other prices and costs are replayed on real orders, and each line is the API’s to the cent', async () => {
  const me = await visitAs()
  const { page } = me
  await open(page, `/goals?${MAY}&store=nl`)
  await page.getByLabel('Unit costs, percent').fill('8,5')
  await page.keyboard.press('Enter')
  const slider = page.getByRole('slider', { name: 'Ad spend' })
  await slider.focus()
  for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowLeft')
  const asked = { start: '2026-05-01', end: '2026-05-31', store: 'nl', cogs_percent: '8.5', ad_spend_percent: '-10' }
  const told = await page.evaluate<{ before: Figures; after: Figures; change: Record<string, { amount: number }> }>(
    `fetch('/financials/what-if', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(asked))} }).then((answer) => answer.json())`,
  )
  await settled(page)
  const lines = await page.locator('tr[data-line]').evaluateAll((rows) =>
    rows.map((row) => {
      const { dataset, cells } = row as unknown as { dataset: { line: string }; cells: { innerText: string }[] }
      return [dataset.line, ...[...cells].slice(1).map(({ innerText }) => innerText)]
    }),
  )
  expect(lines).toHaveLength(16)
  for (const [name = '', ...cells] of lines) {
    const expected = [told.before[name], told.after[name], told.change[name]?.amount ?? 0]
    expect([name, cells.map((cell) => Math.abs(Number(plain(cell))))]).toEqual([
      name,
      expected.map((value) => Math.abs(value!)),
    ])
  }
  const [before = 0, after = 0, by = 0] = lines
    .at(-1)!
    .slice(1)
    .map((cell) => Number(plain(cell)))
  expect([before, after, by]).toEqual([
    told.before['net_profit']!,
    told.after['net_profit']!,
    told.change['net_profit']!.amount,
  ])
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'goals-what-if-desktop-light')
  await me.context.close()
})
