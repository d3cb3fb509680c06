import type { Pool } from '../sql/connect.ts'
import type { Store } from '../sql/stores.ts'
import { OWNER } from '../test/support/owner.ts'
import type { startShopify } from '../test/support/shopify.ts'
import type { Person, Telegram } from '../test/support/telegram.ts'

/** What people do: read, write, and write to the bot. */
export const KINDS = ['read', 'write', 'telegram'] as const
export type Kind = (typeof KINDS)[number]
type Shop = ReturnType<ReturnType<typeof startShopify>['shop']>
type Deps = { services: string[]; sql: Pool; telegram: Telegram; stores: Store[]; shop: Shop }

const CHATS = 20
/** How an answer to `/today` begins. */
const TODAY = /^All stores · Today/
/** Days that ad spend is posted for, again and again. */
const [CAMPAIGNS, DAYS] = [40, 28]
const READS = [
  '/financials/summary', '/financials/overview', '/financials/pnl?grain=week&start=2026-06-01&end=2026-09-30', '/orders?limit=50', '/stores',
  '/financials/daily?start=2026-08-01&end=2026-08-31', '/financials/product-performance?start=2026-08-01&end=2026-08-31', '/products?limit=100',
] // prettier-ignore

/**
 * The traffic of a soak: writes go to any of the stores, the shop is that of the first. It keeps what was taken, so that `settle` can compare that
 * with the database.
 */
