import { afterAll, describe, expect, test } from 'bun:test'
import { dayIn, PERIODS } from '../../src/day.ts'
import { calls, fails, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, bookAll } from '../support/factories.ts'
import { type Service, startService } from '../support/service.ts'
import { type Heard, type Person, startTelegram } from '../support/telegram.ts'

const ADMIN = { email: 'owner@example.com', password: 'correct horse battery' }
const STRANGER = /^I do not know you yet\./

const { sql, appUrl } = await testDatabase()
const { nl, uk, chair } = await april(sql)
const today = dayIn(nl.time_zone, new Date())
const lastMonth = PERIODS.last_month(today).from
await anOrder(sql, nl, { day: today, lines: [{ product_id: chair, price_minor: 123_456 }], shipping_cost_minor: 495 })
await anOrder(sql, nl, { day: lastMonth, lines: [{ product_id: chair, price_minor: 10_001 }] })
await bookAll(sql, nl)

const claude = await startAnthropic()
const telegram = await startTelegram()
const KEY = { ANTHROPIC_API_KEY: claude.key, ANTHROPIC_BASE_URL: claude.url }
const environment = {
  DATABASE_URL: appUrl,
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  TELEGRAM_BOT_TOKEN: telegram.token,
  TELEGRAM_API_ROOT: telegram.root,
}
let service: Service = await startService({ ...environment, ...KEY })
afterAll(async () => {
  await service.kill()
  await Promise.all([telegram.stop(), claude.stop()])
})

