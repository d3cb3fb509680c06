import { appLogin } from '../dev/app-login.ts'
import { freePort } from '../dev/ports.ts'
import { connect, type Sql } from '../sql/connect.ts'
import { createStore } from '../sql/stores.ts'
import { bookedOf, truthOf } from '../test/ingest/shopify/books.ts'
import { dayIn } from '../src/day.ts'
import { startService } from '../test/support/service.ts'
import { deliver, deliveriesOf, told } from '../test/support/shopify-webhooks.ts'
import { startShopify } from '../test/support/shopify.ts'
import { until } from '../test/support/until.ts'
import { onFreshDatabase } from './fresh-database.ts'

/**
 * How long it takes from an order to its figure: the shop is the stand-in of the tests, which sends its webhooks to the true service, and
 * the figure is seen when GET /financials/summary, which the dashboard asks, holds it. Then how many orders a second come in by webhooks, and
 * whether every day is what the shop's sales come to. The database is the local server of this checkout, which writes durably.
 */
const [ONE_BY_ONE, AT_ONCE] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 2_000)]
const OWNER = { email: 'owner@example.com', password: 'correct horse battery' }

const say = (line: string) => console.error(line)
await onFreshDatabase(say, async (ownerUrl) => {
  const sql = connect(ownerUrl, { max: 2 })
  await measure(sql, ownerUrl)
  await sql.end()
})

async function measure(sql: Sql, ownerUrl: string) {
  const shopify = startShopify()
  const shop = shopify.shop('bench.myshopify.com')
  // The points of a large shop: what is measured is us.
  shop.bucket = Object.assign(shop.bucket, { take: () => true })
  const made = { currency: 'EUR', time_zone: 'Europe/Amsterdam', default_cost_percent: null }
  const store = await createStore(sql, { slug: 'bench', name: 'Bench', ...made })
  const port = await freePort()
  await using service = await startService({
    DATABASE_URL: await appLogin(ownerUrl),
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SHOPIFY_API_ROOT: shopify.root,
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
    RATE_LIMIT: '1000000',
  })
  let token = ''
  const ask = async (path: string, method = 'GET', json?: object) => {
    const response = await fetch(service.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(json && { body: JSON.stringify(json) }),
    })
    return (await response.json()) as Record<string, unknown>
  }
  token = String((await ask('/auth/login', 'POST', OWNER))['token'])
  const { domain, client_id, client_secret } = shop
  await ask('/stores/bench/shopify', 'PUT', { domain, client_id, client_secret })
  await until('the shop tells us of changes', () => shop.subscriptions.length === 13)
  await until('its empty history is in', async () => {
    const { data } = await ask('/sync?store=bench')
    return (data as { resource: string; status: string }[]).some(
      ({ resource, status }) => resource === 'orders' && status === 'done',
    )
  })

  const today = dayIn(store.time_zone, new Date())
  const revenue = async () => {
    const { revenue: amount } = await ask(`/financials/summary?start=${today}&end=${today}&store=bench`)
    return Number(amount)
  }
  const buys = (nth: number) =>
    shop.buys(String(nth), {
      at: new Date().toISOString(),
      lines: [1, 2, 3].map((line) => ({ sku: `SKU-${(nth * line) % 50}`, price: '10.00', quantity: 1 })),
      tax: 21,
      fee: '0.60',
    })
  const [answered, seen]: [number[], number[]] = [[], []]
  for (let nth = 0; nth < ONE_BY_ONE; nth++) {
    const begun = performance.now()
    const order = buys(nth)
    for (const delivery of deliveriesOf(shop, 'orders/create', told.order(order))) {
      const sent = performance.now()
      if ((await deliver(delivery)).status !== 200) throw new Error('a webhook was refused')
      answered.push(performance.now() - sent)
    }
    const expected = (nth + 1) * 30
    await until('the figure is there', async () => (await revenue()) >= expected)
    seen.push(performance.now() - begun)
  }
  say(`${AT_ONCE} orders at once …`)
  const orders = Array.from({ length: AT_ONCE }, (_, nth) => buys(ONE_BY_ONE + nth))
  const deliveries = orders.flatMap((order) => deliveriesOf(shop, 'orders/create', told.order(order)))
  const begun = performance.now()
  const sender = async () => {
    for (let next = deliveries.shift(); next; next = deliveries.shift()) {
      const sent = performance.now()
      if ((await deliver(next)).status !== 200) throw new Error('a webhook was refused')
      burst.push(performance.now() - sent)
    }
  }
  const burst: number[] = []
  await Promise.all(Array.from({ length: 16 }, sender))
  const taken = (performance.now() - begun) / 1_000
  const count = async () => (await sql<{ n: number }[]>`select count(*) as n from orders`)[0]!.n
  await until('all are booked', async () => (await count()) === ONE_BY_ONE + AT_ONCE)
  const booked = (performance.now() - begun) / 1_000

  const [truth, ours] = [truthOf(shop.orders), await bookedOf(sql, store)]
  const right = Bun.deepEquals(truth, ours)
  process.stdout.write(
    [
      `from an order to its figure, ${ONE_BY_ONE} times: ${spread(seen)}`,
      `a webhook is answered: ${spread(answered)}; while ${AT_ONCE} come at once: ${spread(burst)}`,
      `${AT_ONCE} webhooks taken in ${taken.toFixed(1)} s (${Math.round(AT_ONCE / taken)} a second), their orders booked after ${booked.toFixed(1)} s: ${Math.round(AT_ONCE / booked)} orders a second`,
      `every day is what the shop's sales come to: ${right ? 'yes' : 'NO'}`,
      '',
    ].join('\n'),
  )
  await shopify.stop()
  if (!right) process.exitCode = 1
}

function spread(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return `half within ${at(0.5)} ms, 95 % within ${at(0.95)} ms, all within ${at(1)} ms`
}
