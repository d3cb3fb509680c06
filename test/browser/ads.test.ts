import { expect } from 'bun:test'
import { createAdAccount } from '../../sql/ad-accounts.ts'
import { keepCampaigns, keepInsights } from '../../sql/ad-insights.ts'
import { seeing } from '../../sql/connect.ts'
import { bookInsights } from '../../src/ledger/book-insights.ts'
import { open, settled, startBrowser } from '../support/browser.ts'

const { test, visitAs, sql } = await startBrowser({ from: '2026-04-01' })
const RANGE = 'start=2026-06-01&end=2026-06-30'

type Channel = { platform: string; ad_spend: number; claimed: number; claimed_roas: number | null }
type Campaign = Channel & { id: number; campaign: string; store: string }
const money = (text: string) => text.replace(/[€£,\s]/g, '').replace('−', '-')

test('every figure of platforms and campaigns is the API’s to the cent, and so are those of the shop', async () => {
  const { page, context } = await visitAs()
  const ask = async <T>(path: string) => (await (await context.request.get(path)).json()) as T
  await open(page, `/ads?${RANGE}`)
  const channels = await ask<{ totals: Channel[] }>(`/financials/channels?${RANGE}`)
  const cells = (row: string, column: string) => page.locator(`${row} td[data-column="${column}"]`).innerText()
  expect(channels.totals.length).toBeGreaterThan(1)
  for (const { platform, ad_spend, claimed } of channels.totals) {
    expect(money(await cells(`tr[data-platform="${platform}"]`, 'ad_spend'))).toBe(ad_spend.toFixed(2))
    expect(money(await cells(`tr[data-platform="${platform}"]`, 'claimed'))).toBe(claimed.toFixed(2))
  }
  const { data } = await ask<{ data: Campaign[] }>(`/financials/ad-campaigns?${RANGE}&limit=50`)
  for (const { id, ad_spend, claimed, claimed_roas } of data) {
    const row = `tr[data-campaign="${id}"]`
    expect(money(await cells(row, 'ad_spend'))).toBe(ad_spend.toFixed(2))
    expect(money(await cells(row, 'claimed'))).toBe(claimed.toFixed(2))
    expect(await cells(row, 'claimed_roas')).toBe(claimed_roas?.toFixed(2) ?? '–')
  }
  const whole = await ask<Record<string, number>>(`/financials/summary?${RANGE}`)
  for (const name of ['ad_spend', 'cm3'])
    expect(money(await page.locator(`[data-figure="${name}"] dd`).first().innerText())).toBe(whole[name]!.toFixed(2))
  for (const name of ['mer', 'poas', 'break_even_roas'])
    expect(await page.locator(`[data-figure="${name}"] dd`).first().innerText()).toBe(whole[name]!.toFixed(2))
  // In one currency, where nothing is rounded on the way, the platforms come to the whole.
  const nl = await ask<{ totals: Channel[] }>(`/financials/channels?${RANGE}&store=nl`)
  const spent = nl.totals.reduce((sum, { ad_spend }) => sum + Math.round(ad_spend * 100), 0)
  const { ad_spend } = await ask<{ ad_spend: number }>(`/financials/summary?${RANGE}&store=nl`)
  expect(spent).toBe(Math.round(ad_spend * 100))
})

test('a campaign of a connected account is given to a product, and taken back', async () => {
  const [store] = await sql<{ id: number }[]>`select id from stores where slug = 'nl'`
  const now = new Date('2026-06-30T12:00:00Z')
  const account = { external_id: 'act_77', name: 'Fernhill', currency: 'EUR', time_zone: 'Europe/Amsterdam' }
  await seeing(sql, 'all', async (tx) => {
    const made = await createAdAccount(tx, { store_id: store!.id, ...account, action_type: 'omni_purchase', attribution: 'default', now }) // prettier-ignore
    const told = { account_id: made!.id, level: 'campaign' as const, from: '2026-06-20', to: '2026-06-20', action_type: 'omni_purchase', attribution: 'default', now } // prettier-ignore
    await keepCampaigns(tx, { account_id: made!.id, campaigns: [{ external_id: '7', name: 'Lamps for summer' }] })
    const insight = { campaign: '7', ad: '', ad_name: '', day: '2026-06-20', spend: '9000', impressions: '1', clicks: '1', purchases: '1', purchase_value: '120' } // prettier-ignore
    await keepInsights(tx, { ...told, insights: [insight] })
    await bookInsights(tx, { account_id: made!.id, reason: 'booked' })
  })
  const { page } = await visitAs()
  await open(page, `/ads?${RANGE}`)
  const row = page.locator('tr[data-campaign]', { hasText: 'Lamps for summer' })
  await row.getByRole('button', { name: 'Change' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Store').selectOption('de')
  await dialog.getByLabel('Product').fill('a')
  await dialog.getByRole('list', { name: 'Products found' }).getByRole('button').first().click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('status').filter({ hasText: 'counts for de' }).waitFor()
  await settled(page)
  expect(await row.locator('td[data-column="counts"]').innerText()).toStartWith('de')
  await page.getByRole('button', { name: 'Undo' }).click()
  await row.locator('td[data-column="counts"]', { hasText: /^nl$/ }).waitFor()
})
