import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { createAdAccount, findAccountToAsk, findAdAccount } from '../../sql/ad-accounts.ts'
import { listAdCampaigns } from '../../sql/ad-campaigns.ts'
import { setSecret } from '../../sql/secrets.ts'
import type { Store } from '../../sql/stores.ts'
import { createMeta } from '../../src/ingest/meta/graph.ts'
import { accountSecretName, syncAdAccount } from '../../src/ingest/meta/sync-account.ts'
import { saveEcbRates } from '../../src/ingest/fx/ecb.ts'
import { appPool, SEAL } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'
import { spends, startMeta } from '../support/meta.ts'
import type { MetaAdAccount } from '../support/meta-insights.ts'
import { failureOf } from './order-file.ts'

const database = await testDatabase()
const { sql } = database
const service = appPool(database.appUrl)
let meta = startMeta()
afterAll(() => meta.stop())
let now = new Date('2026-04-13T10:00:00Z')
beforeEach(async () => {
  await meta.stop()
  meta = startMeta()
  now = new Date('2026-04-13T10:00:00Z')
  await sql`delete from ad_accounts`
  await sql`delete from fx_rates`
})
const [person] = await sql<{ id: number }[]>`
  insert into users (email, role, password_hash) values ('ann@example.com', 'owner', 'x') returning id`

type Counted = { action_type?: 'omni_purchase' | 'purchase'; attribution?: 'default' | '7d_click' }
/** An account at the stand-in that is connected to the store. Resolves to its id. */
async function connected(store: Store, account: MetaAdAccount, counted: Counted = {}): Promise<number> {
  const { id: external_id, name, currency, timezone_name: time_zone } = account
  const made = await createAdAccount(sql, { store_id: store.id, external_id, name, currency, time_zone, action_type: 'omni_purchase', attribution: 'default', ...counted, now }) // prettier-ignore
  const secret = accountSecretName(made!.id)
  await setSecret(sql, {
    name: secret,
    sealed: SEAL.seal(secret, account.token),
    user_id: person!.id,
    email: 'ann@example.com',
    now,
  })
  return made!.id
}
const sync = (account_id: number, more: { from?: string; to?: string } = {}) =>
  syncAdAccount(
    { sql: service, now: () => now, seal: SEAL, meta: createMeta({ root: meta.root, pause: async () => {} }) },
    { account_id, ...more },
  )
const spendOf = async (store: Store) =>
  (
    await sql<{ row: string }[]>`
      select concat_ws(' ', a.day, a.campaign, a.amount_minor, a.claimed_minor, a.currency) as row
      from ad_spend a where a.store_id = ${store.id} order by a.day, a.campaign`
  ).map(({ row }) => row)
const bookedOf = async (store: Store) => {
  const [row] = await sql<{ booked: number }[]>`
    select coalesce(sum(ad_spend_minor), 0)::bigint as booked from daily_financials where store_id = ${store.id}`
  return row?.booked
}
const reasonsOf = async (store: Store) =>
  (await sql`select distinct reason from ledger_entries where store_id = ${store.id} order by reason`).map(({ reason }) => String(reason)) // prettier-ignore

