import { beforeEach, describe, expect, test } from 'bun:test'
import { aFixedCost, anOrder, aProduct, aRefund, aStore, bookAll, someAdSpend } from '../support/factories.ts'
import { figures, reconciled } from '../support/reconciliation.ts'
import { startPushes } from '../support/pushes.ts'

/** Monday 13 April 2026, 14:00 in Amsterdam. */
const START = '2026-04-13T12:00:00Z'
const { owner, clock, telegram, someone, itIs, check } = await startPushes(START)
const [TODAY, YESTERDAY] = ['2026-04-13', '2026-04-12']
let nl: Awaited<ReturnType<typeof aStore>>
let uk: typeof nl
let made = 0

beforeEach(async () => {
  clock.now = new Date(START)
  await owner`delete from alerts`
  nl = await aStore(owner, { slug: `nl${++made}`, name: `Netherlands ${made}` })
  uk = await aStore(owner, { slug: `uk${made}`, name: `Britain ${made}` })
})
const book = () => Promise.all([nl, uk].map((store) => bookAll(owner, store)))
const eventsOf = () => owner<{ subject: string; told: boolean; open: boolean }[]>`
  select subject, told, closed_at is null as open from alert_events order by id`

describe('an order that loses money', () => {
  test('is told once with the reason, whoever looks and how often; orders that pay and old ones are not', async () => {
    const ann = await someone()
    await ann.subscribes('order_loss', { store: nl.slug })
    const lamp = await aProduct(owner, nl, { name: 'Lamp', unit_cost: '6' })
    await anOrder(owner, nl, { external_id: '1001', day: TODAY, lines: [{ product_id: lamp, discount_minor: 600 }] })
    await anOrder(owner, nl, { external_id: '1002', day: TODAY, lines: [{ product_id: lamp }], shipping_cost_minor: 700 }) // prettier-ignore
    await anOrder(owner, nl, { external_id: '1003', day: TODAY, lines: [{ product_id: lamp, price_minor: 500 }] })
    await anOrder(owner, nl, { external_id: '1004', day: TODAY, lines: [{ product_id: lamp }] })
    await anOrder(owner, nl, { external_id: '1005', day: '2026-03-01', lines: [{ product_id: lamp, price_minor: 1 }] })
    await book()
    await check()
    await check()
    expect(ann.heard()).toEqual([
      [
        'Loss-making order',
        `Order 1002 (${nl.slug}) lost €3.00: shipping costs more than was left.`,
        `Order 1001 (${nl.slug}) lost €2.00: its discount is more than was left.`,
        `Order 1003 (${nl.slug}) lost €1.00: its goods cost too much for this price.`,
      ].join('\n'),
    ])
    await anOrder(owner, nl, { external_id: '1006', day: TODAY, lines: [{ product_id: lamp, price_minor: 300 }] })
    await book()
    await check()
    expect(ann.heard()[1]).toBe(
      `Loss-making order\nOrder 1006 (${nl.slug}) lost €3.00: its goods cost too much for this price.`,
    )
  })

  test('is told by its limit in the reporting currency, and not after it was raised', async () => {
    const ann = await someone()
    await ann.subscribes('order_loss', { store: nl.slug, threshold: '5' })
    const lamp = await aProduct(owner, nl, { unit_cost: '6' })
    await anOrder(owner, nl, { day: TODAY, lines: [{ product_id: lamp, price_minor: 200 }] })
    await anOrder(owner, nl, { external_id: 'big', day: TODAY, lines: [{ product_id: lamp, quantity: 2, price_minor: 300 }] }) // prettier-ignore
    await book()
    await check()
    expect(ann.heard()).toHaveLength(1)
    expect(ann.heard()[0]).toContain('Order big')
    expect(ann.heard()[0]).not.toContain('€4.00')
  })
})

