import { describe, expect, test } from 'bun:test'
import { menuOf } from '../../src/bot/command-menus.ts'
import { amountsIn, answerTo, rangeIn, startTeam } from '../support/team.ts'

const { sql, stores, telegram, aMember, textsTo, amountsOfSummary } = await startTeam()

describe('commands', () => {
  test('/start and /help say what the bot can do', async () => {
    const ann = await aMember('Ann')
    for (const command of ['/start', '/help', '/start from-a-link'])
      expect((await answerTo(ann, command)).text).toMatch(/^Hi Ann, I am the profit desk\.[^]*\/today[^]*\/pnl/)
  })

  test('an unknown command and what is no text are answered with what to do', async () => {
    const ann = await aMember()
    expect((await answerTo(ann, '/profit')).text).toContain('/help')
    await ann.uploads('orders.csv', 'a,b', 'text/csv')
    expect((await ann.hears()).text).toContain('I cannot tell what is in this file.')
  })

  test('the list of commands stands in Telegram', async () => {
    const menus = telegram.calls.filter(({ method }) => method === 'setMyCommands').map(({ body }) => body)
    expect(menus.map(({ language_code }) => language_code)).toEqual([undefined, 'nl', 'de'])
    for (const { commands } of menus)
      expect((commands as { command: string }[]).map(({ command }) => command)).toEqual(menuOf('en').map(({ command }) => command)) // prettier-ignore
  })

  for (const [command, head, query] of [
    ['/pnl 2026-04-01 2026-04-13 nl', 'Netherlands · Profit and loss', `start=2026-04-01&end=2026-04-13&store=nl`],
    ['/pnl NL 2026-04', 'Netherlands · Profit and loss', 'start=2026-04-01&end=2026-04-30&store=nl'],
    ['/pnl 2026-04-01..2026-04-13', 'All stores · Profit and loss', 'start=2026-04-01&end=2026-04-13'],
    ['/pnl 2026-04-13 jp', 'Japan & <friends> · Profit and loss', 'start=2026-04-13&end=2026-04-13&store=jp'],
  ] as const) {
    test(`${command} tells the figures of the API to the cent`, async () => {
      const statement = await answerTo(await aMember(), command)
      expect(statement.text.split('\n')[0]).toBe(head)
      expect(amountsIn(statement)).toEqual(await amountsOfSummary(query))
      expect(query).toStartWith(rangeIn(statement))
    })
  }

  for (const [command, head, store] of [
    ['/today', 'All stores · Today', ''],
    ['/today nl', 'Netherlands · Today', '&store=nl'],
    ['/pnl', 'All stores · This month', ''],
    ['/pnl last month nl', 'Netherlands · Last month', '&store=nl'],
    ['/pnl vorige maand', 'All stores · Last month', ''],
    ['/pnl uk letzte woche', 'United Kingdom · Last week', '&store=uk'],
    ['/pnl 90d', 'All stores · Last 90 days', ''],
  ] as const) {
    test(`${command} tells the figures of the API for the days it names`, async () => {
      const statement = await answerTo(await aMember(), command)
      expect(statement.text.split('\n')[0]).toBe(head)
      expect(amountsIn(statement)).toEqual(await amountsOfSummary(rangeIn(statement) + store))
    })
  }

  test('the worked example reads as on paper', async () => {
    const { text, entities } = await answerTo(await aMember(), '/pnl 2026-04-01 2026-04-13 nl')
    expect(text).toBe(`Netherlands · Profit and loss
1 Apr 2026 – 13 Apr 2026, EUR
Revenue       15,820.40
Cost of goods −3,955.10
Shipping      −1,120.80
Fees            −474.61
Ad spend      −4,350.00
Fixed costs     −445.00
───────────────────────
Net profit     5,474.89
Margin 34.6 % · 2 orders · AOV 7,910.20 · MER 3.64
Net profit 1 Mar 2026 – 13 Mar 2026: 0.00`)
    expect(entities.map(({ type }) => type)).toEqual(['bold', 'pre', 'bold'])
  })

  test('/pnl with nonsense, an unknown store or a day that does not exist says what can be typed', async () => {
    const ann = await aMember()
    for (const words of [
      'whatever',
      'last month us',
      '2026-02-30',
      '2026-04-13 2026-04-01',
      'constructor',
      '__proto__',
      'last  fortnight',
    ]) {
      const { text, buttons } = await answerTo(ann, `/pnl ${words}`)
      expect(text).toStartWith(`I do not understand “${words.replace('  ', ' ')}”. Try: today,`)
      expect(text).toEndWith('Stores: jp, nl, uk.')
      expect(buttons).toEqual([])
    }
  })
})

test('a person who is limited to stores gets the totals of those, and no button for others', async () => {
  const ann = await aMember()
  const [member] = await sql<{ id: number }[]>`
    insert into users (email, role, store_ids) values ('uk-only@example.com', 'viewer', ${[stores.uk.id]}) returning id`
  await sql`update telegram_accounts set user_id = ${member!.id} where telegram_id = ${ann.id}`
  const statement = await answerTo(ann, '/pnl 2026-04-13')
  expect(amountsIn(statement)['Revenue']).toBe('100.00')
  expect(statement.buttons.map(({ text }) => text)).not.toContain('NL')
  expect((await answerTo(ann, '/pnl nl')).text).toEndWith('Stores: uk.')
})

describe('buttons', () => {
  test('other periods and stores change the message in place, with the figures of the API', async () => {
    const ann = await aMember()
    const statement = await answerTo(ann, '/pnl nl')
    expect(statement.buttons.map(({ text }) => text)).toEqual([
      'Today', 'Yesterday', 'This week', '• This month', 'Last month', 'Last 30 days', 'All', 'JP', '• NL', 'UK',
      'Why',
      'Products',
      'Picture',
      'File',
    ]) // prettier-ignore
    for (const [button, head, store] of [
      ['Last month', 'Netherlands · Last month', '&store=nl'],
      ['Today', 'Netherlands · Today', '&store=nl'],
      ['UK', 'United Kingdom · Today', '&store=uk'],
      ['All', 'All stores · Today', ''],
      ['Last 30 days', 'All stores · Last 30 days', ''],
    ] as const) {
      await ann.taps(statement, button)
      const changed = await ann.hears()
      expect(await ann.toast()).toEqual({ text: '', show_alert: false })
      expect(changed.message_id).toBe(statement.message_id)
      expect(changed.text.split('\n')[0]).toBe(head)
      expect(amountsIn(changed)).toEqual(await amountsOfSummary(rangeIn(changed) + store))
      expect(changed.buttons.map(({ text }) => text)).toContain(`• ${button}`)
    }
    expect(textsTo(ann).filter((text) => text.includes('Net profit'))).toHaveLength(1)
  })

  test('the same one twice is fine', async () => {
    const ann = await aMember()
    const statement = await answerTo(ann, '/pnl last month')
    await ann.taps(statement, '• Last month')
    expect(await ann.toast()).toEqual({ text: '', show_alert: false })
  })
})
