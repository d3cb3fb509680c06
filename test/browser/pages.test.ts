import { expect } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import {
  DESKTOP,
  lookThrough,
  open,
  overflowOf,
  OWNER,
  PHONE,
  screenshot,
  startBrowser,
  violationsOf,
} from '../support/browser.ts'

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

/** Pages of one thing, with where an id of one is found. */
const DETAILS: Record<string, (id: (list: string) => Promise<number>) => Promise<string>> = {
  order: async (id) => `/orders?id=${await id('/orders?store=nl&limit=1')}`,
  product: async (id) => `/products?id=${await id('/products?limit=1')}`,
  store: () => Promise.resolve('/stores?store=nl'),
  'store-data': () => Promise.resolve('/stores/data?store=nl'),
  'store-reconciliation': () => Promise.resolve('/stores/reconciliation?store=nl'),
  'store-settings': () => Promise.resolve('/stores/settings?store=nl'),
}

async function look(name: string, path: string, device: string, options: BrowserContextOptions) {
  const isDesk = device === 'desktop' // Colours are the same on a phone.
  const { page, context, errors } = await (OPEN.has(path) ? visit(options) : visitAs(OWNER, options))
  await open(page, path + (QUERIES[path] ?? ''))
  await lookThrough(page)
  expect([device, await violationsOf(page, { colours: isDesk })]).toEqual([device, []])
  expect([device, await overflowOf(page)]).toEqual([device, 0])
  await screenshot(page, `${name}-${device}-light`)
  await page.emulateMedia({ colorScheme: 'dark' })
  if (isDesk) expect(['dark', await violationsOf(page, { rules: ['color-contrast'] })]).toEqual(['dark', []])
  await screenshot(page, `${name}-${device}-dark`)
  expect(errors).toEqual([])
  await context.close()
}

const SHOWS =
  'shows itself without an error, sideways scrolling or a fault that axe knows, light and dark, on a desk and a phone'

for (const path of pages)
  test(`${path} ${SHOWS}`, async () => {
    const name = path === '/' ? 'overview' : path.slice(1).replaceAll('/', '-')
    await Promise.all([look(name, path, 'desktop', DESKTOP), look(name, path, 'phone', PHONE)])
  })

for (const [name, pathOf] of Object.entries(DETAILS))
  test(`the page of one ${name.replace('-', '’s ')} ${SHOWS}`, async () => {
    const { context } = await visitAs()
    const path = await pathOf(async (list) => {
      const { data } = (await (await context.request.get(list)).json()) as { data: { id: number }[] }
      return data[0]!.id
    })
    await context.close()
    await Promise.all([look(name, path, 'desktop', DESKTOP), look(name, path, 'phone', PHONE)])
  })
