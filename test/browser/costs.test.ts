import { expect } from 'bun:test'
import {
  open,
  overflowOf,
  OWNER,
  PHONE,
  screenshot,
  settled,
  startBrowser,
  type Visit,
  violationsOf,
} from '../support/browser.ts'

const { test, sql, url, visitAs } = await startBrowser({ from: '2026-04-01' })
const JUNE = 'start=2026-06-01&end=2026-06-30'
const headers = { origin: url }

type Json = Record<string, unknown>
const get = async ({ context }: Visit, path: string) => (await (await context.request.get(path)).json()) as Json
const profitOf = async (visitor: Visit) =>
  (await get(visitor, `/financials/summary?${JUNE}&store=nl`))['net_profit'] as number
const plain = (text: string) =>
  text
    .trim()
    .replace('−', '-')
    .replace(/[^\d.-]/g, '')
const amount = (value: unknown) => (value === null ? '' : Number(value).toFixed(2))
/** What a browser writes to the console by itself about refused requests. */
const forget = ({ errors }: Visit, status: number) =>
  errors.splice(0, errors.length, ...errors.filter((text) => !text.includes(String(status))))

/** Nobody knows in June what the product costs that sold most. */
const visitor = await visitAs()
const [top] = (await get(visitor, `/financials/product-report?${JUNE}&store=nl&limit=1`))['data'] as { product_id: number; product: string }[] // prettier-ignore
const id = top?.product_id ?? 0
const name = top?.product ?? ''
await visitor.context.request.post(`/products/${id}/costs`, { headers, data: { unit_cost: null, currency: 'EUR', from: '2026-06-01' } }) // prettier-ignore
await visitor.context.close()

test('a cost is said where it is missing: every figure is the API’s, the line goes, the grade and the P&L move as previewed, and Undo brings all back', async () => {
  const me = await visitAs()
  const { page } = me
  await open(page, `/costs?${JUNE}&store=nl`)
  const { data } = await get(me, `/financials/missing-costs?${JUNE}&store=nl&limit=50`)
  const shown = await page.locator('li[data-missing]').evaluateAll((rows) =>
    rows.map((row) => [...(row as unknown as { querySelectorAll: (path: string) => Iterable<{ innerText: string }> }).querySelectorAll('dd')].map((cell) => cell.innerText)),
  ) // prettier-ignore
  expect(shown.length).toBeGreaterThan(1)
  expect(shown.map((row) => row.map(plain))).toEqual(
    (data as Json[]).map((row) =>
      ['revenue', 'booked', 'likely', 'profit_effect'].map((column) => amount(row[column])),
    ),
  )
  const coverage = async () =>
    (await get(me, `/financials/summary?${JUNE}&store=nl`))['coverage'] as Record<string, number>
  const told = () => page.locator('li[data-cost="cogs_percent"]').innerText()
  const before = await coverage()
  expect(await told()).toContain(`${before['cogs_percent']!.toFixed(1)}%`)
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'costs-missing-one-desktop-light')

  const line = page.locator('li[data-missing="unit_cost"]')
  await line.getByRole('button', { name: `Set it for ${name}` }).click()
  const form = page.getByRole('form', { name: `Unit cost of ${name}` })
  await form.getByRole('textbox', { name: 'Unit cost' }).fill('12,345')
  expect(await form.getByLabel('From').inputValue()).toBe('2026-06-01')
  await form.getByRole('button', { name: 'Preview the effect' }).click()
  const effect = page.getByRole('region', { name: 'Effect on the net profit' })
  await effect.locator('tr[data-month="2026-06"][data-store="nl"]').waitFor()
  const cells = await effect.locator('tr[data-month="2026-06"][data-store="nl"] td').allInnerTexts()
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'costs-preview-desktop-light')
  const profit = await profitOf(me)
  const [now = '', then = ''] = cells.map(plain)
  expect(now).toBe(profit.toFixed(2))

  await form.getByRole('button', { name: 'Save' }).click()
  await line.waitFor({ state: 'detached' })
  await page.getByText(`${name}: €12.35 a piece from 1 Jun 2026 on.`).waitFor()
  expect((await profitOf(me)).toFixed(2)).toBe(then)
  const after = await coverage()
  expect(after['cogs_percent']!).toBeGreaterThan(before['cogs_percent']!)
  await page
    .locator('li[data-cost="cogs_percent"]')
    .getByText(`${after['cogs_percent']!.toFixed(1)}%`)
    .waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('It is as it was before.').waitFor()
  await line.waitFor()
  expect(await profitOf(me)).toBe(profit)
  await me.context.close()
})

