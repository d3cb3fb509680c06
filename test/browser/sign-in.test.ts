import { expect } from 'bun:test'
import { open, OWNER, screenshot, startBrowser, violationsOf, type Visit } from '../support/browser.ts'
import { codeOf } from '../support/second-factor.ts'

const { test, sql, visit, visitAs, url } = await startBrowser({ from: '2026-06-01' })
/** What the service's clock says, from a session of 24 hours. */
async function serverTime({ context }: Visit): Promise<Date> {
  const renewed = await context.request.post('/auth/refresh', { headers: { 'sec-fetch-site': 'same-origin' } })
  const { expires_at } = (await renewed.json()) as { expires_at: string }
  return new Date(Date.parse(expires_at) - 86_400_000)
}
const MEMBER = { email: 'vera@example.com', password: 'three words to remember' }

/** Closes pages, whose sessions other tests end, without what browsers write to the console by themselves about refused requests. */
async function leave(...visits: Visit[]) {
  for (const { context, errors } of visits) {
    await context.close()
    const others = errors.filter((text) => !/Failed to load resource/.test(text))
    errors.splice(0, errors.length, ...others)
  }
}
/** Signs in on the login page; with `code` in two steps. */
async function signIn({ page }: Visit, { email, password }: typeof OWNER, code?: string) {
  await page.goto('/app/login')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  if (code === undefined) return
  await page.getByLabel('Code').fill(code)
  await page.getByRole('button', { name: 'Log in' }).click()
}

test('a second factor is set up with the key of the picture, and from then on the login has a second step', async () => {
  const visitor = await visitAs()
  const { page } = visitor
  await open(page, '/account')
  await page.getByRole('button', { name: 'Set up' }).click()
  const form = page.getByRole('form', { name: 'Set up the second factor' })
  await form.getByLabel('Your password', { exact: true }).fill(OWNER.password)
  await form.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('img', { name: 'The key as a QR code' }).waitFor()
  const secret = (await form.locator('code').textContent())!
  await screenshot(page, 'account-second-factor-desktop-light')
  expect(await violationsOf(page)).toEqual([])
  await form.getByLabel('Code').fill('000000')
  await form.getByRole('button', { name: 'Confirm' }).click()
  await form.getByText('The code is wrong').waitFor()
  await form.getByLabel('Code').fill(codeOf(secret, await serverTime(visitor)))
  await form.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('group', { name: 'Recovery codes' }).waitFor()
  const codes = await page.getByRole('group', { name: 'Recovery codes' }).locator('code').allTextContents()
  expect(codes).toHaveLength(10)
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes are left').waitFor()
  expect(await page.content()).not.toContain(codes[0]!)

  const again = await visit()
  await signIn(again, OWNER, '000000')
  await again.page.getByText('E-mail address, password or code is wrong.').waitFor()
  expect(await again.page.getByLabel('E-mail').isVisible()).toBe(false)
  expect(await violationsOf(again.page)).toEqual([])
  await screenshot(again.page, 'login-code-desktop-light')
  await again.page.getByLabel('Code').fill(codes[0]!)
  await again.page.getByRole('button', { name: 'Log in' }).click()
  await again.page.waitForURL(`${url}/app`)

  // Whoever has mistyped the password meets the same page, and goes back.
  const mistaken = await visit()
  await signIn(mistaken, { ...OWNER, password: 'not the password at all' })
  await mistaken.page.getByLabel('Code').waitFor()
  await mistaken.page.getByRole('button', { name: 'Back' }).click()
  await mistaken.page.getByLabel('Password', { exact: true }).fill(OWNER.password)
  await mistaken.page.getByRole('button', { name: 'Log in' }).click()
  await mistaken.page.getByLabel('Code').fill(codeOf(secret, await serverTime(visitor), 1))
  await mistaken.page.getByRole('button', { name: 'Log in' }).click()
  await mistaken.page.waitForURL(`${url}/app`)
  await leave(visitor, again, mistaken)
})

test('sessions are listed with their browsers, and one that is ended asks for the login again', async () => {
  const [here, there] = [await visit(), await visit()]
  const codes = await sql`select 1 from recovery_codes where used_at is null`
  expect(codes).toHaveLength(9)
  await sql`delete from second_factors`
  for (const one of [here, there]) {
    await signIn(one, OWNER)
    await one.page.waitForURL(`${url}/app`)
  }
  await open(here.page, '/account')
  const list = here.page.getByRole('list', { name: 'Where you are signed in' })
  expect(await list.getByText('this one').count()).toBe(1)
  expect(await list.innerText()).toContain('Chrome on Linux')
  await screenshot(here.page, 'account-sessions-desktop-light')
  await here.page.getByRole('button', { name: 'End all others' }).click()
  await here.page.getByRole('button', { name: 'End all others' }).waitFor({ state: 'detached' })
  expect(await list.getByRole('listitem').count()).toBe(1)
  await there.page.goto('/app/account')
  await there.page.waitForURL(/\/app\/login/)
  await leave(here, there)
})

test('who is asked for a second factor and has none is led to it, and to nothing else', async () => {
  const [visitor, owner] = [await visit(), await visitAs()]
  const made = await owner.context.request.post('/users', { data: { email: MEMBER.email, role: 'finance' }, headers: { 'sec-fetch-site': 'same-origin' } }) // prettier-ignore
  const { set_password } = (await made.json()) as { set_password: string }
  await owner.context.request.post('/auth/set-password', {
    data: { token: set_password.split('#')[1], password: MEMBER.password },
  })
  await sql`update workspace set second_factor_required = true`
  await signIn(visitor, MEMBER)
  await visitor.page.waitForURL('**/app/account')
  await visitor.page.getByText('Your team asks for a second factor. Set yours up to go on.').waitFor()
  expect((await visitor.context.request.get('/stores')).status()).toBe(403)
  await screenshot(visitor.page, 'account-asked-for-second-factor-desktop-light')
  await visitor.page.getByRole('button', { name: 'Set up' }).click()
  await visitor.page.getByLabel('Your password', { exact: true }).fill(MEMBER.password)
  await visitor.page.getByRole('button', { name: 'Go on' }).click()
  await visitor.page.getByRole('img', { name: 'The key as a QR code' }).waitFor()
  const key = (await visitor.page
    .getByRole('form', { name: 'Set up the second factor' })
    .locator('code')
    .textContent())!
  await visitor.page.getByLabel('Code').fill(codeOf(key, await serverTime(visitor)))
  await visitor.page.getByRole('button', { name: 'Confirm' }).click()
  await visitor.page.getByRole('button', { name: 'I have kept them' }).click()
  await visitor.page.waitForURL(`${url}/app`)
  expect((await visitor.context.request.get('/stores')).status()).toBe(200)
  await sql`update workspace set second_factor_required = false`
  await owner.page.goto('/app/settings/people')
  await owner.page.getByRole('button', { name: `End the sessions of ${MEMBER.email}` }).click()
  await owner.page.getByText('Sessions ended').waitFor()
  expect((await visitor.context.request.get('/auth/me')).status()).toBe(401)
  await leave(visitor, owner)
})