let token: string | undefined
/** A request to the service as its owner. */
async function api(path: string, method = 'GET') {
  token ??= await login()
  const response = await fetch(service.url + path, { method, headers: { authorization: `Bearer ${token}` } })
  return { status: response.status, text: await response.text() }
}
async function login() {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${service.url}/auth/login`, { method: 'POST', headers, body: JSON.stringify(ADMIN) })
  return ((await response.json()) as { token: string }).token
}

const codeIn = (message: Heard) => /\b[A-HJ-NP-Z2-9]{8}\b/.exec(message.text)?.[0] ?? ''
/** Someone who was let in. */
async function aMember(first_name = 'Ann') {
  const person = telegram.person({ first_name })
  await person.writes('/start')
  const { status } = await api(`/telegram/pairings/${codeIn(await person.hears({ match: STRANGER }))}/approve`, 'POST')
  expect(status).toBe(200)
  await person.hears({ match: /^You are in/ })
  return person
}
async function answerTo(person: Person, text: string) {
  await person.writes(text)
  return person.hears()
}
const textsTo = (person: Person) =>
  telegram.messages(person).flatMap(({ from, text }) => (from?.is_bot ? [text ?? ''] : []))

/** The amounts of a statement by their label, as plain decimals. */
const amountsIn = ({ text }: Heard) =>
  Object.fromEntries(
    [...text.matchAll(/^(Revenue|Cost of goods|Shipping|Fees|Ad spend|Fixed costs|Net profit) +([−\d,.]+)$/gm)].map(
      ([, label, amount = '']) => [label!, amount.replace('−', '-').replaceAll(',', '')],
    ),
  )
/** The days that a statement names, as the API takes them. */
function rangeIn({ text }: Heard) {
  const days = [...text.split('\n')[1]!.matchAll(/\d+ \w+ \d{4}/g)].map(([day]) =>
    new Date(`${day} UTC`).toISOString().slice(0, 10),
  )
  return `start=${days[0]}&end=${days.at(-1)}`
}
/** The same amounts from the API's summary; costs are taken off there. */
async function amountsOfSummary(query: string) {
  const { text } = await api(`/financials/summary?${query}`)
  const sent = (field: string) => new RegExp(`"${field}" ?: ?(-?[\\d.]+)`).exec(text)![1]!
  const cost = (field: string) => (Number(sent(field)) === 0 ? sent(field) : `-${sent(field)}`)
  return {
    Revenue: sent('revenue'),
    'Cost of goods': cost('cogs'),
    Shipping: cost('shipping_cost'),
    Fees: cost('transaction_fees'),
    'Ad spend': cost('ad_spend'),
    'Fixed costs': cost('fixed_costs'),
    'Net profit': sent('net_profit'),
  }
}

describe('a stranger', () => {
  test('gets a code and nothing else, whatever they send, and the same code again', async () => {
    const sam = telegram.person({ first_name: 'Sam <b>' })
    const first = await answerTo(sam, 'What did we earn?')
    expect(first.text).toMatch(STRANGER)
    expect(first.buttons).toEqual([])
    for (const text of ['/pnl', '/today', '/start', '/help', '/nonsense'])
      expect((await answerTo(sam, text)).text).toBe(first.text)
    await sam.uploads('orders.csv', 'a,b', 'text/csv', { caption: '/pnl' })
    expect((await sam.hears()).text).toBe(first.text)
    expect(claude.requests).toEqual([])
    await api(`/telegram/pairings/${codeIn(first)}/reject`, 'POST')
  })

  test('who once was let in gets a code for a tap on an old button', async () => {
    const kim = await aMember('Kim')
    const statement = await answerTo(kim, '/pnl')
    await sql`delete from telegram_accounts where telegram_id = ${kim.id}`
    await kim.taps(statement, 'Yesterday')
    expect(await kim.toast()).toEqual({ text: '', show_alert: false })
    const answer = await kim.hears()
    expect(answer.text).toMatch(STRANGER)
    await api(`/telegram/pairings/${codeIn(answer)}/reject`, 'POST')
  })

  test('is told to wait while three others do', async () => {
    const codes: string[] = []
    for (const first_name of ['One', 'Two', 'Three'])
      codes.push(codeIn(await answerTo(telegram.person({ first_name }), 'hello')))
    expect(new Set(codes).size).toBe(3)
    const fourth = telegram.person({ first_name: 'Four' })
    expect((await answerTo(fourth, 'hello')).text).toBe(
      'I do not know you yet, and too many people are waiting to be let in. Please try again in an hour.',
    )
    for (const code of codes) expect((await api(`/telegram/pairings/${code}/reject`, 'POST')).status).toBe(204)
    const answer = await answerTo(fourth, 'hello')
    expect(codeIn(answer)).not.toBe('')
    await api(`/telegram/pairings/${codeIn(answer)}/reject`, 'POST')
  })

  test('is greeted once somebody approved the code, and is let in', async () => {
    const sam = telegram.person({ first_name: 'Sam' })
    const code = codeIn(await answerTo(sam, 'hi'))
    expect((await api(`/telegram/pairings/${code}/approve`, 'POST')).text).toContain(ADMIN.email)
    expect((await sam.hears()).text).toBe('You are in, Sam. Try /today or just ask me something.')
    expect((await answerTo(sam, '/today')).text).toMatch(/^All stores · Today/)
  })

  test('in a group gets no answer at all', async () => {
    const group = telegram.group('Team')
    const eve = telegram.person({ first_name: 'Eve' })
    await eve.writesIn(group, '/pnl', { mention: true })
    await telegram.idle()
    expect(telegram.messages(group).filter(({ from }) => from?.is_bot)).toEqual([])
  })
})

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
    expect((await ann.hears()).text).toContain('I read text only.')
  })

  test('the list of commands stands in Telegram', async () => {
    const { body } = telegram.calls.find(({ method }) => method === 'setMyCommands')!
    expect((body['commands'] as { command: string }[]).map(({ command }) => command)).toEqual(['today', 'pnl', 'help'])
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
Margin 34.6 % · 2 orders · AOV 7910.20 · MER 3.64
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
      expect(text).toStartWith(
        `I do not understand “${words.replace(/ +/g, ' ').replace(/^.*(?=__proto__)/, '')}”. Try: today,`,
      )
      expect(text).toEndWith('Stores: jp, nl, uk.')
      expect(buttons).toEqual([])
    }
  })
})

test('a person who is limited to stores gets the totals of those, and no button for others', async () => {
  const ann = await aMember()
  const [member] = await sql<{ id: number }[]>`
    insert into users (email, role, store_ids) values ('uk-only@example.com', 'viewer', ${[uk.id]}) returning id`
  await sql`update telegram_accounts set user_id = ${member!.id} where telegram_id = ${ann.id}`
  const statement = await answerTo(ann, '/pnl 2026-04-13')
  expect(amountsIn(statement)['Revenue']).toBe('100.00')
  expect(statement.buttons).toHaveLength(6)
  expect((await answerTo(ann, '/pnl nl')).text).toEndWith('Stores: uk.')
})

describe('buttons', () => {
  test('other periods and stores change the message in place, with the figures of the API', async () => {
    const ann = await aMember()
    const statement = await answerTo(ann, '/pnl nl')
    expect(statement.buttons.map(({ text }) => text)).toEqual([
      'Today', 'Yesterday', 'This week', '• This month', 'Last month', 'Last 30 days', 'All', 'JP', '• NL', 'UK',
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
    expect(service.logs.filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('free text', () => {
  test('is answered by Alfred with the figures that the tool gave, and goes on', async () => {
    const ann = await aMember()
    claude.script([
      calls('get_pnl', { store: 'nl', from: '2026-04-01', to: '2026-04-13' }),
      (request) => {
        const { figures } = resultsOf(request)[0]!.result as { figures: Record<string, string> }
        return says(`We earned ${figures['net_profit']} euros, ${figures['margin_percent']} percent.`)
      },
      says('Because of the table.'),
    ])
    const answer = await answerTo(ann, 'What did we earn in the first half of April?')
    const { 'Net profit': profit } = await amountsOfSummary('store=nl&start=2026-04-01&end=2026-04-13')
    expect(answer.text).toBe(`We earned ${profit} euros, 34.6 percent.`)
    expect((await answerTo(ann, 'Why?')).text).toBe('Because of the table.')

    const texts = claude.requests
      .at(-1)!
      .body.messages.flatMap(({ role, content }) =>
        (content as { type: string; text?: string }[]).map(({ type, text }) => `${role} ${text ?? type}`),
      )
    expect(texts).toEqual([
      'user What did we earn in the first half of April?',
      'assistant tool_use',
      'user tool_result',
      `assistant ${answer.text}`,
      'user Why?',
    ])
    expect(claude.requests.filter(({ refused }) => refused)).toEqual([])
    expect(telegram.calls.some(({ method, body }) => method === 'sendChatAction' && body['chat_id'] === ann.id)).toBe(
      true,
    )
  })

  test('of two people is answered side by side, and commands in between', async () => {
    const [ann, bob] = [await aMember('Ann'), await aMember('Bob')]
    const slow = Promise.withResolvers<void>()
    claude.script([
      async () => {
        await slow.promise
        return says('The slow answer.')
      },
      says('The quick answer.'),
    ])
    await ann.writes('A hard question')
    while (claude.requests.length === 0) await Bun.sleep(10)
    expect((await answerTo(bob, 'An easy question')).text).toBe('The quick answer.')
    expect((await answerTo(ann, '/help')).text).toStartWith('Hi Ann')
    slow.resolve()
    expect((await ann.hears()).text).toBe('The slow answer.')
  })

  test('that needs a long answer is answered in messages that Telegram takes', async () => {
    const ann = await aMember()
    const lines = Array.from({ length: 300 }, (_, at) => `Line ${at} of a long answer 📈`)
    claude.script([says(lines.join('\n')), says('📈'.repeat(2_500))])
    const parts = [await answerTo(ann, 'Tell me everything'), await ann.hears(), await ann.hears()]
    expect(parts.map(({ text }) => text).join('\n')).toBe(lines.join('\n'))
    await ann.writes('In pictures')
    expect(`${(await ann.hears()).text}${(await ann.hears()).text}`).toBe('📈'.repeat(2_500))
  })

  test('while Claude is down gets a clear sentence, and commands still work', async () => {
    const ann = await aMember()
    claude.script([fails(529, { retryAfter: 0.01 }), fails(529, { retryAfter: 0.01 }), fails(529)])
    expect((await answerTo(ann, 'Profit?')).text).toBe(
      'Claude does not answer at the moment. Try again in a few minutes.',
    )
    claude.script([fails(401)])
    expect((await answerTo(ann, 'Profit?')).text).toBe(
      'Claude refused our key. An administrator has to check ANTHROPIC_API_KEY.',
    )
    expect((await answerTo(ann, '/today')).text).toMatch(/^All stores · Today/)
    claude.script([says('I am back.')])
    expect((await answerTo(ann, 'Profit?')).text).toBe('I am back.')
  })
})

describe('a stop', () => {
  test('lets an answer that is being written arrive, and ends with code 0', async () => {
    const ann = await aMember()
    const asked = Promise.withResolvers<void>()
    claude.script([
      async () => {
        asked.resolve()
        await Bun.sleep(400)
        return says('Just in time.')
      },
    ])
    await ann.writes('Profit?')
    await asked.promise
    expect(await service.stop()).toBe(0)
    expect((await ann.hears()).text).toBe('Just in time.')
    await telegram.idle()
    expect(service.logs.at(-1)?.message).toBe('stopped')
    expect(service.logs.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('leaves people paired: the next start knows them, and without a key commands still work', async () => {
    service = await startService(environment)
    const ann = await aMember()
    expect((await answerTo(ann, 'Profit?')).text).toBe(
      'I can only answer commands: no key for Claude is set (ANTHROPIC_API_KEY). Try /today or /pnl.',
    )
    expect((await answerTo(ann, '/today')).text).toMatch(/^All stores · Today/)
    expect(await service.stop()).toBe(0)
  })

  test('ends with code 0 also while Telegram cannot be reached, is silent or was just called', async () => {
    const silent = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Promise<Response>(() => {}) })
    for (const root of ['http://127.0.0.1:1', silent.url.href, telegram.root]) {
      service = await startService({ ...environment, TELEGRAM_API_ROOT: root })
      expect((await api('/stores')).status).toBe(200)
      expect(await service.stop()).toBe(0)
    }
    await silent.stop(true)
  })
})

test('Telegram refused nothing but an edit that changes nothing', () => {
  const refused = telegram.calls.flatMap((call) => (call.refused ? [call.refused] : []))
  expect(refused.filter((text) => !text.includes('message is not modified'))).toEqual([])
})

test('an update that Telegram delivers again after a crash is not answered twice', async () => {
  service = await startService(environment)
  const ann = await aMember()
  // The next call after this update would confirm it.
  telegram.fail('getUpdates', { error_code: 500, description: 'Internal Server Error' })
  expect((await answerTo(ann, '/help')).text).toStartWith('Hi Ann')
  while (!telegram.calls.some(({ refused }) => refused === 'Internal Server Error')) await Bun.sleep(10)
  await service.kill()
  service = await startService(environment)
  expect((await answerTo(ann, '/today')).text).toMatch(/^All stores · Today/)
  expect(textsTo(ann).filter((text) => text.startsWith('Hi Ann'))).toHaveLength(1)
})