test('a refund above the limit is told once', async () => {
  const ann = await someone()
  await ann.subscribes('refund')
  const order = await anOrder(owner, nl, { external_id: '77', day: YESTERDAY, lines: [{ price_minor: 30_000 }] })
  await aRefund(owner, order, { day: TODAY, lines: [{ amount_minor: 9_999 }] })
  await aRefund(owner, order, {
    day: TODAY,
    shipping_refund_minor: 500,
    lines: [{ amount_minor: 20_000, quantity: 0 }],
  })
  await book()
  await check()
  await check()
  expect(ann.heard()).toEqual([`Large refund\nOrder 77 (${nl.slug}): €205.00 refunded, tax excluded.`])
})

test('a day that is not what Shopify says is told once it lasts, ends when it matches, and is told again', async () => {
  const ann = await someone()
  await ann.subscribes('reconciliation')
  const off = { theirs: figures({ net_sales: 4_900, tax: 1_029 }), ours: figures() }
  const at = (time: string) => new Date(`${TODAY}T${time}:00Z`)
  await reconciled(owner, nl, { [YESTERDAY]: off }, at('06:00'))
  clock.now = at('07:00')
  await check()
  expect(ann.heard()).toEqual([])
  clock.now = at('07:31')
  await check()
  await check()
  const [told] = ann.heard()
  expect(told).toBe(
    `Not what Shopify says\nNetherlands ${made}, 12 Apr: the books are off by €59.29 in 0 orders. Why: /reconcile ${nl.slug}`,
  )
  await reconciled(owner, nl, { [YESTERDAY]: {} }, at('08:00'))
  await check()
  await reconciled(owner, nl, { [YESTERDAY]: off }, at('09:00'))
  clock.now = at('10:31')
  await check()
  expect(ann.heard()).toEqual([told!, told!])
})

describe('ads without sales', () => {
  test('are told once a day and end with the first sale', async () => {
    const ann = await someone()
    await ann.subscribes('spend_without_sales', { store: nl.slug })
    await someAdSpend(owner, nl, { day: TODAY, amount_minor: 5_000 })
    await book()
    await check()
    await someAdSpend(owner, nl, { day: TODAY, amount_minor: 9_000 })
    await book()
    await check()
    expect(ann.heard()).toEqual([
      `Ads without sales\nNetherlands ${made}, 13 Apr: €50.00 spent on ads and nothing sold.`,
    ])
    expect((await eventsOf()).map(({ open }) => open)).toEqual([true])
    await anOrder(owner, nl, { day: TODAY })
    await book()
    await check()
    expect((await eventsOf()).map(({ open }) => open)).toEqual([false])
    expect(ann.heard()).toHaveLength(1)
  })
})

describe('CM3 below zero at noon', () => {
  test('is told from noon on in the zone of the store, with the cause from the bridge, once a day also when it wavers', async () => {
    const ann = await someone()
    await ann.subscribes('negative_cm3', { store: nl.slug })
    const lamp = await aProduct(owner, nl, { name: 'Lamp', unit_cost: '4' })
    await anOrder(owner, nl, { day: '2026-04-06', lines: [{ product_id: lamp, quantity: 3 }] })
    await anOrder(owner, nl, { day: TODAY, lines: [{ product_id: lamp }] })
    await someAdSpend(owner, nl, { day: TODAY, amount_minor: 2_000 })
    await book()
    clock.now = new Date('2026-04-13T09:59:00Z')
    await check()
    expect(ann.heard()).toEqual([])
    clock.now = new Date('2026-04-13T10:00:00Z')
    await check()
    const first = ann.heard()
    expect(first).toEqual([
      [
        'CM3 below zero at noon',
        `Netherlands ${made}, 13 Apr: CM3 is −€14.00 so far.`,
        'Against 6 Apr: Ad spend −€20.00, Volume −€12.00 (Lamp)',
      ].join('\n'),
    ])
    for (const amount_minor of [100, 2_100, 100, 3_000]) {
      await someAdSpend(owner, nl, { day: TODAY, amount_minor })
      await book()
      await check()
    }
    expect(ann.heard()).toEqual(first)
  })
})

