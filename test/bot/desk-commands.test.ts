import { describe, expect, test } from 'bun:test'
import { connectShopifyShop } from '../../sql/shopify-shops.ts'
import { failSync, keepSync } from '../../sql/sync-state.ts'
import { figures, reconciled } from '../support/reconciliation.ts'
import { answerTo, startTeam, STRANGER } from '../support/team.ts'

const { sql, telegram, api, aMember } = await startTeam()

const amountsOf = (text: string) =>
  [...text.matchAll(/−?\d[\d,]*\.\d\d/g)].map(([amount]) => Number(amount.replace('−', '-').replaceAll(',', '')))

describe('/goal', () => {
  test('is set, told with where the month is and will end, and replaced', async () => {
    const ann = await aMember()
    expect((await answerTo(ann, '/goal')).text).toStartWith('No goal is set')
    const set = await answerTo(ann, '/goal 10000')
    expect(set.text).toMatch(/^All stores · Goal · /)
    expect(set.text).toContain('10,000.00')
    await answerTo(ann, '/goal 12000,50')
    const { text } = await answerTo(ann, '/goal')
    const pacing = JSON.parse((await api('/goals/pacing')).text) as Record<string, number>
    for (const figure of ['goal', 'so_far', 'needed_per_day', 'forecast', 'low', 'high'])
      expect(amountsOf(text)).toContain(pacing[figure]!)
    expect(pacing['goal']).toBe(12_000.5)
    expect(await sql`select amount from goals`).toHaveLength(1)
    expect((await answerTo(ann, '/goal ten')).text).toContain('Give an amount without separators')
  })

  test('of a store is its own', async () => {
    const ann = await aMember()
    await answerTo(ann, '/store nl')
    expect((await answerTo(ann, '/goal 500')).text).toStartWith('Netherlands · Goal')
    await answerTo(ann, '/store all')
    expect((await answerTo(ann, '/goal')).text).toContain('12,000.50')
  })
})

test('/tasks lists what is scheduled, and its buttons pause it, let it go on and delete it', async () => {
  const ann = await aMember()
  expect((await answerTo(ann, '/tasks')).text).toStartWith('Nothing is scheduled.')
  const [{ user_id } = {}] = await sql`select user_id from telegram_accounts where telegram_id = ${ann.id}`
  await sql`
    insert into tasks (user_id, title, kind, text, rhythm, time_zone, status, next_run_at, created_at, updated_at)
    values (${user_id as number}, 'Tea <b>', 'reminder', 'Drink tea.', '{"every":"day","at":"09:00"}', 'Europe/Amsterdam', 'active', now() + interval '1 day', now(), now())`
  const list = await answerTo(ann, '/tasks')
  expect(list.text).toStartWith('1. Tea <b>')
  await ann.taps(list, '1 ⏸')
  const paused = await ann.hears()
  expect(paused.text).toContain('paused')
  await ann.taps(paused, '1 ▶️')
  const active = await ann.hears()
  expect(active.text).not.toContain('paused')
  await ann.taps(active, '1 🗑')
  expect((await ann.hears()).text).toStartWith('Nothing is scheduled.')
})

test('/memory lists what is remembered, and its button forgets it', async () => {
  const ann = await aMember()
  expect((await answerTo(ann, '/memory')).text).toStartWith('I remember nothing yet.')
  const [{ user_id } = {}] = await sql`select user_id from telegram_accounts where telegram_id = ${ann.id}`
  await sql`
    insert into memories (scope, owner_id, kind, category, content, status, created_at, updated_at)
    values ('person', ${user_id as number}, 'preference', '', 'Answer in short sentences', 'active', now(), now())`
  const list = await answerTo(ann, '/memory')
  expect(list.text).toContain('Answer in short sentences')
  await ann.taps(list, '1 🗑')
  expect((await ann.hears()).text).toStartWith('I remember nothing yet.')
})

