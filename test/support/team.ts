import { afterAll, expect } from 'bun:test'
import { dayIn, PERIODS } from '../../src/day.ts'
import { startAnthropic } from './anthropic.ts'
import { april } from './april.ts'
import { testDatabase } from './database.ts'
import { anOrder, bookAll } from './factories.ts'
import { OWNER } from './owner.ts'
import { type Service, startService } from './service.ts'
import { type Heard, type Person, startTelegram } from './telegram.ts'

export { OWNER }
export const STRANGER = /^I do not know you yet\./
const LABELS = {
  Revenue: 'revenue',
  'Cost of goods': 'cogs',
  Shipping: 'shipping_cost',
  Fees: 'transaction_fees',
  'Ad spend': 'ad_spend',
  'Fixed costs': 'fixed_costs',
  'Net profit': 'net_profit',
}

/**
 * The service as a process with its database, Telegram and Claude, and the figures of `april` in it; its clock is the real one, so `nl`
 * has orders today and last month as well. All ends with the test file, which fails when Telegram refused a call of the bot, or
 * the service logged a secret, or another number of errors than the test makes on purpose.
 */
export async function startTeam({ errors = 0, pace = 100 }: { errors?: number; pace?: number } = {}) {
  const services: Service[] = []
  const ending: (() => Promise<void>)[] = []
  // Before the database's own, so that no service outlives its database.
  afterAll(async () => {
    for (const end of ending) await end()
  })
  const { sql, appUrl } = await testDatabase()
  const stores = await april(sql)
  const today = dayIn(stores.nl.time_zone, new Date())
  const piece = { product_id: stores.chair, price_minor: 123_456 }
  await anOrder(sql, stores.nl, { day: today, lines: [piece], shipping_cost_minor: 495 })
  await anOrder(sql, stores.nl, { day: PERIODS.last_month(today).from, lines: [piece] })
  await bookAll(sql, stores.nl)

  const [claude, telegram] = await Promise.all([startAnthropic(), startTelegram()])
  const environment = {
    DATABASE_URL: appUrl,
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.root,
    // The stand-in takes more than a message a second to a chat.
    TELEGRAM_PACE: String(pace),
  }
  const key = { ANTHROPIC_API_KEY: claude.key, ANTHROPIC_BASE_URL: claude.url }
  const start = async (changes: Record<string, string> = key) => {
    services.unshift(await startService({ ...environment, ...changes }))
    return services[0]!
  }
  ending.push(async () => {
    for (const service of services) await service.kill()
    await Promise.all([telegram.stop(), claude.stop()])
    const logs = services.flatMap((service) => service.logs)
    expect(logs.filter(({ level }) => level === 'error')).toHaveLength(errors)
    for (const secret of [OWNER.password, telegram.token, claude.key, new URL(appUrl).password].filter(Boolean))
      expect(JSON.stringify(logs)).not.toContain(secret)
    const refused = telegram.calls.flatMap((call) => (call.refused ? [`${call.method}: ${call.refused}`] : []))
    expect(refused.filter((text) => !/message is not modified|on purpose/.test(text))).toEqual([])
  })
  const service = await start()
  let token: string | undefined
  /** A request to the service as its owner. */
  async function api(path: string, method = 'GET') {
    token ??= await login()
    const response = await fetch(services[0]!.url + path, { method, headers: { authorization: `Bearer ${token}` } })
    return { status: response.status, text: await response.text() }
  }
  async function login() {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify(OWNER)
    const response = await fetch(`${services[0]!.url}/auth/login`, { method: 'POST', headers, body })
    return ((await response.json()) as { token: string }).token
  }

  return {
    sql,
    stores,
    claude,
    telegram,
    api,
    service,
    /** Starts the service again, with Claude's key unless other variables are given. The one before must have ended. */
    start,
    /** Someone who was let in. */
    aMember: async (first_name = 'Ann') => {
      const person = telegram.person({ first_name })
      await person.writes('/start')
      const code = codeIn(await person.hears({ match: STRANGER }))
      expect((await api(`/telegram/pairings/${code}/approve`, 'POST')).status).toBe(200)
      await person.hears({ match: /^You are in/ })
      return person
    },
    /** The texts that the bot shows to a person now, oldest first. */
    textsTo: (person: Person) =>
      telegram.messages(person).flatMap(({ from, text }) => (from?.is_bot ? [text ?? ''] : [])),
    /** The amounts of the API's summary as a statement names them: costs are taken off there. */
    amountsOfSummary: async (query: string) => {
      const { text } = await api(`/financials/summary?${query}`)
      const entries = Object.entries(LABELS).map(([label, field]) => {
        const amount = new RegExp(`"${field}" ?: ?(-?[\\d.]+)`).exec(text)![1]!
        const isCost = label !== 'Revenue' && label !== 'Net profit' && Number(amount) !== 0
        return [label, isCost ? `-${amount}` : amount]
      })
      return Object.fromEntries(entries) as Record<string, string>
    },
  }
}

export const codeIn = (message: Heard) => /\b[A-HJ-NP-Z2-9]{8}\b/.exec(message.text)?.[0] ?? ''

export async function answerTo(person: Person, text: string) {
  await person.writes(text)
  return person.hears()
}

/** The amounts of a statement by their label, as plain decimals. */
export const amountsIn = ({ text }: Heard): Record<string, string> =>
  Object.fromEntries(
    Object.keys(LABELS).flatMap((label) => {
      const amount = new RegExp(`^${label} +([−\\d,.]+)$`, 'm').exec(text)?.[1]
      return amount === undefined ? [] : [[label, amount.replace('−', '-').replaceAll(',', '')]]
    }),
  )

/** The days that a statement names, as the API takes them. */
export function rangeIn({ text }: Heard) {
  const named = text.split('\n')[1]!.matchAll(/\d+ \w+ \d{4}/g)
  const days = [...named].map(([day]) => new Date(`${day} UTC`).toISOString().slice(0, 10))
  return `start=${days[0]}&end=${days.at(-1)}`
}