test('a cost is edited on the page of its product and the P&L moves; the history says since when and why', async () => {
  const me = await visitAs()
  const { page } = me
  const figure = async () => {
    await open(page, `/pnl?${JUNE}&store=nl&grain=month`)
    return plain(await page.locator('[data-line="net_profit"] td, tr[data-row="total"] td').first().innerText())
  }
  const before = await figure()
  expect(before).toBe((await profitOf(me)).toFixed(2))
  await open(page, `/products?id=${id}&${JUNE}&store=nl`)
  await page.getByRole('region', { name: 'Unit cost' }).getByRole('button', { name: 'Change' }).click()
  const form = page.getByRole('form', { name: `Unit cost of ${name}` })
  await form.getByRole('textbox', { name: 'Unit cost' }).fill('9.99')
  await form.getByLabel('From').fill('2026-06-01')
  await form.getByLabel('Why (optional)').fill('Invoice of <b>June</b>')
  await page.keyboard.press('Enter')
  await page.getByText('from 1 Jun 2026', { exact: true }).waitFor()
  await page.getByText('Invoice of <b>June</b>').waitFor()
  const after = await figure()
  expect(after).toBe((await profitOf(me)).toFixed(2))
  expect(Number(after)).toBeLessThan(Number(before))
  await me.context.close()
})

test('two people who edit one cost are told of each other with both values, and nothing typed is lost', async () => {
  const [me, other] = [await visitAs(), await visitAs()]
  const edit = async ({ page }: Visit, cost: string) => {
    await open(page, `/products?id=${id}&${JUNE}`)
    await page.getByRole('region', { name: 'Unit cost' }).getByRole('button', { name: 'Change' }).click()
    const form = page.getByRole('form', { name: `Unit cost of ${name}` })
    await form.getByText('Today it is €9.99').waitFor()
    await form.getByRole('textbox', { name: 'Unit cost' }).fill(cost)
    return form
  }
  const [mine, theirs] = [await edit(me, '11.50'), await edit(other, '10.25')]
  await theirs.getByRole('button', { name: 'Save' }).click()
  await theirs.waitFor({ state: 'detached' })
  await mine.getByRole('button', { name: 'Save' }).click()
  await mine.getByText('€10.25 since 30 Jun 2026').waitFor()
  expect(await mine.getByRole('textbox', { name: 'Unit cost' }).inputValue()).toBe('11.50')
  expect(await violationsOf(me.page)).toEqual([])
  await screenshot(me.page, 'product-cost-conflict-desktop-light')
  await mine.getByRole('button', { name: 'Save mine over it' }).click()
  await mine.waitFor({ state: 'detached' })
  expect(await get(me, `/products/${id}`)).toMatchObject({ cost_price: 11.5 })
  await Promise.all([me.context.close(), other.context.close()])
  forget(me, 412)
})

test('a session that ends in the middle of an edit asks for the password on the spot, and the cost is saved', async () => {
  const me = await visitAs()
  const { page } = me
  await open(page, `/costs/unit-costs?q=${encodeURIComponent(name)}`)
  await page.getByRole('button', { name: `Change the unit cost of ${name}` }).click()
  const form = page.getByRole('form', { name: `Unit cost of ${name}` })
  await form.getByText('Today it is').waitFor()
  await form.getByRole('textbox', { name: 'Unit cost' }).fill('8.75')
  await sql`update sessions set ended_at = created_at`
  await form.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.keyboard.press('Enter')
  await form.waitFor({ state: 'detached' })
  await page.locator(`tr[data-product="${id}"]`).getByText('€8.75').waitFor()
  forget(me, 401)
})

