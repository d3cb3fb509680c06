import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import axe from 'axe-core'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium as playwright, type Page } from 'playwright-core'
import { startDemo } from '../../sql/demo.ts'
import { chromium, type Chromium, NoBrowser } from './chromium.ts'
import { buildDashboard } from './dashboard.ts'
import { testDatabase } from './database.ts'
import { type Service, startService } from './service.ts'
import { until } from './until.ts'

export const OWNER = { email: 'owner@example.com', password: 'correct horse battery' }
/** What the service takes for now when it starts; its clock goes on from there. */
export const NOW = '2026-06-30T12:00:00.000Z'
export const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 } }
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

const NOWHERE = 'http://127.0.0.1:1'
const SCREENSHOTS = join(import.meta.dir, '../../.data/screenshots')
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']

type Options = {
  /** The first day of the demo workspace. */
  from?: string
  /** More of the service's environment. */
  env?: Record<string, string>
}

/**
 * The service as a process with the demo workspace and the built dashboard, and a browser. All ends with the test file, which fails when the
 * service logged an error, or a page wrote one to its console that no test took for its own (`errors`). Where no browser can be had, `test`
 * skips; with CI in the environment that fails.
 */
export async function startBrowser(options: Options = {}) {
  try {
    return { test, ...(await start(options, await chromium())) }
  } catch (error) {
    if (process.env.CI || !(error instanceof NoBrowser)) throw error
    console.error(`Tests in a browser are skipped: ${error.message}`)
    // Nothing else of it is asked for by tests that do not run.
    return { test: test.skip } as unknown as { test: typeof test } & Awaited<ReturnType<typeof start>>
  }
}

async function start({ from = '2026-01-01', env = {} }: Options, found: Chromium) {
  let service: Service | undefined
  const pages: Visit[] = []
  const sessions = new Map<string, string>()
  const browser = await playwright.launch({
    executablePath: found.path,
    args: FLAGS,
    env: { ...(process.env as Record<string, string>), ...found.env },
  })
  // Before the database's own, so that no service outlives its database.
  afterAll(async () => {
    await browser.close()
    await service?.stop()
    expect(service?.logs.filter(({ level }) => level === 'error')).toEqual([])
    expect(pages.flatMap(({ errors }) => errors)).toEqual([])
  })
  const [database] = await Promise.all([testDatabase(), buildDashboard()])
  await startDemo(database.sql, { name: 'Fernhill', from })
  const environment = {
    DATABASE_URL: database.appUrl,
    DEMO: '1',
    CLOCK_START: NOW,
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
    ROLES: 'api,worker',
    RATE_LIMIT: '100000',
    // Nothing of the outside world answers, unless a test brings a stand-in.
    ECB_API_ROOT: NOWHERE,
    META_API_ROOT: NOWHERE,
    SHOPIFY_API_ROOT: NOWHERE,
    ...env,
  }
  service = await startService(environment)
  const { url } = service
  const port = new URL(url).port
  setDefaultTimeout(120_000)

  /** A page of a browser of its own, without a session. */
  async function visit(options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await browser.newContext({
      baseURL: url,
      ...DESKTOP,
      locale: 'en-GB',
      timezoneId: 'Europe/Amsterdam',
      reducedMotion: 'reduce',
      ...options,
    })
    context.setDefaultTimeout(30_000)
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${new URL(page.url()).pathname}: ${message.text()}`)
    })
    pages.push({ page, context, errors })
    return { page, context, errors }
  }

  return {
    sql: database.sql,
    url,
    visit,
    /** A page of somebody who has logged in; it shows nothing yet. */
    visitAs: async (user = OWNER, options: BrowserContextOptions = {}) => {
      const visitor = await visit(options)
      const known = sessions.get(user.email)
      if (known && (await visitor.context.request.get('/auth/me', { headers: { cookie: known } })).ok()) {
        const [name = '', value = ''] = known.split('=')
        await visitor.context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
        return visitor
      }
      const response = await visitor.context.request.post('/auth/login', { data: user })
      expect(response.status()).toBe(200)
      sessions.set(user.email, response.headers()['set-cookie']?.split(';')[0] ?? '')
      return visitor
    },
    /** Ends the service as an update does; `start` brings it back at the same address. */
    stop: () => service?.stop(),
    start: async () => {
      service = await startService({ ...environment, PORT: port })
    },
  }
}

/** A page, and what it wrote to its console as an error since anybody emptied the list. */
export type Visit = { page: Page; context: BrowserContext; errors: string[] }

/** Opens a page of the dashboard, by its path behind /app, and waits until it shows what it asked for. */
export async function open(page: Page, path: string) {
  await page.goto(`/app${path === '/' ? '' : path}`)
  await settled(page)
}

/** Waits until the page has nothing left to do and nothing on it is a placeholder or on its way to another look, twice in a row; fails with what still is. */
export async function settled(page: Page): Promise<void> {
  let unsettled = 'nothing'
  let calm = 0
  await until(`${page.url()} is settled`, async () => {
    unsettled = await page.evaluate<string>(UNSETTLED)
    calm = unsettled === '' ? calm + 1 : 0
    return calm === 2
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${unsettled}`)
  })
}