describe('a margin drop', () => {
  /** Orders of a day with a margin of so many percent. */
  async function aDay(day: string, percent: number, orders = 10) {
    const lamp = await aProduct(owner, nl, { unit_cost: String(10 - percent / 10) })
    for (let at = 0; at < orders; at++) await anOrder(owner, nl, { day, lines: [{ product_id: lamp }] })
  }

  test('is told once until it has passed half of the limit, and again when it comes back', async () => {
    const ann = await someone()
    await ann.subscribes('margin_drop', { store: nl.slug })
    for (const day of ['2026-03-15', '2026-03-22', '2026-03-29', '2026-04-05']) await aDay(day, 40)
    await aDay(YESTERDAY, 25)
    await book()
    await check()
    await check()
    expect(ann.heard()).toHaveLength(1)
    expect(ann.heard()[0]).toContain(
      `Netherlands ${made}, 12 Apr: margin 25.0 %, against 40.0 % on this weekday in the four weeks before.`,
    )
    // The next days: still open at 7 points, over at 3, and back at 12.
    const told: number[] = []
    for (const [day, percent] of [
      ['2026-04-13', 33],
      ['2026-04-14', 37],
      ['2026-04-15', 28],
    ] as const) {
      const weeks = [7, 14, 21, 28].map((back) => new Date(Date.parse(day) - back * 86_400_000).toISOString().slice(0, 10)) // prettier-ignore
      for (const week of weeks) await aDay(week, 40)
      await aDay(day, percent)
      await book()
      clock.now = new Date(Date.parse(`${day}T12:00:00Z`) + 86_400_000)
      await check()
      told.push(ann.heard().length)
    }
    expect(told).toEqual([1, 1, 2])
  })

  test('says nothing below ten orders', async () => {
    const ann = await someone()
    await ann.subscribes('margin_drop', { store: nl.slug })
    for (const day of ['2026-03-15', '2026-03-22', '2026-03-29', '2026-04-05']) await aDay(day, 40)
    await aDay(YESTERDAY, 5, 9)
    await book()
    await check()
    expect(ann.heard()).toEqual([])
  })
})

test('a job that failed for good is told to an admin once, with its error', async () => {
  const [ann, ben] = [await someone({ role: 'admin' }), await someone({ role: 'admin', store_ids: [nl.id] })]
  await ann.subscribes('failure')
  await ben.subscribes('failure')
  await owner`select graphile_worker.add_job('sweep', '{}', max_attempts => 1, run_at => now() + interval '1 day')`
  await owner`update graphile_worker._private_jobs set attempts = 1, last_error = 'No <database>' where max_attempts = 1`
  await check()
  await check()
  expect(ann.heard()).toEqual(['Something failed\nThe job sweep (cleaning up) failed for good: No <database>'])
  expect(ben.heard()).toEqual([])
  await owner`delete from graphile_worker._private_jobs`
  await check()
  expect((await eventsOf()).map(({ open }) => open)).toEqual([false])
})

