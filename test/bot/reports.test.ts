import { describe, expect, test } from 'bun:test'
import { loadImage } from '@napi-rs/canvas'
import { dayIn, PERIODS } from '../../src/day.ts'
import { answerTo, startTeam } from '../support/team.ts'

const { sql, stores, telegram, api, aMember } = await startTeam()
const json = async (path: string) => JSON.parse((await api(path)).text) as Record<string, never>
/** Plain decimals in the order in which a message names them. */
const amountsIn = (text: string) =>
  [...text.matchAll(/[−+]?\d[\d,]*\.\d\d/g)].map(([amount]) => Number(amount.replace('−', '-').replaceAll(',', '')))
const DAYS = 'start=2026-04-01&end=2026-04-13'

describe('reports', () => {
  test('/why tells the parts of the bridge, which add up from one profit to the other', async () => {
    const text = (await answerTo(await aMember(), '/why 2026-04-01 2026-04-13 nl')).text
    const bridge = (await json(`/financials/bridge?store=nl&${DAYS}`)) as unknown as {
      from: { net_profit: number }
      to: { net_profit: number }
      net_profit_change: number
      parts: { amount: number }[]
    }
    const parts = bridge.parts.map(({ amount }) => amount).filter((amount) => amount !== 0)
    const expected = [bridge.from.net_profit, ...parts, bridge.to.net_profit, bridge.net_profit_change]
    expect(amountsIn(text.split('\n').slice(2).join('\n')).slice(0, expected.length)).toEqual(expected)
    expect(text).toContain('Ad spend')
  })

  test('/compare tells both periods of the summary and the change', async () => {
    const text = (await answerTo(await aMember(), '/compare 2026-04-13 nl')).text
    const { comparison, ...now } = (await json(
      '/financials/summary?start=2026-04-13&end=2026-04-13&store=nl&compare=previous',
    )) as unknown as Record<string, number> & { comparison: Record<string, number> }
    for (const key of ['revenue', 'cm1', 'cm2', 'ad_spend', 'cm3', 'net_profit'])
      expect(amountsIn(text)).toEqual(expect.arrayContaining([comparison[key]!, now[key]!]))
  })

  test('/top tells the products with the CM3 of the product report, best first', async () => {
    const text = (await answerTo(await aMember(), '/top 2026-04 nl')).text
    const { data } = (await json(
      '/financials/product-report?start=2026-04-01&end=2026-04-30&store=nl&sort=-cm3',
    )) as unknown as { data: { product_id: number | null; product: string; cm3: number }[] }
    const best = data.filter(({ product_id }) => product_id !== null)
    expect(amountsIn(text)).toEqual(best.map(({ cm3 }) => cm3))
    expect(text.indexOf(best[0]!.product)).toBeLessThan(text.indexOf(best[1]!.product))
  })

  test('/ads tells the spend per platform and the MER of the summary', async () => {
    const text = (await answerTo(await aMember(), `/ads 2026-04-01 2026-04-13 nl`)).text
    const { ad_spend, mer } = (await json(`/financials/summary?${DAYS}&store=nl`)) as unknown as {
      ad_spend: number
      mer: number
    }
    expect(amountsIn(text)).toEqual(expect.arrayContaining([4000, 350, ad_spend, mer]))
  })

  test('/stores tells each store in its own currency, and all of them', async () => {
    const text = (await answerTo(await aMember(), '/stores 2026-04-13')).text
    const { data, total } = (await json('/financials/stores?start=2026-04-13&end=2026-04-13')) as unknown as {
      data: { own: Record<string, number> }[]
      total: Record<string, number>
    }
    for (const { own } of [...data.filter(({ own }) => own['currency'] !== ('JPY' as never)), { own: total }])
      expect(amountsIn(text)).toEqual(expect.arrayContaining([own['revenue']!, own['net_profit']!]))
    expect(text).toContain('Japan & <friends> (jp)')
    expect(text).toContain('JP¥')
  })

  test('the buttons lead from one report to another about the same days and store', async () => {
    const ann = await aMember()
    const pnl = await answerTo(ann, '/pnl 1-13 apr 2026 nl')
    await ann.taps(pnl, 'Why')
    const why = await ann.hears()
    expect([why.message_id, why.text.split('\n')[0]]).toEqual([pnl.message_id, 'Netherlands · Profit and loss · Why'])
    await ann.taps(why, 'UK')
    expect((await ann.hears()).text).toContain('United Kingdom')
    await ann.taps(pnl, 'Products')
    expect((await ann.hears()).text).toContain('United Kingdom · Profit and loss · Products')
  })

  test('in Dutch and German they are Dutch and German, with their figures', async () => {
    const kees = await aMember('Kees')
    await sql`update telegram_accounts set language = 'nl' where telegram_id = ${kees.id}`
    expect((await answerTo(kees, '/pnl 1-13 april 2026 nl')).text).toContain('Nettowinst    5.474,89')
    await sql`update telegram_accounts set language = 'de' where telegram_id = ${kees.id}`
    expect((await answerTo(kees, '/why 1.-13. April 2026 nl')).text).toContain('Warum')
    expect((await answerTo(kees, '/help')).text).toStartWith('Hallo Kees')
  })
})