export async function createTraffic({ services, sql, telegram, stores, shop }: Deps) {
  let token = ''
  const times: Record<Kind, number[]> = { read: [], write: [], telegram: [] }
  let errors: string[] = []
  /** Of each campaign and day what was posted last and taken, in minor units; and the fixed costs that were. */
  const spent = new Map<string, number>()
  const busy = new Set<string>()
  const costs = { rows: 0, minor: 0 }
  let turn = 0
  let orders = 0

  async function send(path: string, json?: object): Promise<Record<string, unknown> | undefined> {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(json && { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }),
    }
    try {
      const url = services[turn++ % services.length]! + path
      const response = await fetch(url, { method: json ? 'POST' : 'GET', headers, ...(json && { body: JSON.stringify(json) }) }) // prettier-ignore
      const text = await response.text()
      if (response.ok) return (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>
      errors.push(`${response.status} ${path.split('?')[0]} ${text.slice(0, 160)}`)
    } catch (error) {
      errors.push(`${path.split('?')[0]} ${String(error).slice(0, 160)}`)
    }
    return undefined
  }
  const timed = async (kind: Kind, work: () => Promise<unknown>) => {
    const began = performance.now()
    await work()
    times[kind].push(performance.now() - began)
  }

  token = String((await send('/auth/login', OWNER))?.['token'])
  const [owner] = await sql<{ id: number }[]>`select id from users limit 1`
  const people: Person[] = Array.from({ length: CHATS }, (_, at) => telegram.person({ first_name: `P${at}` }))
  for (const person of people)
    await sql`insert into telegram_accounts ${sql({ telegram_id: person.id, user_id: owner!.id, first_name: person.user.first_name })}`
  const asked = new Map(people.map((person) => [person.id, 0]))
  const answered = (person: Person) => telegram.messages(person).filter(({ from, text }) => from?.is_bot && text && TODAY.test(text)).length // prettier-ignore
  const { domain, client_id, client_secret } = shop
  await fetch(`${services[0]}/stores/${stores[0]!.slug}/shopify`, { method: 'PUT', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ domain, client_id, client_secret }) }) // prettier-ignore

  async function write() {
    const store = stores[Math.floor(Math.random() * stores.length)]!
    if (Math.random() < 0.1) {
      const minor = 1 + Math.floor(Math.random() * 999)
      const cost = { name: 'Soak', amount: minor / 100, currency: store.currency, store: store.slug, starts_on: '2026-04-01', ends_on: '2026-04-01' } // prettier-ignore
      if (await send('/fixed-costs', cost)) {
        costs.rows++
        costs.minor += minor
      }
      return
    }
    const campaign = `C${Math.floor(Math.random() * CAMPAIGNS)}`
    const date = `2026-05-${String(1 + Math.floor(Math.random() * DAYS)).padStart(2, '0')}`
    const key = `${store.slug} ${campaign} ${date}`
    if (busy.has(key)) return // The last one to be taken must be known.
    busy.add(key)
    const minor = 100 + Math.floor(Math.random() * 9_900)
    if (await send('/financials/ad-spend', { date, store: store.slug, platform: 'meta', campaign, amount: minor / 100 })) spent.set(key, minor) // prettier-ignore
    busy.delete(key)
  }
  /** Asks in a chat that waits for no answer, and waits for that one. */
  async function ask() {
    const person = people.pop()
    if (!person) return
    asked.set(person.id, asked.get(person.id)! + 1)
    await person.writes('/today')
    await person.hears({ within: 30_000, match: TODAY }).catch(() => errors.push('Telegram: no answer within 30 s'))
    people.unshift(person)
  }
  const work = () => {
    const dice = Math.random()
    if (dice < 0.02) return timed('telegram', ask)
    if (dice < 0.2) return timed('write', write)
    return timed('read', () => send(READS[Math.floor(Math.random() * READS.length)]!))
  }

  return {
    /** Works a second that so many clients get done who do nothing but wait for each other. */
    async atMost(duration: number, clients: number): Promise<number> {
      const end = performance.now() + duration
      let done = 0
      const client = async () => {
        while (performance.now() < end) {
          await work()
          done++
        }
      }
      await Promise.all(Array.from({ length: clients }, client))
      return (done * 1_000) / duration
    },
    /** Begins works at this rate, whether or not those before are done. */
    async run(duration: number, rate: number): Promise<void> {
      const running = new Set<Promise<unknown>>()
      const began = performance.now()
      for (let begun = 0; performance.now() - began < duration;) {
        const due = ((performance.now() - began) / 1_000) * rate
        for (; begun < due; begun++) {
          const one = work().finally(() => running.delete(one))
          running.add(one)
        }
        await Bun.sleep(5)
      }
      await Promise.all(running)
    },
    /** Somebody buys in the shop. */
    buy: () => void shop.buys(String(1_000 + ++orders), { at: new Date().toISOString(), lines: [{ sku: `S${orders % 20}`, price: '12.34' }] }), // prettier-ignore
    /** The times and errors since the last call. */
    take() {
      const taken = { times: { read: times.read, write: times.write, telegram: times.telegram }, errors }
      for (const kind of KINDS) times[kind] = []
      errors = []
      return taken
    },
    /** Compares what was taken with the database; the shop's orders are brought in once more. */
    async settle(): Promise<[what: string, value: string, right: boolean][]> {
      const [sync] = await sql<
        { id: number }[]
      >`select id from sync_state where store_id = ${stores[0]!.id} and resource = 'orders'`
      const ids = stores.map(({ id }) => id)
      await send(`/sync/${sync!.id}/run`, {})
      const [found] = await sql<{ rows: number; minor: number; spent: number; booked: number; rolled: number }[]>`
        select (select count(*)::int from fixed_costs where store_id = any(${ids}::bigint[])) as rows,
               (select coalesce(sum(amount_minor), 0)::bigint from fixed_costs where store_id = any(${ids}::bigint[])) as minor,
               (select coalesce(sum(amount_minor), 0)::bigint from ad_spend where store_id = any(${ids}::bigint[])) as spent,
               (select coalesce(sum(amount_minor), 0)::bigint from ledger_entries where store_id = any(${ids}::bigint[]) and account = 'ad_spend') as booked,
               (select coalesce(sum(ad_spend_minor), 0)::bigint from daily_financials where store_id = any(${ids}::bigint[])) as rolled`
      const wanted = [...spent.values()].reduce((sum, minor) => sum + minor, 0)
      const answers = people.reduce((sum, person) => sum + answered(person), 0)
      const questions = [...asked.values()].reduce((sum, count) => sum + count, 0)
      const { rows, minor, booked, rolled } = found!
      return [
        [`fixed costs, of ${costs.rows} taken`, `${rows}, ${(minor / 100).toFixed(2)} of ${(costs.minor / 100).toFixed(2)}`, rows === costs.rows && minor === costs.minor],
        ['ad spend: taken, kept, booked, rolled up', [wanted, found!.spent, Math.abs(booked), Math.abs(rolled)].map((sum) => (sum / 100).toFixed(2)).join(', '), new Set([wanted, found!.spent, Math.abs(booked), Math.abs(rolled)]).size === 1],
        [`answers in Telegram, of ${questions} questions`, String(answers), answers === questions],
      ] // prettier-ignore
    },
  }
}