describe('who is told, and when', () => {
  async function aLoss(store = nl) {
    const lamp = await aProduct(owner, store, { unit_cost: '6' })
    await anOrder(owner, store, { day: clock.now.toISOString().slice(0, 10), lines: [{ product_id: lamp, price_minor: 500 }] }) // prettier-ignore
    await book()
    await check()
  }

  test('a muted alert is noted and not told, then or later', async () => {
    const ann = await someone()
    await ann.subscribes('order_loss', { store: nl.slug, muted_until: new Date('2026-04-20T12:00:00Z') })
    await aLoss()
    expect(await eventsOf()).toMatchObject([{ told: false }])
    clock.now = new Date('2026-04-14T12:00:00Z')
    await ann.subscribes('order_loss', { muted_until: null })
    await check()
    expect(ann.heard()).toEqual([])
    await aLoss()
    expect(ann.heard()).toHaveLength(1)
  })

  for (const [change, night, morning] of [
    ['in summer', '2026-07-01T20:30:00Z', '2026-07-02T05:00:00Z'],
    ['over the change in spring', '2026-03-28T21:30:00Z', '2026-03-29T05:00:00Z'],
    ['over the change in autumn', '2026-10-24T20:30:00Z', '2026-10-25T06:00:00Z'],
  ] as const)
    test(`in quiet hours it waits until seven in the morning there, ${change}; an urgent one does not`, async () => {
      clock.now = new Date(night)
      const [ann, ben] = [await someone(), await someone()]
      await ann.subscribes('order_loss', { store: nl.slug })
      await ben.subscribes('order_loss', { store: nl.slug, urgent: true })
      await aLoss()
      expect([ann.heard().length, ben.heard().length]).toEqual([0, 1])
      await itIs(new Date(Date.parse(morning) - 1_000).toISOString())
      expect(ann.heard()).toEqual([])
      await itIs(morning)
      await itIs(morning)
      expect(ann.heard()).toHaveLength(1)
    })

  test('somebody whose rights shrink in the night is not told in the morning what they do not see any more', async () => {
    clock.now = new Date('2026-04-13T21:00:00Z')
    const ann = await someone()
    await ann.subscribes('order_loss', { store: nl.slug })
    await aLoss()
    await owner`update users set store_ids = ${[uk.id]} where id = ${ann.who.user_id}`
    await itIs('2026-04-14T05:00:00Z')
    expect(ann.heard()).toEqual([])
    const [row] = await owner`select status, error from deliveries where user_id = ${ann.who.user_id}`
    expect(row).toEqual({ status: 'failed', error: 'They do not see these stores any more.' })
  })

  test('only the stores that its person sees now, and nothing for a role that lost them, who left or who blocked the bot', async () => {
    const [ann, ben, cas, dan] = [await someone(), await someone(), await someone(), await someone()]
    for (const one of [ann, ben, cas, dan]) await one.subscribes('order_loss')
    await owner`update users set store_ids = ${[uk.id]} where id = ${ann.who.user_id}`
    await owner`update users set role = 'viewer' where id = ${ben.who.user_id}`
    await owner`update users set disabled_at = now() where id = ${cas.who.user_id}`
    await owner`update telegram_accounts set blocked_at = now() where user_id = ${dan.who.user_id}`
    await aLoss(nl)
    expect([ann, ben, cas, dan].map((one) => one.heard().length)).toEqual([0, 0, 0, 0])
    await aLoss(uk)
    expect([ann, ben, cas, dan].map((one) => one.heard().length)).toEqual([1, 0, 0, 0])
    expect(ann.heard()[0]).toContain(`(${uk.slug})`)
    expect(ann.heard()[0]).not.toContain(`(${nl.slug})`)
  })

  test('a topic of a group is told in the topic', async () => {
    const ann = await someone()
    const group = await ann.group('Desk')
    await ann.subscribes('order_loss', { store: nl.slug }, { chat_id: group.id, thread_id: 7 })
    await aLoss()
    const message = telegram.messages(group).find(({ from }) => from?.is_bot)
    expect(message).toMatchObject({ message_thread_id: 7, text: expect.stringContaining('Loss-making order') })
    expect(ann.heard()).toEqual([])
  })

  test('what Telegram refuses for a while comes later, once', async () => {
    const ann = await someone()
    await ann.subscribes('order_loss', { store: nl.slug })
    telegram.fail('sendMessage', { error_code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } }) // prettier-ignore
    await aLoss()
    expect(ann.heard()).toHaveLength(1)
  })
})

test('fixed costs of stores are no reason for an alert about CM3', async () => {
  const ann = await someone()
  await ann.subscribes('negative_cm3', { store: nl.slug })
  await aFixedCost(owner, nl, { amount_minor: 900_000 })
  await anOrder(owner, nl, { day: TODAY })
  await book()
  await check()
  expect(ann.heard()).toEqual([])
})