test('/sources tells how fresh the facts of each store are, and what a connector failed with', async () => {
  const [{ id: store_id } = {}] = await sql<{ id: number }[]>`select id from stores where slug = 'nl'`
  const key = { connector: 'shopify', store_id: store_id!, account: '', resource: 'orders' }
  const { id } = await keepSync(sql, { ...key, every_minutes: null, next_run_at: null })
  await failSync(sql, { id, error: 'The token was revoked.', next_run_at: null })
  const { text } = await answerTo(await aMember(), '/sources')
  expect(text).toContain('Netherlands (nl)')
  expect(text).toContain('google: 13 Apr 2026')
  expect(text).toContain('shopify orders: ⚠️ The token was revoked.')
  expect((await api('/stores')).status).toBe(200)
  expect(telegram.calls.filter(({ refused }) => refused)).toEqual([])
})

test('/reconcile and /sources tell whether a store matches its shop, and which orders make a day that does not', async () => {
  const [nl] = await sql<{ id: number }[]>`select id from stores where slug = 'nl'`
  expect((await answerTo(await aMember(), '/reconcile')).text).toBe('No store has a Shopify shop.')
  await connectShopifyShop(sql, { store_id: nl!.id, domain: 'nl.myshopify.com', client_id: 'client' })
  const ann = await aMember()
  expect((await answerTo(ann, '/reconcile nl')).text).toBe('Netherlands (nl)\nNot compared with Shopify yet')
  const missing = figures({ gross_sales: -4_900, net_sales: -4_900, orders: -1 })
  const differs = {
    theirs: figures({ gross_sales: 4_900, net_sales: 4_900, orders: 1 }),
    ours: figures(),
    orders: [{ key: '7001', name: '#1002', cause: 'order_missing' as const, words: 'It is in Shopify <only>.', difference: missing }],
  } // prettier-ignore
  await reconciled(sql, nl!, { '2026-04-11': {}, '2026-04-12': differs }, new Date('2026-04-13T10:00:00Z'))
  expect((await answerTo(ann, '/reconcile')).text.split('\n')).toEqual([
    'Netherlands (nl)',
    '⚠️ 1 of 2 days differ from Shopify, the last one 12 Apr 2026',
    '',
    '12 Apr 2026 · net sales −€49.00 · orders −1',
    '• #1002 It is in Shopify <only>.',
  ])
  expect((await answerTo(ann, '/sources')).text).toContain('⚠️ 1 of 2 days differ from Shopify')
  await reconciled(sql, nl!, { '2026-04-12': {} }, new Date('2026-04-13T11:00:00Z'))
  expect((await answerTo(ann, '/reconcile')).text).toBe('Netherlands (nl)\n✓ 2 days match Shopify to the cent')
  expect((await answerTo(ann, '/reconcile gone')).text).toContain('There is no store "gone".')
  await sql`delete from shopify_shops`
})

describe('/unlink', () => {
  test('cuts the Telegram of whoever says yes, who is a stranger then, and that is noted', async () => {
    const sam = await aMember('Sam')
    const kept = await answerTo(sam, '/unlink')
    await sam.taps(kept, 'Keep')
    expect((await sam.hears()).text).toBe('Nothing changed: you are owner@example.com here.')
    expect((await answerTo(sam, '/today')).text).toStartWith('All stores')
    const asked = await answerTo(sam, '/unlink')
    expect(asked.text).toStartWith('Cut this Telegram from owner@example.com?')
    await sam.taps(asked, 'Unlink')
    expect((await sam.hears()).text).toBe('Cut from owner@example.com. Goodbye.')
    expect((await answerTo(sam, '/today')).text).toMatch(STRANGER)
    const noted = await sql`
      select 1 from audit_log where action = 'telegram.unlinked' and old_value ->> 'telegram_id' = ${String(sam.id)}`
    expect(noted).toHaveLength(1)
  })

  test('in a group is for the one who asked only', async () => {
    const [ann, bob] = [await aMember('Ann'), await aMember('Bob')]
    const group = telegram.group('Team', { by: ann })
    await bob.writesIn(group, 'Hello')
    await ann.writesIn(group, '/unlink')
    const asked = await ann.hears({ in: group })
    await bob.taps(asked, 'Unlink')
    expect((await bob.toast()).text).toBe('This button is for somebody else.')
    for (const { id } of [ann, bob])
      expect(await sql`select 1 from telegram_accounts where telegram_id = ${id}`).toHaveLength(1)
  })
})