describe('a picture', () => {
  test('of the days comes as an album in the colours that the person chose', async () => {
    const ann = await aMember()
    const settings = await answerTo(ann, '/settings')
    await ann.taps(settings, '🌙 Dark')
    expect((await ann.hears()).buttons.map(({ text }) => text)).toContain('• 🌙 Dark')
    await ann.taps(await answerTo(ann, '/pnl 2026-04-01 2026-04-13 nl'), 'Picture')
    const album = [await ann.hears(), await ann.hears(), await ann.hears()]
    for (const { photo, media_group_id } of album) {
      expect(media_group_id).toBe(album[0]!.media_group_id)
      const image = await loadImage(Buffer.from(telegram.file(photo!.at(-1)!.file_id).bytes))
      expect(image.width).toBe(1080)
    }
  })
})

describe('a file', () => {
  test('of the statement comes as CSV, XLSX or PDF; the CSV holds the figures of the API', async () => {
    const ann = await aMember()
    const choice = await answerTo(ann, '/export 2026-04-01 2026-04-13 nl')
    const got: Record<string, Uint8Array> = {}
    for (const format of ['CSV', 'XLSX', 'PDF']) {
      await ann.taps(choice, format)
      const { document } = await ann.hears({ match: /^$/ })
      expect(document!.file_name).toBe(`pnl-nl-2026-04-01-2026-04-13.${format.toLowerCase()}`)
      got[format] = telegram.file(document!.file_id).bytes
    }
    const csv = new TextDecoder().decode(got['CSV'])
    expect(csv.trim()).toBe((await api(`/financials/pnl?${DAYS}&store=nl&grain=day&format=csv`)).text.trim())
    expect(Buffer.from(got['XLSX']!).subarray(0, 2).toString()).toBe('PK')
    expect(Buffer.from(got['PDF']!).subarray(0, 5).toString()).toBe('%PDF-')
  })
})

describe('/order', () => {
  test('tells each account of an order with how it is known, adding up to CM2', async () => {
    const [order] = await sql<{ id: number; external_id: string }[]>`
      select o.id, o.external_id from orders o where o.store_id = ${stores.nl.id} and o.business_day = '2026-04-01'`
    const text = (await answerTo(await aMember(), `/order ${order!.external_id}`)).text
    const told = (await json(`/orders/${order!.id}`)) as unknown as {
      cm2: number
      accounts: { effect_on_cm2: number }[]
    }
    const effects = told.accounts.map(({ effect_on_cm2 }) => effect_on_cm2).filter((effect) => effect !== 0)
    expect(amountsIn(text)).toEqual(expect.arrayContaining([...effects, told.cm2]))
    expect(text).toContain('actual')
  })

  test('with several that fit offers them, and without any says so', async () => {
    const ann = await aMember()
    const choice = await answerTo(ann, '/order sku-1')
    expect(choice.text).toStartWith('Which one?')
    await ann.taps(choice, choice.buttons[0]!.text)
    expect((await ann.hears()).text).toContain('CM2')
    expect((await answerTo(ann, '/order nothing-like-it')).text).toBe('There is no order with “nothing-like-it”.')
    expect((await answerTo(ann, '/order')).text).toStartWith('Which one?')
  })
})

