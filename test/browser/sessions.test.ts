import { expect } from 'bun:test'
import { open, OWNER, settled, startBrowser, type Visit } from '../support/browser.ts'

const { test, sql, visit, visitAs, stop, start } = await startBrowser({ from: '2026-06-01' })

/** What a browser writes to the console by itself about refused and failed requests. */
const forgetRefusals = ({ errors }: Visit) => {
  const others = errors.filter((text) => !/Failed to load resource/.test(text))
  errors.splice(0, errors.length, ...others)
}

test('a wrong password is refused in words, and the right one leads to the page that was asked for', async () => {
  const visitor = await visit()
  const { page } = visitor
  await page.goto('/app/account')
  await page.waitForURL(/\/app\/login\?next=%2Faccount$/)
  await page.getByLabel('E-mail').fill(OWNER.email)
  await page.getByLabel('Password', { exact: true }).fill('not the password at all')
  await page.getByRole('button', { name: 'Log in' }).click()
  expect(
    await page
      .getByRole('alert')
      .getByText(/e-mail|password/i)
      .textContent(),
  ).toBe('E-mail address or password is wrong.')
  await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/app/account')
  expect(await page.getByText(OWNER.email).textContent()).toBe(OWNER.email)
  forgetRefusals(visitor)
})

test('a session that ends in the middle of an edit asks for the password on the spot; what was typed is kept and sent', async () => {
  const visitor = await visitAs()
  const { page } = visitor
  await open(page, '/account')
  await page.getByLabel('Current password', { exact: true }).fill('not the one it is')
  await page.getByLabel('New password', { exact: true }).fill('a few words more to remember')
  await sql`update sessions set ended_at = created_at`
  await page.getByRole('button', { name: 'Change password' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  expect(await dialog.getByLabel('E-mail').inputValue()).toBe(OWNER.email)
  await page.keyboard.press('Escape') // the dialog stays
  await dialog.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  // The change itself was sent again, and refused for what it held.
  await page.getByText('The current password is wrong').waitFor()
  expect(await page.getByLabel('New password', { exact: true }).inputValue()).toBe('a few words more to remember')
  forgetRefusals(visitor)
})

test('while the server is down the page says so, keeps what it shows, and goes on when it is back', async () => {
  const visitor = await visitAs()
  const { page } = visitor
  await open(page, '/')
  const shown = await page.locator('main').innerText()
  await stop()
  await page.getByLabel('Period', { exact: true }).selectOption('last_month')
  const notice = page.getByRole('alert').filter({ hasText: 'The server cannot be reached' })
  await notice.waitFor()
  expect(shown).toContain('This month')
  await start()
  await notice.getByRole('button', { name: 'Try again' }).click()
  await page
    .getByText(/^1 ?– ?31 May 2026/)
    .first()
    .waitFor()
  await settled(page)
  forgetRefusals(visitor)
  await visitor.context.close()
})

test('every page says in words that the server is down, and goes on with one press when it is back', async () => {
  const paths = ['/pnl', '/products', '/ads', '/stores', '/stores?store=nl', '/orders', '/costs', '/goals']
  const visitors: Visit[] = []
  for (const path of paths) {
    const visitor = await visitAs()
    await open(visitor.page, path)
    visitors.push(visitor)
  }
  await stop()
  const down = ({ page }: Visit) => page.getByRole('alert').filter({ hasText: 'The server cannot be reached' })
  for (const visitor of visitors) {
    await visitor.page.getByLabel('Period', { exact: true }).selectOption('last_month')
    await down(visitor).first().waitFor()
  }
  await start()
  for (const [at, visitor] of visitors.entries()) {
    // An answer that was asked for anew by itself may take the button away before it is pressed.
    while ((await down(visitor).count()) > 0)
      await down(visitor).first().getByRole('button', { name: 'Try again' }).click({ timeout: 1_000 }).catch(() => {}) // prettier-ignore
    await settled(visitor.page)
    expect([paths[at], await visitor.page.locator('main').innerText()]).toEqual([paths[at], expect.not.stringMatching(/cannot be reached|undefined|NaN/)]) // prettier-ignore
    forgetRefusals(visitor)
    await visitor.context.close()
  }
})

test('another period shows other figures, stands in the address, and the back button undoes it', async () => {
  const { page } = await visitAs()
  await open(page, '/')
  const title = page.locator('#period-title')
  expect(await title.textContent()).toBe('This month')
  await page.getByLabel('Period', { exact: true }).selectOption('yesterday')
  await page.getByText('Monday 29 June 2026').first().waitFor()
  expect(new URL(page.url()).searchParams.get('period')).toBe('yesterday')
  await page.goBack()
  await page
    .getByText(/^1 ?– ?30 June 2026/)
    .first()
    .waitFor()
  expect(await title.textContent()).toBe('This month')
})
