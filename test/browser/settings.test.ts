import { expect } from 'bun:test'
import { open, screenshot, settled, startBrowser, violationsOf } from '../support/browser.ts'
import { until } from '../support/until.ts'

const { test, sql, url, visit, visitAs } = await startBrowser({ from: '2026-06-01' })
const VIEWER = { email: 'vera@example.com', password: 'three words to remember' }

test('somebody is invited with a link, chooses a password by it, and sees what a viewer may see', async () => {
  const { page } = await visitAs()
  await open(page, '/settings/people')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  await page.getByLabel('E-mail').fill(VIEWER.email)
  await page.getByRole('button', { name: 'Make a link' }).click()
  const link = await page.locator('code').textContent()
  expect(link).toStartWith(`${url}/app/set-password#`)
  await page.getByText('invited').waitFor()
  await screenshot(page, 'settings-people-invited-desktop-light')

  const { page: theirs, errors } = await visit()
  await theirs.goto(link!)
  await theirs.getByRole('textbox', { name: /^New password/ }).fill(VIEWER.password)
  await theirs.getByRole('button', { name: 'Set password and log in' }).click()
  await theirs.waitForURL(`${url}/app`)
  for (const path of ['', '/people', '/integrations', '/tokens', '/telegram', '/audit-log', '/limits']) {
    await open(theirs, `/settings${path}`)
    const text = await theirs.locator('main').innerText()
    expect([path, text]).toEqual([path, expect.stringContaining('Your role viewer does not include')])
  }
  await open(theirs, '/settings/data')
  expect(await theirs.locator('main').innerText()).not.toContain('Sync now')
  await open(theirs, '/settings/people')
  await screenshot(theirs, 'settings-people-forbidden-desktop-light')
  errors.splice(0, errors.length, ...errors.filter((line) => !line.includes('403')))
})

test('a change of role is shown at once, and taken back with the reason when it is refused', async () => {
  const { page, errors } = await visitAs()
  await open(page, '/settings/people')
  const role = page.getByLabel(`Role of ${VIEWER.email}`)
  await Promise.all([page.waitForResponse('**/users/*'), role.selectOption('finance')])
  await page.getByText('figures, costs, orders, approvals').waitFor()
  await page.route('**/users/*', (route) =>
    route.fulfill({ status: 409, contentType: 'application/problem+json', body: '{"title":"Conflict","status":409,"detail":"Not now."}' }),
  ) // prettier-ignore
  await role.selectOption('admin')
  await page.getByText('Not now.').waitFor()
  expect(await role.inputValue()).toBe('finance')
  expect(await sql`select role from users where email = ${VIEWER.email}`).toMatchObject([{ role: 'finance' }])
  errors.splice(0, errors.length, ...errors.filter((line) => !line.includes('409')))
})

test('a token is shown once, works, and ends when it is revoked', async () => {
  const { page } = await visitAs()
  await open(page, '/settings/tokens')
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByLabel('Name').fill('Warehouse script')
  await page.getByLabel('orders:read').check()
  await screenshot(page, 'settings-tokens-new-desktop-light')
  await page.getByRole('button', { name: 'Make the token' }).click()
  const token = (await page.locator('section code').first().textContent()) ?? ''
  const read = () => fetch(`${url}/orders?limit=1`, { headers: { authorization: `Bearer ${token}` } })
  expect((await read()).status).toBe(200)
  expect(await violationsOf(page)).toEqual([])
  await page.reload()
  await settled(page)
  expect(await page.locator('main').innerText()).not.toContain(token)
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.goto('/app/settings')
  await until('the token has ended', async () => (await read()).status === 401)
  await settled(page)
})

test('a key of a service is set, never shown, and removed', async () => {
  const { page } = await visitAs()
  await open(page, '/settings/integrations')
  await page.getByRole('button', { name: 'Set', exact: true }).first().click()
  await page.getByRole('textbox', { name: 'Key of Claude' }).fill('sk-a-key-that-nobody-reads')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('set by owner@example.com').waitFor()
  expect(await page.content()).not.toContain('sk-a-key-that-nobody-reads')
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('set by owner@example.com').waitFor({ state: 'detached' })
})

test('two people who change the team at once are told of each other', async () => {
  const [{ page, errors }, other] = [await visitAs(), await visitAs()]
  await open(page, '/settings')
  await open(other.page, '/settings')
  await other.page.getByLabel('Name').fill('Fernhill Home')
  await other.page.getByRole('button', { name: 'Save' }).click()
  await other.page.getByRole('button', { name: 'Save' }).isEnabled()
  await page.getByLabel('Name').fill('Fernhill Living')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Fernhill Home, EUR, Europe/Amsterdam').waitFor()
  await screenshot(page, 'settings-conflict-desktop-light')
  expect(await page.getByLabel('Name').inputValue()).toBe('Fernhill Living')
  await page.getByRole('button', { name: 'Save mine over it' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor()
  expect(await sql`select name from workspace`).toMatchObject([{ name: 'Fernhill Living' }])
  errors.splice(0, errors.length, ...errors.filter((line) => !line.includes('412')))
})

test('the audit log tells all of it, page by page, with what changed', async () => {
  await sql`insert into audit_log (at, action, subject, email) select now() - interval '1 day', 'test.done', 'number ' || n, 'x@example.com' from generate_series(1, 60) n`
  const { page } = await visitAs()
  await open(page, '/settings/audit-log')
  const entries = page.locator('main ul > li[class*="entry"]')
  expect(await entries.count()).toBe(50)
  await page.getByRole('button', { name: 'Show older ones' }).click()
  await page.getByText('settings: changed').first().waitFor()
  expect(await page.locator('main').innerText()).toContain('Fernhill Home → Fernhill Living')
  await screenshot(page, 'settings-audit-log-full-desktop-light')
})