/** An expression and no function to wait for: that would need `eval`, which the page's policy refuses. */
const UNSETTLED = `new Promise((idle) => requestIdleCallback(idle, { timeout: 500 })).then(() => document.readyState !== 'complete' ? document.readyState :
  document.querySelector('[class*="skeleton"], [aria-busy="true"]')?.outerHTML.slice(0, 300) ??
  document.getAnimations().find(({ playState }) => playState === 'running')?.effect?.target?.outerHTML.slice(0, 300) ?? '')`

/** What axe finds wrong with what the page shows: the rule, and the first elements that break it. `rules` leaves all others out; colours are the slow ones. */
export async function violationsOf(
  page: Page,
  { rules, colours = true }: { rules?: string[]; colours?: boolean } = {},
): Promise<string[]> {
  await settled(page)
  const only = rules ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  // Not by a script element, which the page's policy refuses.
  await page.evaluate(`window.axe ??= (() => { ${axe.source}; return axe })(); undefined`)
  const { violations } = await page.evaluate<axe.AxeResults>(
    `axe.run({ runOnly: ${JSON.stringify(only)}, resultTypes: ['violations'], rules: { 'color-contrast': { enabled: ${colours} } } })`,
  )
  return violations.map(({ id, help, nodes }) => {
    const found = nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary?.replace(/\s+/g, ' ')}`)
    return `${id}: ${help}: ${found.join(' | ')}`
  })
}

/** Pixels that the page is wider than its window. */
export const overflowOf = async (page: Page): Promise<number> =>
  Math.max(0, Number(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')))

/** Scrolls once through the page: what nobody looks at yet is not there. */
export async function lookThrough(page: Page) {
  await page.evaluate(LOOKED_THROUGH)
  await settled(page)
}

/** Keeps a picture of the whole page for a person to look at: `.data/screenshots/<name>.png`. */
export async function screenshot(page: Page, name: string) {
  await lookThrough(page)
  const picture = { path: join(SCREENSHOTS, `${name}.png`), fullPage: true, animations: 'disabled' } as const
  // Now and then a headless browser never draws the frame that a picture waits for; asked again, it does at once.
  await page.screenshot({ ...picture, timeout: 10_000 }).catch(() => page.screenshot({ ...picture, timeout: 30_000 }))
}

const LOOKED_THROUGH = `(async () => {
  for (let at = 0; at < document.body.scrollHeight; at += window.innerHeight) {
    window.scrollTo({ top: at, behavior: 'instant' })
    await new Promise((seen) => setTimeout(seen, 60))
  }
  window.scrollTo({ top: 0, behavior: 'instant' })
})()`
