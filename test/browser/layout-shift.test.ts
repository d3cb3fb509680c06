import { expect } from 'bun:test'
import type { Page } from 'playwright-core'
import { DESKTOP, open, PHONE, startBrowser } from '../support/browser.ts'

const { test, visitAs } = await startBrowser({ from: '2026-04-01' })

/** What moves without anybody having touched the page: by how much, what, from where to where. */
const WATCHED = `window.moved = []; new PerformanceObserver((list) => {
  for (const { value, sources, hadRecentInput } of list.getEntries()) if (!hadRecentInput)
    window.moved.push({ value, what: sources.map(({ node, previousRect: a, currentRect: b }) =>
      [node?.parentElement?.className + ' > ' + (node?.outerHTML ?? node?.textContent)?.slice(0, 120), [a.x, a.y, a.width, a.height].join(), [b.x, b.y, b.width, b.height].join()].join(' | ')) })
}).observe({ type: 'layout-shift', buffered: true })`

/** The page as it was sent is painted before its scripts come, and its places before each of the answers, one by one. */
async function slowly(page: Page) {
  let before = Promise.resolve()
  await page.route(
    ({ pathname }) => !pathname.startsWith('/app'),
    async (route) => {
      const turn = before.then(() => Bun.sleep(120))
      before = turn
      await turn
      await route.continue()
    },
  )
  await page.route(/\/app\/_next\/static\/.*\.js$/, async (route) => {
    await Bun.sleep(300)
    await route.continue()
  })
}

/**
 * Of the window, weighed by how far; the best known bound for a calm page is 20 times this. A browser that paints a page while it still reads
 * it has the header's two buttons a moment later than the filters, which move by 0.0024 then.
 */
const MOST = 0.005

const PAGES = ['/', '/pnl', '/products', '/ads', '/stores', '/stores?store=nl', '/orders', '/costs', '/goals', '/chat', '/settings'] // prettier-ignore

for (const [device, options] of Object.entries({ desktop: DESKTOP, phone: PHONE }))
  for (const path of PAGES)
    test(`nothing of ${path} moves once it is painted, however late its answers come, on a ${device}`, async () => {
      const { page, context } = await visitAs(undefined, options)
      await page.addInitScript(WATCHED)
      await slowly(page)
      await open(page, path)
      const moved = await page.evaluate<{ value: number; what: string[] }[]>('window.moved')
      const sum = moved.reduce((total, { value }) => total + value, 0)
      expect(sum > MOST ? moved : []).toEqual([])
      await context.close()
    })
