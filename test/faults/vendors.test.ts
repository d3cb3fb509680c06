import { afterAll, expect, test } from 'bun:test'
import { listSyncs } from '../../sql/sync-state.ts'
import { bookedOf, truthOf } from '../ingest/shopify/books.ts'
import { says } from '../support/anthropic-turns.ts'
import { aStore } from '../support/factories.ts'
import { faultTable } from '../support/fault-table.ts'
import { spends, startMeta } from '../support/meta.ts'
import { startOpenai } from '../support/openai.ts'
import { OWNER } from '../support/owner.ts'
import { NONSENSE, type Proxy, startProxy, type Trouble } from '../support/proxy.ts'
import { startShopify } from '../support/shopify.ts'
import { startTeam } from '../support/team.ts'
import { until } from '../support/until.ts'

const ending: (() => unknown)[] = []
afterAll(async () => {
  for (const end of ending) await end()
})
const { sql, claude, telegram, service: first, start, aMember, textsTo } = await startTeam()
const ann = await aMember()
await first.stop()
const today = new Date().toISOString().slice(0, 10)
const [shopify, meta, openai] = [startShopify(), startMeta({ today }), startOpenai()]
const proxies: Record<string, Proxy> = {
  claude: await startProxy(claude.url),
  openai: await startProxy(openai.url),
  telegram: await startProxy(telegram.root),
  shopify: await startProxy(shopify.root),
  meta: await startProxy(meta.root),
}
ending.push(() => Promise.all(Object.values(proxies).map((proxy) => proxy.stop())))
ending.push(() => Promise.all([shopify.stop(), meta.stop(), openai.stop()]))
const make = (trouble: Trouble) => Promise.all(Object.values(proxies).map((proxy) => proxy.make(trouble)))

const service = await start({
  ANTHROPIC_API_KEY: claude.key,
  ANTHROPIC_BASE_URL: proxies['claude']!.url,
  ROUTER_MODEL: 'none',
  OPENAI_API_KEY: openai.key,
  OPENAI_BASE_URL: proxies['openai']!.url,
  TELEGRAM_API_ROOT: proxies['telegram']!.url,
  SHOPIFY_API_ROOT: proxies['shopify']!.url,
  META_API_ROOT: proxies['meta']!.url,
})
const table = faultTable('Services outside')

let token = ''
async function call(path: string, { method = 'GET', json }: { method?: string; json?: object } = {}) {
  const headers = { authorization: `Bearer ${token}`, ...(json && { 'content-type': 'application/json' }) }
  const response = await fetch(service.url + path, { method, headers, ...(json && { body: JSON.stringify(json) }) })
  const body = (await response.json()) as Record<string, unknown>
  return { status: response.status, body }
}
token = String((await call('/auth/login', { method: 'POST', json: OWNER })).body['token'])

const store = await aStore(sql, { slug: 'shop', name: 'Shop' })
const shop = shopify.shop('shop.myshopify.com')
const { domain, client_id, client_secret } = shop
shop.buys('1000', { at: new Date().toISOString(), lines: [{ sku: 'A', price: '10.00' }] })
const connected = await call('/stores/shop/shopify', { method: 'PUT', json: { domain, client_id, client_secret } })
expect(connected.status).toBe(200)
const account = meta.addAccount()
const campaign = meta.addCampaign(account, 'Spring')
let spent = 10_000
spends(campaign, today, spent)
const ads = await call('/ad-accounts', { method: 'POST', json: { store: 'shop', external_id: account.id, token: account.token } }) // prettier-ignore
expect(ads.status).toBe(201)

const syncOf = async (connector: string, resource: string) => {
  const rows = await listSyncs(sql, { id: null, store_ids: [store.id], limit: 50, offset: 0, after: null, now: new Date() }) // prettier-ignore
  const { id } = rows.find((row) => row.connector === connector && row.resource === resource)!
  return {
    run: () => call(`/sync/${id}/run`, { method: 'POST' }),
    now: async () => (await listSyncs(sql, { id, store_ids: null, limit: 1, offset: 0, after: null, now: new Date() }))[0]!, // prettier-ignore
  }
}
const [orders, insights] = [await syncOf('shopify', 'orders'), await syncOf('meta', 'insights')]
const ordersAreRight = async () => Bun.deepEquals(await bookedOrders(), truthOf(shop.orders))
/** What the shop's orders come to, without the ad spend that is booked beside them. */
const bookedOrders = () => bookedOf(sql, store)
const spendIsRight = async () => {
  const [row] = await sql<{ rows: number; booked: number }[]>`
    select (select coalesce(sum(amount_minor), 0)::bigint from ad_spend where store_id = ${store.id}) as rows,
           (select coalesce(sum(ad_spend_minor), 0)::bigint from daily_financials where store_id = ${store.id}) as booked`
  return row?.rows === spent && row.booked === spent
}
await until('the first orders and days are in', async () => (await ordersAreRight()) && (await spendIsRight()))