describe('what an account spent', () => {
  test('is fetched over many pages and booked by campaign and day, with purchases of one kind only', async () => {
    await meta.stop()
    meta = startMeta({ pageSize: 3 })
    const store = await aStore(sql)
    const account = meta.addAccount()
    const [spring, brand] = [meta.addCampaign(account, 'Spring'), meta.addCampaign(account, 'Brand')]
    for (const [at, day] of ['2026-04-09', '2026-04-10', '2026-04-11', '2026-04-12'].entries()) {
      spends(spring, day, 10_050 + at, { purchases: 2, value: 25_000 })
      spends(brand, day, 5 + at)
    }
    const id = await connected(store, account)
    expect(await sync(id)).toEqual({ from: '2026-03-15', to: '2026-04-13', rows: 8, changed: 8, waiting: 0, reason: undefined }) // prettier-ignore
    expect(await spendOf(store)).toEqual([
      '2026-04-09 Brand 5 0 EUR', '2026-04-09 Spring 10050 25000 EUR', '2026-04-10 Brand 6 0 EUR', '2026-04-10 Spring 10051 25000 EUR',
      '2026-04-11 Brand 7 0 EUR', '2026-04-11 Spring 10052 25000 EUR', '2026-04-12 Brand 8 0 EUR', '2026-04-12 Spring 10053 25000 EUR',
    ]) // prettier-ignore
    expect(await bookedOf(store)).toBe(40_232)
    expect(meta.refused).toEqual([])
    expect(meta.requests.some(({ query }) => 'access_token' in query)).toBe(false)
    const campaigns = await listAdCampaigns(sql, { store_id: store.id, account_id: null, mapped: false, start: null, end: null, limit: 9, offset: 0, after: null }) // prettier-ignore
    expect(campaigns.map(({ name, spend, purchases, claimed_roas, mapped }) => [name, spend, purchases, claimed_roas, mapped])).toEqual([
      ['Brand', '0.26', '0', '0.00', false],
      ['Spring', '402.06', '8', '2.49', false],
    ]) // prettier-ignore
    const [ads] = await sql<{ ads: number; spend: string }[]>`
      select count(*)::int as ads, sum(i.spend) as spend from ad_insights i join ad_campaigns c on c.id = i.campaign_id
      where i.ad <> '' and c.account_id = ${id}`
    expect(ads).toEqual({ ads: 8, spend: '402.32' })
  })

  test('comes as a report that is made beside for a long range, and where Meta says that it is too much', async () => {
    const store = await aStore(sql)
    const account = meta.addAccount()
    const spring = meta.addCampaign(account, 'Spring')
    spends(spring, '2025-12-01', 100)
    spends(spring, '2026-04-10', 200)
    const id = await connected(store, account)
    expect(await sync(id, { from: '2025-11-01', to: '2026-04-13' })).toMatchObject({ rows: 2, changed: 2 })
    const posts = meta.requests.filter(({ method }) => method === 'POST')
    expect(posts.length).toBe(4) // two parts, campaigns and ads of each
    spends(spring, '2026-04-11', 300)
    meta.faults.push('too much')
    expect(await sync(id)).toMatchObject({ changed: 1 })
    expect(meta.requests.filter(({ method }) => method === 'POST').length).toBe(5)
    expect(await bookedOf(store)).toBe(600)
    meta.faults.push('report fails')
    expect(await failureOf(sync(id, { from: '2026-01-01', to: '2026-03-31' }))).toContain(
      'could not make the report about act_',
    )
  })

  test('is restated: a day that became another, one that vanished, a late one, each to the cent and named so', async () => {
    const store = await aStore(sql)
    const account = meta.addAccount()
    const spring = meta.addCampaign(account, 'Spring')
    for (const day of ['2026-03-20', '2026-04-01', '2026-04-12']) spends(spring, day, 1_000)
    const id = await connected(store, account)
    await sync(id)
    now = new Date('2026-04-14T10:00:00Z')
    spends(spring, '2026-03-20', 1_234)
    spends(spring, '2026-04-01', 0)
    spends(spring, '2026-04-02', 7)
    expect(await sync(id)).toMatchObject({ from: '2026-03-15', to: '2026-04-14', rows: 3, changed: 3 })
    expect(await spendOf(store)).toEqual([
      '2026-03-20 Spring 1234 0 EUR', '2026-04-01 Spring 0 0 EUR', '2026-04-02 Spring 7 0 EUR', '2026-04-12 Spring 1000 0 EUR',
    ]) // prettier-ignore
    expect(await bookedOf(store)).toBe(2_241)
    expect(await reasonsOf(store)).toEqual(['booked', 'restated by the platform'])
    expect(await sync(id)).toMatchObject({ from: '2026-04-12', to: '2026-04-14', changed: 0 })
    // After days without us, those that may have been restated since are all asked for.
    now = new Date('2026-04-24T10:00:00Z')
    expect(await sync(id)).toMatchObject({ from: '2026-03-16', to: '2026-04-24', changed: 0 })
  })

  test('keeps its label when the campaign gets another name, and two of the same name stay apart', async () => {
    const store = await aStore(sql)
    const account = meta.addAccount()
    const [one, two] = [meta.addCampaign(account, 'Same'), meta.addCampaign(account, 'Same')]
    spends(one, '2026-04-10', 100)
    spends(two, '2026-04-10', 200)
    const id = await connected(store, account)
    await sync(id)
    one.name = 'Renamed'
    expect(await sync(id)).toMatchObject({ changed: 0 })
    expect(await spendOf(store)).toEqual(['2026-04-10 Same 100 0 EUR', `2026-04-10 Same (${two.id}) 200 0 EUR`])
  })

  test('counts the kind of purchase and the window of the account', async () => {
    const store = await aStore(sql)
    const account = meta.addAccount()
    spends(meta.addCampaign(account, 'Spring'), '2026-04-10', 100, { purchases: 1, value: 1_000 })
    const id = await connected(store, account, { action_type: 'purchase', attribution: '7d_click' })
    await sync(id)
    expect(await spendOf(store)).toEqual(['2026-04-10 Spring 100 900 EUR'])
    expect(await sql`select distinct action_type, attribution from ad_insights i join ad_campaigns c on c.id = i.campaign_id where c.account_id = ${id}`).toEqual([{ action_type: 'purchase', attribution: '7d_click' }] as never) // prettier-ignore
  })
})