test('a fee rule is previewed to the cent, set, and taken away with a moment to undo it', async () => {
  const me = await visitAs()
  const { page } = me
  await open(page, '/costs/fees?store=nl')
  await page.getByRole('button', { name: 'New fee rule' }).click()
  const form = page.getByRole('form', { name: 'New fee rule' })
  await form.getByLabel('Store').selectOption('nl')
  await form.getByLabel('Gateway, as orders name it').fill('bank transfer')
  await form.getByLabel('Percent of what was paid, %').fill('1,5')
  await form.getByLabel('From (empty: since ever)').fill('2026-06-01')
  await form.getByRole('button', { name: 'Preview the effect' }).click()
  const row = page.locator('tr[data-month="2026-06"] td')
  await row.first().waitFor()
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'costs-fee-rule-desktop-light')
  const asked = { store: 'nl', gateway: 'bank transfer', percent: '1.5', fixed: '0', from: '2026-06-01', to: null }
  const answer = await me.context.request.post('/fee-rules/preview', { headers, data: asked })
  const { months } = (await answer.json()) as { months: Record<string, number | string>[] }
  const june = months.find(({ month }) => month === '2026-06')
  expect((await row.allInnerTexts()).map(plain)).toEqual(
    ['net_profit_before', 'net_profit_after', 'net_profit_change'].map((column) => amount(june?.[column])),
  )
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The fee rule holds now.').waitFor()
  expect((await profitOf(me)).toFixed(2)).toBe(amount(june?.['net_profit_after']))
  const made = page.locator('li[data-rule]').first()
  await made.getByText('Percent of what was paid 1.5%').waitFor()
  await made.getByRole('button', { name: 'Take away' }).click()
  const message = page.getByRole('status').filter({ hasText: 'The fee rule is taken away.' })
  await message.getByRole('button', { name: 'Undo' }).click()
  await page.locator('li[data-rule]').first().getByText('Percent of what was paid 1.5%').waitFor()
})

test('a fixed cost is added, changed and ended', async () => {
  const me = await visitAs()
  const { page } = me
  await open(page, '/costs/fixed')
  await page.getByRole('button', { name: 'New fixed cost' }).click()
  const form = page.getByRole('form', { name: 'New fixed cost' })
  await form.getByLabel('Name').fill('Photographer')
  await form.getByLabel('Amount').fill('450')
  await form.getByRole('button', { name: 'Save' }).click()
  const row = page.locator('li[data-fixed-cost]').filter({ hasText: 'Photographer' })
  await row.getByText('€450.00 a month').waitFor()
  await row.getByRole('button', { name: 'Change' }).click()
  const change = page.getByRole('form', { name: 'Fixed cost Photographer' })
  await change.getByLabel('Amount', { exact: true }).fill('475.50')
  await change.getByLabel('Another amount holds from').fill('2026-07-01')
  await screenshot(page, 'costs-fixed-editing-desktop-light')
  await change.getByRole('button', { name: 'Save' }).click()
  await page.getByText('€475.50 a month').waitFor()
  await page.locator('li[data-fixed-cost]').filter({ hasText: '€475.50' }).getByRole('button', { name: 'End' }).click()
  await page.getByText('“Photographer” ends today.').waitFor()
  await Promise.all([
    page.waitForResponse((answer) => answer.request().method() !== 'GET' && answer.url().includes('fixed-costs')),
    page.getByRole('link', { name: 'Unit costs' }).click(), // leaving sends it at once
  ])
  await settled(page)
  await open(page, '/costs/fixed')
  expect(await page.locator('main').innerText()).not.toContain('€475.50')
})

