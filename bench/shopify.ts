import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appLogin } from '../dev/app-login.ts'
import { connect, type Sql } from '../sql/connect.ts'
import { createStore } from '../sql/stores.ts'
import { keepSync } from '../sql/sync-state.ts'
import { bookedOf, truthOf } from '../test/ingest/shopify/books.ts'
import { aHistory } from '../test/support/shopify-history.ts'
import { startShopify } from '../test/support/shopify.ts'
import { onFreshDatabase } from './fresh-database.ts'

/**
 * What the history of a shop costs: orders a second and the most memory, with the import killed in the middle and taken up again, and
 * whether every day then is what the shop's own sales come to. The shop is the stand-in of the tests; the import is a process of its own on
 * a fresh database of the local server of this checkout, which writes durably.
 */
const root = join(import.meta.dir, '..')
const ORDERS = Number(process.argv[2] ?? 100_000)

const say = (line: string) => console.error(line)
await onFreshDatabase(say, async (ownerUrl) => {
  const sql = connect(ownerUrl, { max: 2 })
  await measure(sql, ownerUrl)
  await sql.end()
})

async function measure(sql: Sql, ownerUrl: string) {
  const shopify = startShopify()
  const shop = shopify.shop('bench.myshopify.com')
  say(`Making ${ORDERS} orders …`)
  aHistory(shop, ORDERS)
  const store = await createStore(sql, {
    slug: 'bench',
    name: 'Bench',
    currency: 'EUR',
    time_zone: 'Europe/Amsterdam',
    default_cost_percent: null,
  })
  const key = { connector: 'shopify', store_id: store.id, account: '', resource: 'orders' }
  const sync = await keepSync(sql, { ...key, every_minutes: 15, next_run_at: null })
  const url = await appLogin(ownerUrl)
  const { domain, client_id, client_secret } = shop
  const start = () =>
    Bun.spawn(
      [
        process.execPath,
        join(root, 'test/support/shopify-import.ts'),
        url,
        shopify.root,
        JSON.stringify({ domain, client_id, client_secret }),
        String(sync.id),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
  const booked = async () =>
    (await sql<{ rows: number }[]>`select count(*) as rows from orders where store_id = ${store.id}`)[0]?.rows ?? 0

  const first = start()
  const running = () => [...shop.operations.values()].some(({ status }) => status === 'RUNNING')
  const begun = performance.now()
  while (shop.operations.size === 0 || running()) await Bun.sleep(200)
  say(`The shop wrote its file in ${seconds(begun)} s.`)
  const importing = performance.now()
  while ((await booked()) < ORDERS / 2) await Bun.sleep(200)
  const peak = peakOf(first.pid)
  first.kill('SIGKILL')
  await first.exited
  const kept = await booked()
  const before = shopify.downloads.length
  const second = start()
  const said = JSON.parse(await new Response(second.stdout).text()) as { peak_mb: number }
  if ((await second.exited) !== 0) throw new Error('the import failed')
  const took = (performance.now() - importing) / 1_000

  const [truth, ours] = [truthOf(shop.orders), await bookedOf(sql, store)]
  const differing = Object.keys({ ...truth, ...ours }).filter((day) => !Bun.deepEquals(truth[day], ours[day]))
  const objects = [...shop.operations.values()].reduce((sum, { objectCount }) => sum + objectCount, 0)
  process.stdout.write(
    [
      `${await booked()} orders (${objects} lines of the file) in ${took.toFixed(1)} s: ${Math.round(ORDERS / took)} orders a second`,
      `killed after ${kept} orders, taken up again; downloads of the file after that: ${shopify.downloads.length - before}; operations: ${shop.operations.size}`,
      `most memory of an importing process: ${Math.max(peak, said.peak_mb)} MB`,
      `${Object.keys(truth).length} days, ${differing.length} of them not equal to the sum over the shop's sales: ${differing.slice(0, 5).join(', ') || 'none'}`,
      '',
    ].join('\n'),
  )
  await shopify.stop()
  if (differing.length > 0) process.exitCode = 1
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1)
}

/** The most memory that a process held so far, in MB; 0 where the system does not tell. */
function peakOf(pid: number): number {
  const file = `/proc/${pid}/status`
  const status = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024)
}
