import { expect } from 'bun:test'
import { open, startBrowser } from '../support/browser.ts'

const { test, visit, visitAs, url } = await startBrowser({ from: '2026-06-01' })

const RAN = '[...new Set(window.ran ?? [])]'
const RUNS = (name: string) => `(window.ran ??= []).push('${name}')`

test('the policy of a page allows nothing inline but what it was exported with, and requests to us only', async () => {
  const { headers } = await fetch(`${url}/app/login`)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).not.toContain('unsafe-inline')
  expect(policy).not.toContain('unsafe-eval')
  const directives = Object.fromEntries(policy.split('; ').map((directive) => directive.split(/ (.*)/, 2)))
  expect(directives).toMatchObject({
    'default-src': "'none'",
    'script-src': expect.stringMatching(/^'self'( 'sha256-[\w+/]+=')+$/),
    'style-src': "'self'",
    'connect-src': "'self'",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
  })
})

test('a script that somebody wrote into the page does not run, and neither do handlers and addresses with code', async () => {
  const { page, errors } = await visit()
  const injected = `<script>${RUNS('script')}</script><img src="/none" onerror="${RUNS('handler')}"><script src="data:text/javascript,${RUNS('data')}"></script>`
  await page.route('**/app/login', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: (await response.text()).replace('</body>', `${injected}</body>`) })
  })
  await open(page, '/login')
  expect(await page.evaluate(RAN)).toEqual([])
  expect(errors.filter((text) => /Content Security Policy|violates/.test(text)).length).toBeGreaterThanOrEqual(3)
  errors.length = 0
})

test('an element that a script of ours adds cannot bring code or send the session elsewhere', async () => {
  const { page, errors } = await visitAs()
  await open(page, '/account')
  await page.evaluate(`(() => {
    const script = document.createElement('script')
    script.textContent = ${JSON.stringify(RUNS('added'))}
    document.body.append(script)
    document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(`<button id="b" onclick="${RUNS('click')}">x</button>`)})
    document.querySelector('#b').click()
  })()`)
  expect(await page.evaluate(RAN)).toEqual([])
  expect(await page.evaluate(`fetch('http://example.invalid/').then(() => 'sent', () => 'refused')`)).toBe('refused')
  expect(errors.filter((text) => /Content Security Policy|violates/.test(text)).length).toBeGreaterThanOrEqual(3)
  errors.length = 0
})

test('no page can show ours in a frame', async () => {
  const { page, errors } = await visitAs()
  await page.route('/framing', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<iframe src="/app/account"></iframe>' }),
  )
  const said = page.waitForEvent('console')
  await page.goto('/framing')
  expect((await said).text()).toContain("frame-ancestors 'none'")
  errors.length = 0
})
