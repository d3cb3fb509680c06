import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { seeing } from '../../sql/connect.ts'
import { pnl } from '../../sql/pnl.ts'
import { connectShopifyShop } from '../../sql/shopify-shops.ts'
import { aFixedCost, anOrder, aProduct, aRate, aRefund, aStore, bookAll, someAdSpend } from '../support/factories.ts'
import { figures, reconciled } from '../support/reconciliation.ts'
import { startPushes } from '../support/pushes.ts'

/** Monday 13 April 2026, 07:00 in Amsterdam. */
const START = '2026-04-13T05:00:00Z'
const EIGHT = '2026-04-13T06:00:00Z'
const DAY = '2026-04-12'
const { owner, sql, clock, telegram, someone, itIs } = await startPushes(START)
const transcript: string[] = []
afterAll(() => console.log(transcript.join('\n\n')))
const nl = await aStore(owner, { slug: 'nl', name: 'Netherlands' })
const de = await aStore(owner, { slug: 'de', name: 'Germany', time_zone: 'Europe/Berlin' })
const [lamp, chair] = [await aProduct(owner, nl, { name: 'Lamp', unit_cost: '40' }), await aProduct(owner, nl, { name: 'Chair <oak>', unit_cost: '95' })] // prettier-ignore
for (const day of ['2026-04-05', '2026-04-06', '2026-04-07', '2026-04-08', '2026-04-11', DAY]) {
  await anOrder(owner, nl, { day, lines: [{ product_id: lamp, quantity: day === DAY ? 9 : 7, price_minor: 10_000 }, { line_no: 2, product_id: chair, price_minor: 10_000 }], shipping_cost_minor: 1_000, transaction_fee_minor: 700 }) // prettier-ignore
  await someAdSpend(owner, nl, { day, amount_minor: 15_000 })
}
await anOrder(owner, de, { day: DAY, lines: [{ price_minor: 5_000 }], shipping_cost_minor: 500, transaction_fee_minor: 0 }) // prettier-ignore
await aFixedCost(owner, nl, { amount_minor: 60_000 })
for (const store of [nl, de]) await bookAll(owner, store)

beforeEach(async () => {
  await owner`delete from alerts`
  clock.now = new Date(START)
})
const profitOf = async (store_ids: number[]) => {
  const asked = { store_ids, currency: 'EUR', periods: [{ key: 'day', from: DAY, to: DAY }], now: clock.now }
  const [row] = await seeing(sql, 'all', (tx) => pnl(tx, asked))
  return row!
}
const plain = (text: string) => text.replaceAll(',', '').replaceAll('−', '-')

