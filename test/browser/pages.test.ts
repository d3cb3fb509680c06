import { expect } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import { DESKTOP, open, overflowOf, OWNER, PHONE, screenshot, startBrowser, violationsOf } from '../support/browser.ts'

const { test, visit, visitAs } = await startBrowser({ from: '2025-12-01' })

/** What pages show that say it after a `?`. */
const QUERIES: Record<string, string> = { '/pnl': '?grain=week' }
/** Pages for people without a session. */
const OPEN = new Set(['/login', '/set-password', '/404'])

const EXPORT = join(import.meta.dir, '../../dashboard/out')
const files = existsSync(EXPORT) ? [...new Bun.Glob('**/*.html').scanSync(EXPORT)] : []
const pages = files
  .filter((file) => !file.startsWith('_'))
  .map((file) => (file === 'index.html' ? '/' : `/${file.slice(0, -'.html'.length)}`))
  .sort()

test('the pages are known', () => {
  expect(pages).toContain('/account')
})

for (const path of pages)
  test(`${path} shows itself without an error, sideways scrolling or a fault that axe knows, light and dark, on a desk and a phone`, async () => {
    const name = path === '/' ? 'overview' : path.slice(1).replaceAll('/', '-')
    const look = async (device: string, options: BrowserContextOptions) => {
      const isDesk = device === 'desktop' // Colours are the same on a phone.
      const { page, context, errors } = await (OPEN.has(path) ? visit(options) : visitAs(OWNER, options))
      await open(page, path + (QUERIES[path] ?? ''))
      expect([device, await violationsOf(page, { colours: isDesk })]).toEqual([device, []])
      expect([device, await overflowOf(page)]).toEqual([device, 0])
      await screenshot(page, `${name}-${device}-light`)
      await page.emulateMedia({ colorScheme: 'dark' })
      if (isDesk) expect(['dark', await violationsOf(page, { rules: ['color-contrast'] })]).toEqual(['dark', []])
      await screenshot(page, `${name}-${device}-dark`)
      expect(errors).toEqual([])
      await context.close()
    }
    await Promise.all([look('desktop', DESKTOP), look('phone', PHONE)])
  })