test('a file of unit costs is previewed, applied and taken back, to the cent', async () => {
  const me = await visitAs()
  const { page } = me
  const [{ sku } = { sku: '' }] = await sql<{ sku: string }[]>`select v.sku from variants v join stores s on s.id = v.store_id where s.slug = 'nl' and v.product_id = ${id}` // prettier-ignore
  const file = `sku,unit cost,currency,from\n${sku},14.50,EUR,2026-06-01\nNO-SUCH-SKU,1,EUR,2026-06-01\n`
  const before = await profitOf(me)
  await open(page, '/costs/imports')
  await page.getByLabel('Store of rows that name none').selectOption('nl')
  await page.getByLabel('File, at most 64 MB').setInputFiles({ name: 'costs <june>.csv', mimeType: 'text/csv', buffer: Buffer.from(file) }) // prettier-ignore
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByRole('heading', { name: 'costs <june>.csv' }).waitFor()
  await settled(page)
  expect(await page.locator('main').innerText()).toContain('NO-SUCH-SKU')
  expect(await profitOf(me)).toBe(before)
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'costs-import-preview-desktop-light')
  const then = plain(await page.locator('tr[data-month="2026-06"][data-store="nl"] td').nth(1).innerText())
  await page.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('button', { name: 'Take it back' }).waitFor()
  expect((await profitOf(me)).toFixed(2)).toBe(then)
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByText('taken back', { exact: true }).waitFor()
  expect(await profitOf(me)).toBe(before)
})

test('who may not see or change costs is told so, and sees no button that would be refused', async () => {
  const roles = ['viewer', 'marketer'] as const
  for (const role of roles) {
    const user = { email: `${role}@example.com`, password: 'three words to remember' }
    const hash = await Bun.password.hash(user.password)
    await sql`insert into users (email, role, password_hash) values (${user.email}, ${role}, ${hash})`
    const theirs = await visitAs(user)
    for (const path of [
      '/costs',
      '/costs/unit-costs',
      '/costs/fees',
      '/costs/fixed',
      ...(role === 'viewer' ? ['/goals'] : []),
    ]) {
      await open(theirs.page, path)
      const buttons = (await theirs.page.locator('main').getByRole('button').allInnerTexts()).map((text) => text.trim())
      expect([role, path, buttons.filter((text) => /^(New|Change|Set|End|Take away|Save)/.test(text))]).toEqual([
        role,
        path,
        [],
      ])
    }
    await open(theirs.page, '/costs/fixed')
    expect(await theirs.page.locator('main').innerText()).toContain(`Your role ${role} does not include`)
    await screenshot(theirs.page, `costs-fixed-${role}-desktop-light`)
    await theirs.context.close()
    forget(theirs, 403)
  }
})

test('names of 300 characters with markup are text on a phone, and push nothing aside', async () => {
  const long = `<img/src=x/onerror=window.ran=1>${'Donaudampfschifffahrt'.repeat(14)}`.slice(0, 300)
  await sql`update products set name = ${long} where id = ${id}`
  await sql`update variants set title = ${long} where product_id = ${id}`
  await sql`update fixed_costs set name = ${long} where id = (select min(id) from fixed_costs)`
  const { page } = await visitAs(OWNER, PHONE)
  for (const path of [`/costs?${JUNE}`, '/costs/unit-costs', '/costs/fixed', '/costs/fees', '/costs/imports', `/products?${JUNE}`, `/products?id=${id}&${JUNE}`, '/goals']) {
    await open(page, path)
    expect([path, await overflowOf(page)]).toEqual([path, 0])
  } // prettier-ignore
  await open(page, `/products?id=${id}&${JUNE}`)
  expect(await page.locator('h1').innerText()).toContain(long)
  expect(await page.evaluate('window.ran')).toBeUndefined()
  expect(await violationsOf(page, { colours: false })).toEqual([])
  await screenshot(page, 'product-long-name-phone-light')
})
