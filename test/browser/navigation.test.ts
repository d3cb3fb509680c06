import { expect } from 'bun:test'
import { open, settled, startBrowser } from '../support/browser.ts'

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