describe('a morning digest', () => {
  test('comes at its time with a picture, the figures of the P&L, what was restated, and one next step; once with two processes', async () => {
    const ann = await someone()
    await ann.subscribes('morning')
    await itIs('2026-04-13T05:59:59Z')
    expect(ann.heard()).toEqual([])
    await itIs(EIGHT)
    await itIs(EIGHT)
    expect(ann.messages().map(({ photo }) => photo !== undefined)).toEqual([true, false])
    const [caption = '', text = ''] = ann.heard()
    transcript.push(caption, text)
    expect(caption.split('\n').length).toBeLessThanOrEqual(3)
    const day = await profitOf([nl.id, de.id])
    for (const figure of [day.revenue, day.cm2, day.cm3, day.net_profit]) expect(plain(text)).toContain(figure)
    expect(plain(text)).toContain(`MER ${day.mer}`)
    expect(plain(text)).toContain(`break-even ${day.break_even_roas}`)
    expect(text).toContain('▲ Best: Lamp')
    expect(text).toContain('▼ Worst: Chair <oak>')
    expect(text.match(/➡️/g)).toHaveLength(1)

    const order = await anOrder(owner, nl, { external_id: 'late', day: '2026-04-11', lines: [{ price_minor: 3_000 }] })
    await aRefund(owner, order, { day: '2026-04-11', lines: [{ amount_minor: 1_000 }] })
    await bookAll(owner, nl)
    await itIs('2026-04-14T06:00:00Z')
    const second = ann.heard().at(-1)!
    transcript.push(second)
    expect(second).toContain('Restated since the last digest: +€20.00 on 11 Apr (sales +€30.00, returns −€10.00)')
    expect(second).toContain('No orders came in from de, nl.')
    expect(second).toContain('➡️ Check whether de, nl really sold nothing: /sources.')
    expect(ann.heard()).toHaveLength(4)
  })

  test('says whether the books match Shopify to the cent, and where they do not', async () => {
    const ann = await someone()
    await ann.subscribes('morning')
    await itIs(EIGHT)
    expect(ann.heard().at(-1)).not.toContain('Shopify')
    for (const { id, slug } of [nl, de]) await connectShopifyShop(owner, { store_id: id, domain: `${slug}.myshopify.com`, client_id: 'client' }) // prettier-ignore
    await reconciled(owner, nl, { '2026-04-11': {}, [DAY]: {} }, clock.now)
    await reconciled(owner, de, { [DAY]: {} }, clock.now)
    await itIs('2026-04-14T06:00:00Z')
    expect(ann.heard().at(-1)).toContain('✓ All 3 days compared match Shopify to the cent.')
    await reconciled(owner, nl, { [DAY]: { ours: figures({ tax: 1 }), theirs: figures() } }, clock.now)
    await itIs('2026-04-15T06:00:00Z')
    transcript.push(ann.heard().at(-1)!)
    expect(ann.heard().at(-1)).toContain('⚠️ Not what Shopify says: nl on 1 of 2 days: /reconcile')
    await owner`delete from shopify_shops`
  })

  test('tells only the stores that its person still sees, and nothing when its own store is not among them any more', async () => {
    const [ann, ben] = [await someone(), await someone()]
    await ann.subscribes('morning')
    await ben.subscribes('morning', { store: 'nl' })
    for (const { who } of [ann, ben]) await owner`update users set store_ids = ${[de.id]} where id = ${who.user_id}`
    await itIs(EIGHT)
    const { revenue } = await profitOf([de.id])
    expect(revenue).toBe('50.00')
    expect(ann.heard()[1]).toMatch(new RegExp(`Revenue +${revenue}`))
    expect(ann.heard().join()).not.toContain('Lamp')
    expect(ben.heard()).toEqual([])
  })

  test('waits for a store whose day still runs, and after four hours tells so', async () => {
    const us = await aStore(owner, { slug: 'us', name: 'States', time_zone: 'America/New_York', currency: 'USD' })
    const far = await aStore(owner, { slug: 'far', name: 'Far', time_zone: 'Pacific/Honolulu' })
    await aRate(owner, 'USD', '2026-04-10', '1.10')
    const [ann, ben] = [await someone({ store_ids: [nl.id, us.id] }), await someone({ store_ids: [nl.id, far.id] })]
    await ann.subscribes('morning', { at: '05:00' })
    await ben.subscribes('morning', { at: '05:00' })
    await itIs('2026-04-14T03:00:00Z')
    expect([ann.heard().length, ben.heard().length]).toEqual([0, 2])
    expect(ben.heard()[1]).toContain('The day is still running in far; these figures are not final.')
    // Midnight in New York.
    await itIs('2026-04-14T04:00:00Z')
    expect(ann.heard()).toHaveLength(2)
    expect(ann.heard()[1]).not.toContain('still running')
    await itIs('2026-04-14T09:00:00Z')
    expect([ann.heard().length, ben.heard().length]).toEqual([2, 2])
    await owner`delete from alerts`
    await owner`delete from stores where id = any(${[us.id, far.id]})`
  })

  for (const [change, days] of [
    [
      'spring',
      [
        ['2026-03-28T07:00:00Z', '28 Mar'],
        ['2026-03-29T06:00:00Z', '29 Mar'],
        ['2026-03-30T06:00:00Z', '30 Mar'],
      ],
    ],
    [
      'autumn',
      [
        ['2026-10-24T06:00:00Z', '24 Oct'],
        ['2026-10-25T07:00:00Z', '25 Oct'],
        ['2026-10-26T07:00:00Z', '26 Oct'],
      ],
    ],
  ] as const)
    // prettier-ignore
    test(`comes at eight on the clocks of Amsterdam before and after they change in ${change}`, async () => {
      clock.now = new Date(Date.parse(days[0][0]) - 3_600_000)
      const ann = await someone()
      await ann.subscribes('morning')
      for (const [at] of days) {
        const before = ann.heard().length
        await itIs(new Date(Date.parse(at) - 1_000).toISOString())
        expect(ann.heard()).toHaveLength(before)
        await itIs(at)
        expect(ann.heard()).toHaveLength(before + 2)
      }
    })

  test('of days on which nothing ran is not made up for; the last one is told', async () => {
    const ann = await someone()
    await ann.subscribes('morning')
    await itIs('2026-04-16T15:00:00Z')
    expect(ann.heard()).toHaveLength(2)
    expect(ann.heard()[1]).toContain('15 Apr 2026')
    await itIs('2026-04-17T06:00:00Z')
    expect(ann.heard()).toHaveLength(4)
  })

  test('speaks the language and wears the colours of its person, in a topic of a group', async () => {
    const ann = await someone()
    await owner`update telegram_accounts set language = 'nl', theme = 'dark' where user_id = ${ann.who.user_id}`
    const group = await ann.group('Bureau')
    await ann.subscribes('morning', { store: 'nl' }, { chat_id: group.id, thread_id: 3 })
    await itIs(EIGHT)
    const messages = telegram.messages(group).filter(({ from }) => from?.is_bot)
    expect(messages.map(({ message_thread_id }) => message_thread_id)).toEqual([3, 3])
    transcript.push(messages[1]!.text!)
    expect(messages[1]!.text).toContain('Nettowinst')
  })
})

test('a weekly review comes on Monday with the bridge to the week before and a waterfall', async () => {
  const ann = await someone()
  await ann.subscribes('weekly')
  await itIs('2026-04-13T06:30:00Z')
  expect(ann.messages().map(({ photo }) => photo !== undefined)).toEqual([true, false])
  const text = ann.heard()[1]!
  transcript.push(...ann.heard())
  expect(text).toContain('30 Mar 2026 – 5 Apr 2026 → 6 Apr 2026 – 12 Apr 2026')
  await itIs('2026-04-19T06:30:00Z')
  expect(ann.heard()).toHaveLength(2)
  await itIs('2026-04-20T06:30:00Z')
  expect(ann.heard()).toHaveLength(4)
})
