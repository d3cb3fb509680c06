import { expect } from 'bun:test'
import { open, overflowOf, OWNER, PHONE, startBrowser, violationsOf } from '../support/browser.ts'

const { test, visitAs } = await startBrowser({ from: '2026-03-01' })

const RANGE = 'start=2026-06-01&end=2026-06-30'
const PAGES = ['/', `/?${RANGE}`, `/pnl?${RANGE}`, `/products?${RANGE}`, '/products?id=99999', `/ads?${RANGE}`, '/stores', `/orders?${RANGE}`, '/orders?id=999999', '/goals'] // prettier-ignore

for (const path of PAGES)
  test(`${path} of a store that is not there says so, and nothing waits for what will not come`, async () => {
    const { page, context, errors } = await visitAs(OWNER, PHONE)
    await open(page, `${path}${path.includes('?') ? '&' : '?'}store=jp`)
    await page
      .getByText(/^There is no (store|product|order)/)
      .first()
      .waitFor()
    // It waits until no placeholder is left.
    expect([await violationsOf(page, { colours: false }), await overflowOf(page)]).toEqual([[], 0])
    await context.close()
    errors.splice(0, errors.length, ...errors.filter((line) => !line.includes('404')))
  })
