import { expect } from 'bun:test'
import { open, startBrowser } from '../support/browser.ts'

const { test, sql, visitAs } = await startBrowser({ from: '2026-06-01' })

const PAGES = ['/', '/pnl', '/products', '/products?id=3', '/ads', '/stores', '/stores?store=nl', '/stores/reconciliation?store=nl', '/stores/data?store=nl', '/stores/settings?store=nl', '/stores/connect', '/orders', '/orders?id=3', '/costs', '/costs/unit-costs', '/costs/fees', '/costs/shipping', '/costs/fixed', '/costs/imports', '/goals', '/chat', '/chat/approvals', '/chat/tasks', '/chat/memory', '/chat/knowledge', '/settings/limits', '/settings/usage', '/settings/alerts'] // prettier-ignore
/** Parts of these pages are there for some only, and are left out for others. */
const LEFT_OUT: Record<string, string[]> = { '/': ['/actions', '/financials/missing-costs'], '/chat': ['/actions'] }

const user = { email: 'vera@example.com', password: 'three words to remember' }
const hash = await Bun.password.hash(user.password)
await sql`insert into users (email, role, password_hash) values (${user.email}, 'viewer', ${hash})`

for (const path of PAGES)
  test(`what a viewer may not see of ${path} is said in words, without another try and a button that would be refused`, async () => {
    const { page, context, errors } = await visitAs(user)
    const refused: string[] = []
    page.on('response', (response) => {
      if (response.status() === 403) refused.push(new URL(response.url()).pathname)
    })
    await open(page, path)
    const text = await page.locator('main').innerText()
    const said = refused.filter((asked) => !LEFT_OUT[path]?.includes(asked))
    expect([path, said, text.includes('Your role viewer does not include')]).toEqual([path, said, said.length > 0])
    expect([path, text]).toEqual([path, expect.not.stringMatching(/Try again|undefined|NaN|not be refreshed/)])
    const buttons = (await page.locator('main').getByRole('button').allInnerTexts()).map((name) => name.trim())
    expect([path, buttons.filter((name) => /^(New (?!conversation)|Change|Set|End|Take away|Save|Add|Close a month)\b/.test(name))]).toEqual([path, []]) // prettier-ignore
    await context.close()
    errors.splice(0, errors.length, ...errors.filter((line) => !line.includes('403')))
  })