test('/product tells what one product earned, as the product report does', async () => {
  const text = (await answerTo(await aMember(), '/product OAK-2')).text
  expect(text).toStartWith('Oak chair')
  const { from, to } = PERIODS.last_30_days(dayIn(stores.nl.time_zone, new Date()))
  const { data } = (await json(`/financials/product-report?start=${from}&end=${to}&sort=product`)) as unknown as {
    data: { product: string; cm3: number; revenue: number }[]
  }
  const chair = data.find(({ product }) => product === 'Oak chair')!
  expect(amountsIn(text)).toEqual(expect.arrayContaining([chair.revenue, chair.cm3]))
})

describe('/cost', () => {
  test('tells the dated costs, and with an amount proposes a new one that one yes carries out, however often it is tapped', async () => {
    const ann = await aMember()
    expect((await answerTo(ann, '/cost OAK-2')).text).toContain('727.55 EUR')
    const card = await answerTo(ann, '/cost OAK-2 700,50 EUR from 2026-04-01')
    expect(card.text).toContain('unit cost · Oak chair')
    expect(amountsIn(card.text)).toEqual(expect.arrayContaining([727.55, 700.5, 108.2]))
    const before = (await json(`/financials/summary?${DAYS}&store=nl`)) as unknown as { net_profit: number }
    await Promise.all([ann.taps(card, '✅ Approve'), ann.taps(card, '✅ Approve'), ann.taps(card, '✅ Approve')])
    expect((await ann.hears({ match: /Done\./ })).buttons.map(({ text }) => text)).toEqual(['↩️ Undo'])
    const after = (await json(`/financials/summary?${DAYS}&store=nl`)) as unknown as { net_profit: number }
    expect(Number((after.net_profit - before.net_profit).toFixed(2))).toBe(54.1)
    const done = telegram.messages(ann).findLast(({ text }) => text?.includes('Done.'))!
    await ann.taps(done, '↩️ Undo')
    await ann.hears({ match: /Undone\./ })
    expect(((await json(`/financials/summary?${DAYS}&store=nl`)) as unknown as { net_profit: number }).net_profit).toBe(
      before.net_profit,
    )
  })

  test('alone lists what is missing by the revenue at stake, as the API does; a product comes with its tiers', async () => {
    const ann = await aMember()
    const { text } = await answerTo(ann, '/cost')
    expect(text).toStartWith('Missing costs, by the revenue of the last 30 days that stands on them (EUR):')
    const { from, to } = PERIODS.last_30_days(dayIn(stores.nl.time_zone, new Date()))
    const { data } = (await json(`/financials/missing-costs?start=${from}&end=${to}`)) as unknown as { data: { revenue: number }[] } // prettier-ignore
    expect(data.length).toBeGreaterThan(0)
    expect(amountsIn(text)).toEqual(expect.arrayContaining(data.slice(0, 10).map(({ revenue }) => revenue)))
    await sql`
      insert into product_cost_tiers (product_id, country, min_quantity, valid, unit_cost, currency)
      select product_id, 'DE', 3, daterange(null, null), 650.5, 'EUR' from variants where sku = 'OAK-2'`
    expect((await answerTo(ann, '/cost OAK-2')).text).toMatch(/DE ≥3 … – …\s+650\.50 EUR/)
  })

  test('says what is wrong with what was typed', async () => {
    const ann = await aMember()
    expect((await answerTo(ann, '/cost OAK 12.50')).text).toStartWith('Several fit: ')
    expect((await answerTo(ann, '/cost nothing-like-it 5')).text).toContain('There is no product')
  })
})

test('/approve shows what waits, and a person without the right cannot decide', async () => {
  const ann = await aMember()
  expect((await answerTo(ann, '/approve')).text).toBe('Nothing waits for an approval.')
  const card = await answerTo(ann, '/cost OAK-1 2400')
  await ann.taps(card, '✖️ Reject')
  expect((await ann.hears({ match: /Rejected\./ })).buttons).toEqual([])
})
