import { expect, test } from 'bun:test'
import { createAdAccount } from '../../sql/ad-accounts.ts'
import { keepCampaigns, keepInsights } from '../../sql/ad-insights.ts'
import { bookInsights } from '../../src/ledger/book-insights.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aRate, aStore, bookAll, someAdSpend } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('viewer')
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk', currency: 'GBP', time_zone: 'Europe/London' })
await aRate(sql, 'GBP', '2026-04-10', '0.8')
const lamp = await aProduct(sql, nl, { name: 'Lamp', sku: 'LAMP' })
const spend = (store: typeof nl, day: string, more: Parameters<typeof someAdSpend>[2]) =>
  someAdSpend(sql, store, { day, ...more })
await spend(nl, '2026-03-02', { platform: 'meta', campaign: 'Spring', amount_minor: 10_00, claimed_minor: 25_00 })
await spend(nl, '2026-04-11', { platform: 'meta', campaign: 'Spring', amount_minor: 5_55, claimed_minor: 5_00 })
await spend(nl, '2026-04-11', { platform: 'google', campaign: 'Search', product_id: lamp, amount_minor: 7_00 })
await spend(uk, '2026-04-12', { platform: 'meta', campaign: 'Spring', amount_minor: 8_01, claimed_minor: 16_00 })
await bookAll(sql, nl)
await bookAll(sql, uk)
type Row = {
  platform: string
  start: string
  ad_spend: number
  claimed: number
  state: string
  campaign: string
  store: string
}
const rowsOf = (body: Record<string, unknown>) => body['data'] as Row[]
const RANGE = 'start=2026-03-01&end=2026-04-13'

test('platforms by column come to what they got in all, in the currency asked for', async () => {
  const { body } = await api.get(`/financials/channels?${RANGE}&grain=month`, token)
  expect(body).toMatchObject({ store: null, currency: 'EUR', grain: 'month', start: '2026-03-01', end: '2026-04-13' })
  expect(body['data']).toEqual([
    { start: '2026-03-01', end: '2026-03-31', platform: 'meta', ad_spend: 10, claimed: 25, claimed_roas: 2.5, state: 'final' },
    { start: '2026-04-01', end: '2026-04-13', platform: 'google', ad_spend: 7, claimed: 0, claimed_roas: 0, state: 'settling' },

    { start: '2026-04-01', end: '2026-04-13', platform: 'meta', ad_spend: 15.56, claimed: 25, claimed_roas: 1.61, state: 'settling' },
  ]) // prettier-ignore
  expect(body['totals']).toMatchObject([
    { platform: 'meta', ad_spend: 25.56, claimed: 50 },
    { platform: 'google', ad_spend: 7, claimed: 0 },
  ])
  const { body: whole } = await api.get(`/financials/summary?${RANGE}`, token)
  expect(whole['ad_spend']).toBe(32.56)
})

test('a store is told in its own currency, a day without ads has no row', async () => {
  const { body } = await api.get(`/financials/channels?start=2026-04-10&end=2026-04-13&store=uk&grain=day`, token)
  expect(body['currency']).toBe('GBP')
  expect(rowsOf(body).map(({ start, ad_spend }) => [start, ad_spend])).toEqual([['2026-04-12', 8.01]])
  expect((await api.get('/financials/channels?start=2026-01-01&end=2026-01-31', token)).body).toMatchObject({
    totals: [],
    data: [],
  })
})

test('campaigns of all sources, the largest spender first, page by page', async () => {
  const { body } = await api.get(`/financials/ad-campaigns?${RANGE}`, token)
  expect(rowsOf(body)).toMatchObject([
    { campaign: 'Spring', store: 'nl', ad_spend: 15.55, claimed: 30, claimed_roas: 1.93, campaign_id: null, days: 2, product: null },
    { campaign: 'Spring', store: 'uk', ad_spend: 10.01, claimed: 20 },
    { campaign: 'Search', store: 'nl', ad_spend: 7, product_id: lamp, product: 'Lamp', platform: 'google' },
  ]) // prettier-ignore
  const first = await api.get(`/financials/ad-campaigns?${RANGE}&limit=2`, token)
  const next = String(first.body['next'])
  const rest = await api.get(`/financials/ad-campaigns?${RANGE}&limit=2&cursor=${next}`, token)
  expect(rowsOf(rest.body).map(({ campaign }) => campaign)).toEqual(['Search'])
  expect(rowsOf((await api.get(`/financials/ad-campaigns?${RANGE}&platform=google`, token)).body)).toHaveLength(1)
  problemOf(await api.get(`/financials/ad-campaigns?${RANGE}&platform=radio`, token), 422)
  const { text } = await api.get(`/financials/ad-campaigns?${RANGE}&format=csv`, token)
  expect(text.trim().split('\r\n')).toHaveLength(4)
})

test('a campaign of a connected account says by which id it can be mapped', async () => {
  const now = api.clock.now
  const account = { external_id: 'act_1', name: 'Shop NL', currency: 'EUR', time_zone: 'Europe/Amsterdam' }
  const made = await createAdAccount(sql, {
    store_id: nl.id,
    ...account,
    action_type: 'omni_purchase',
    attribution: 'default',
    now,
  })
  const told = { account_id: made!.id, level: 'campaign' as const, from: '2026-04-10', to: '2026-04-10', action_type: 'omni_purchase', attribution: 'default', now } // prettier-ignore
  await keepCampaigns(sql, { account_id: made!.id, campaigns: [{ external_id: '7', name: 'Summer' }] })
  const insight = { campaign: '7', ad: '', ad_name: '', day: '2026-04-10', spend: '99', impressions: '1', clicks: '1', purchases: '1', purchase_value: '120' } // prettier-ignore
  await keepInsights(sql, { ...told, insights: [insight] })
  await bookInsights(sql, { account_id: made!.id, reason: 'booked' })
  const [row] = rowsOf((await api.get(`/financials/ad-campaigns?${RANGE}`, token)).body)
  expect(row).toMatchObject({ account: 'Shop NL', ad_spend: 99, claimed: 120, campaign_id: expect.any(Number) })
})