const ask = () => call('/agents/messages', { method: 'POST', json: { text: 'How are you?' } })
const search = async () => (await call('/chunks?q=oak+table')).body['notice'] as string | null
const inWords = ({ status, body }: Awaited<ReturnType<typeof ask>>) =>
  status === 200 ? `“${String(body['text'])}”` : `${status} “${String(body['detail'])}”`

/** What each person meets while it lasts. */
async function meet(patience: number) {
  const failed = async (sync: typeof orders) => {
    for (const end = performance.now() + patience; performance.now() < end; await Bun.sleep(50)) {
      const { status, error } = await sync.now()
      if (error !== null && status === 'failed') return `\`/sync\`: “${error}”`
    }
    return 'nothing: it takes longer'
  }
  const late = new Promise<string>((resolve) => setTimeout(resolve, patience, 'no answer yet'))
  const [claudeSaid, openaiSaid, shopifySaid, metaSaid] = await Promise.all([
    Promise.race([ask().then(inWords), late]),
    Promise.race([search().then((notice) => (notice === null ? 'found by meaning' : `“${notice}”`)), late]),
    failed(orders),
    failed(insights),
  ])
  return { claude: claudeSaid, openai: openaiSaid, shopify: shopifySaid, meta: metaSaid }
}

const TROUBLES: { name: string; trouble: Trouble; patience: number }[] = [
  { name: 'down', trouble: 'refuse', patience: 8_000 },
  { name: 'slow (each piece 200 ms late)', trouble: { delay: 200 }, patience: 2_000 },
  { name: 'cut in mid-stream', trouble: { cut: 350 }, patience: 4_000 },
  { name: 'talking nonsense', trouble: { answer: NONSENSE }, patience: 4_000 },
  { name: 'silent for 6 seconds', trouble: 'hang', patience: 6_000 },
]

let number = 1_000
for (const { name, trouble, patience } of TROUBLES)
  test(`with all of them ${name}, people are told, the rest works, and all of it comes in afterwards, once`, async () => {
    claude.script(Array.from({ length: 40 }, () => says('All is well.')))
    shop.buys(String(++number), { at: new Date().toISOString(), lines: [{ sku: 'A', price: '12.34' }] })
    spends(campaign, today, (spent += 1_234))
    const before = textsTo(ann).length
    await make(trouble)
    for (const sync of [orders, insights]) expect((await sync.run()).status).toBe(202)
    await ann.writes('/today')
    const met = await meet(patience)
    // Figures need none of them.
    expect((await call('/financials/summary?store=nl')).status).toBe(200)
    const healed = performance.now()
    await make('none')
    const took = async (what: string, well: () => unknown) => {
      await until(what, well)
      return performance.now() - healed
    }
    const [byClaude, byOpenai, byTelegram, byShopify, byMeta] = await Promise.all([
      took('Claude answers', async () => (await ask()).body['text'] === 'All is well.'),
      took('passages are found by meaning', async () => (await search()) === null),
      took('Telegram has the answer', () => textsTo(ann).length > before),
      took('the orders are right', ordersAreRight),
      took('the ad spend is right', spendIsRight),
    ])
    const answers = textsTo(ann).slice(before)
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toMatch(/^All stores · Today/)
    expect((await call('/jobs?state=parked')).body['data']).toEqual([])
    for (const [vendor, saw, recovery, lost] of [
      ['Claude', met.claude, byClaude, 'nothing'],
      ['OpenAI', met.openai, byOpenai, 'nothing'],
      ['Telegram', 'the answer came late', byTelegram, `nothing: ${answers.length === 1 ? 'one answer' : `the answer came ${answers.length} times`}`], // prettier-ignore
      ['Shopify', met.shopify, byShopify, `nothing: ${shop.orders.length} orders, equal to the cent`],
      ['Meta', met.meta, byMeta, `nothing: ${(spent / 100).toFixed(2)} EUR, equal to the cent`],
    ] as const)
      table.note({ fault: `${vendor} ${name}`, saw, lost, recovery })
  }, 180_000)
