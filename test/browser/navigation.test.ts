import { expect } from 'bun:test'
import { open, OWNER, PHONE, settled, startBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'

const { test, visitAs } = await startBrowser({ from: '2026-06-01' })

/** Behind the overview, in the order of the navigation. */
const PAGES = ['/pnl', '/products', '/ads', '/stores', '/orders', '/costs', '/goals', '/chat', '/settings']

for (const query of ['', '?store=nl&period=last_month'])
  test(`the way through all pages (${query || 'as they open'}), each time by the overview, asks for nothing that is not there`, async () => {
    const { page } = await visitAs()
    const missing: string[] = []
    let loads = 0
    page.on('response', (response) => {
      if (response.status() >= 400) missing.push(`${response.status()} ${response.url()} on ${page.url()}`)
    })
    page.on('request', (request) => {
      if (request.isNavigationRequest()) loads += 1
    })
    await open(page, `/${query}`)
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link')
    for (const [at, path] of PAGES.entries()) {
      await links.nth(at + 1).click()
      await page.waitForURL((url) => url.pathname === `/app${path}`)
      await settled(page)
      await (at % 2 === 0 ? links.first() : page.getByRole('link', { name: 'DealDome, overview' })).click()
      await page.waitForURL((url) => url.pathname === '/app')
      await settled(page)
    }
    expect(missing).toEqual([])
    // One page was loaded, all others were gone to.
    expect(loads).toBe(1)
  })

test('on a phone the row of pages shows the page one is on, and stays where somebody scrolled it when it is touched', async () => {
  const { page } = await visitAs(OWNER, PHONE)
  for (const [from, to, path] of [
    ['/settings', 'Overview', '/app'],
    ['/pnl', 'Settings', '/app/settings'],
    ['/ads', 'Products', '/app/products'],
  ] as const) {
    await open(page, from)
    const row = page.getByRole('navigation', { name: 'Pages' })
    await until('the page stands in sight', async () => {
      const [seen, current] = [await row.boundingBox(), await row.locator('[aria-current="page"]').boundingBox()]
      return seen && current && current.x >= seen.x && current.x + current.width <= seen.x + seen.width
    })
    await row.getByRole('link', { name: to, exact: true }).tap()
    await page.waitForURL((url) => url.pathname === path)
  }
})