describe('an account in another currency and time zone', () => {
  test('is converted at each day’s rate, and its days count as the store’s of the same date', async () => {
    await saveEcbRates(sql, [{ currency: 'USD', day: '2026-04-10', units_per_euro: '1.25' }])
    const store = await aStore(sql)
    const account = meta.addAccount({ currency: 'USD', timezone_name: 'America/Los_Angeles' })
    spends(meta.addCampaign(account, 'Spring'), '2026-04-12', 10_001)
    const id = await connected(store, account)
    now = new Date('2026-04-13T05:00:00Z') // the 13th in Amsterdam, still the 12th in Los Angeles
    expect(await sync(id)).toMatchObject({ to: '2026-04-12' })
    expect(await spendOf(store)).toEqual(['2026-04-12 Spring 10001 0 USD'])
    expect(await bookedOf(store)).toBe(8_001)
    expect(await findAdAccount(sql, { id, now })).toMatchObject({ time_zone: 'America/Los_Angeles', hours_after_store: '9.00' }) // prettier-ignore
  })

  test('waits for a rate that is missing, which is named, and is booked once it arrives', async () => {
    const store = await aStore(sql)
    const account = meta.addAccount({ currency: 'JPY', minor_digits: 0 })
    const spring = meta.addCampaign(account, 'Spring')
    for (const day of ['2026-04-09', '2026-04-10']) spends(spring, day, 16_000)
    const id = await connected(store, account)
    expect(await sync(id)).toMatchObject({ rows: 2, changed: 0, waiting: 2, reason: 'currency: no exchange rate from JPY to EUR for 2026-04-09' }) // prettier-ignore
    expect([await spendOf(store), await bookedOf(store)]).toEqual([[], 0])
    await saveEcbRates(sql, [{ currency: 'JPY', day: '2026-04-10', units_per_euro: '160' }])
    expect(await spendOf(store)).toEqual(['2026-04-10 Spring 16000 0 JPY'])
    await saveEcbRates(sql, [{ currency: 'JPY', day: '2026-04-09', units_per_euro: '200' }])
    expect(await bookedOf(store)).toBe(18_000)
  })

  test('that is in yet another currency than before is not taken', async () => {
    const store = await aStore(sql)
    const account = meta.addAccount()
    const id = await connected(store, account)
    account.currency = 'USD'
    expect(await failureOf(sync(id))).toContain('is in USD now and was in EUR. Disconnect it and connect it again.')
  })
})

describe('Meta refuses', () => {
  const cases = [
    ['expired', 'does not take the token of act_1: it has expired (Meta error 190/463). Make a new token', true],
    ['revoked', 'does not take the token of act_1: it was revoked (Meta error 190/467)', true],
    ['no permission', 'may not read act_1: it needs the permission ads_read', true],
    ['unknown account', 'Meta has no act_1, or the token may not see it (Meta error 100/33)', true],
    ['throttled', 'was asked too often for act_1 and wants a pause (Meta error 80000)', false],
    ['temporary', 'cannot answer for act_1 right now: Service temporarily unavailable (Meta error 2)', false],
    ['broken', 'answered something for act_1 that it should not (HTTP 502)', false],
    ['page', 'answered something for act_1 that it should not (HTTP 200)', false],
  ] as const
  for (const [fault, words, person] of cases)
    test(`${fault}: nothing changes, the words say what to do${person ? ', and it is not asked again by itself' : ''}`, async () => {
      const store = await aStore(sql)
      const id = await connected(store, meta.addAccount({ id: 'act_1' }))
      meta.faults.push(fault)
      expect(await failureOf(sync(id))).toContain(words)
      expect((await findAccountToAsk(sql, { id }))?.refused === null).toBe(!person)
      expect(await sync(id)).toMatchObject({ rows: 0 })
      expect((await findAccountToAsk(sql, { id }))?.refused).toBeNull()
    })

  test('half-way: pages that are cut, lead elsewhere or hold numbers that are not text change nothing of the range', async () => {
    await meta.stop()
    meta = startMeta({ pageSize: 2 })
    const store = await aStore(sql)
    const account = meta.addAccount()
    const spring = meta.addCampaign(account, 'Spring')
    for (let day = 1; day <= 7; day++) spends(spring, `2026-04-0${day}`, 100)
    const id = await connected(store, account)
    for (const [fault, words] of [
      ['cut', 'answered something for'],
      ['next elsewhere', 'next page for'],
      ['numbers', 'at data.0.spend'],
      ['limit near', 'limit for'],
    ] as const) {
      meta.faults.push(fault)
      expect(await failureOf(sync(id))).toContain(words)
      expect(await spendOf(store)).toEqual([])
    }
    expect(await sync(id)).toMatchObject({ changed: 7 })
    expect(await bookedOf(store)).toBe(700)
  })
})
