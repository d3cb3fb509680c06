import { expect } from 'bun:test'
import type { Sql } from '../../sql/connect.ts'
import type { Store } from '../../sql/stores.ts'

type Answered = { at: number; status: number; detail: string }
type Asked = { url: () => string; token: string; store: Store; clients?: number; pause?: number }

/**
 * People at work while something breaks: each client posts a fixed cost and a day of ad spend, both new, again and again until they are taken (with
 * the same Idempotency-Key, as a careful client does), and reads a report in between. `stop` ends them, and resolves once the last write is taken.
 */
export function startTraffic({ url, token, store, clients = 3, pause = 5 }: Asked) {
  const answered: Answered[] = []
  const taken = { costs: 0, spent: 0, writes: 0, reads: 0 }
  const run = crypto.randomUUID().slice(0, 8)
  const stopping = new AbortController()

  async function send(path: string, json?: object, key?: string): Promise<boolean> {
    const began = performance.now()
    try {
      const response = await fetch(url() + path, {
        method: json ? 'POST' : 'GET',
        headers: {
          authorization: `Bearer ${token}`,
          ...(json && { 'content-type': 'application/json', 'idempotency-key': key ?? '' }),
        },
        ...(json && { body: JSON.stringify(json) }),
      })
      const text = await response.text()
      const isProblem = response.headers.get('content-type') === 'application/problem+json'
      const detail = isProblem ? (JSON.parse(text) as { detail: string }).detail : response.ok ? '' : text.slice(0, 200)
      answered.push({ at: performance.now(), status: response.status, detail })
      return response.ok
    } catch (error) {
      // Our end of the connection: the process was not there.
      const detail = error instanceof Error ? error.name : 'no answer'
      answered.push({
        at: performance.now(),
        status: 0,
        detail: `no answer (${detail}) after ${performance.now() - began}`,
      })
      return false
    }
  }

  async function until(path: string, json: object) {
    const key = crypto.randomUUID()
    while (!(await send(path, json, key))) await Bun.sleep(pause * 4)
    taken.writes++
  }

  async function work(client: number) {
    for (let at = 1; !stopping.signal.aborted; at++) {
      const name = `${run} ${client} ${at}`
      const amount = (client * 7 + at) % 90
      const cost = { name, amount: amount + 0.01, currency: store.currency, store: store.slug, starts_on: '2026-04-01' }
      await until('/fixed-costs', cost)
      taken.costs += amount * 100 + 1
      const date = `2026-04-${String((at % 28) + 1).padStart(2, '0')}`
      const spend = { date, store: store.slug, platform: 'meta', campaign: name, amount: amount + 0.02 }
      await until('/financials/ad-spend', spend)
      taken.spent += amount * 100 + 2
      if (await send(`/financials/summary?store=${store.slug}&start=2026-04-01&end=2026-04-30`)) taken.reads++
      await Bun.sleep(pause)
    }
  }
  const working = Promise.all(Array.from({ length: clients }, (_, client) => work(client)))

  return {
    answered: answered as readonly Answered[],
    taken: taken as Readonly<typeof taken>,
    stop: async () => {
      stopping.abort()
      await working
    },
    /** What failed since `began` (of `performance.now`), each once: status and words. */
    failures: (began: number) => [
      ...new Set(
        answered.flatMap(({ at, status, detail }) =>
          at >= began && (status === 0 || status >= 400) ? [`${status} ${detail}`] : [],
        ),
      ),
    ],
    /** Milliseconds from `moment` to the first answer after it that was right. */
    wellAfter: async (moment: number) => {
      for (;;) {
        const good = answered.find(({ at, status }) => at >= moment && status > 0 && status < 400)
        if (good) return good.at - moment
        await Bun.sleep(10)
      }
    },
  }
}
export type Traffic = ReturnType<typeof startTraffic>

/** Expects what was taken to be in the database once, and the ledger to be the sum of it. Call it after `stop`. */
export async function nothingLost(sql: Sql, store: Store, { taken }: Traffic): Promise<string> {
  const [found] = await sql<{ costs: number; rows: number; spent: number; booked: number; rolled: number }[]>`
    select (select coalesce(sum(amount_minor), 0)::bigint from fixed_costs where store_id = ${store.id}) as costs,
           (select count(*)::int from fixed_costs where store_id = ${store.id}) as rows,
           (select coalesce(sum(amount_minor), 0)::bigint from ad_spend where store_id = ${store.id}) as spent,
           (select coalesce(sum(amount_minor), 0)::bigint from ledger_entries where store_id = ${store.id} and account = 'ad_spend') as booked,
           (select coalesce(sum(ad_spend_minor), 0)::bigint from daily_financials where store_id = ${store.id}) as rolled`
  const { costs, spent } = taken
  expect(found).toMatchObject({ costs, spent })
  expect([Math.abs(found!.booked), Math.abs(found!.rolled)]).toEqual([spent, spent])
  return `nothing: ${taken.writes} writes, ${((costs + spent) / 100).toFixed(2)} ${store.currency} in all`
}
