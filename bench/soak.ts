import { appLogin } from '../dev/app-login.ts'
import { connect, type Pool } from '../sql/connect.ts'
import { ensureDemo } from '../src/demo.ts'
import { startEcb } from '../test/support/ecb.ts'
import { startAnthropic } from '../test/support/anthropic.ts'
import { says } from '../test/support/anthropic-turns.ts'
import { OWNER } from '../test/support/owner.ts'
import { startService } from '../test/support/service.ts'
import { startShopify } from '../test/support/shopify.ts'
import { startTelegram } from '../test/support/telegram.ts'
import { bookedOf, truthOf } from '../test/ingest/shopify/books.ts'
import { aStore } from '../test/support/factories.ts'
import { onFreshDatabase } from './fresh-database.ts'
import { memory } from './processes.ts'
import { createTraffic, KINDS, type Kind } from './soak-traffic.ts'

/**
 * `bun run soak [MINUTES] [PERCENT]`: mixed traffic (REST, Telegram, jobs) on two processes over one database, at a share of what they can do at
 * most, which is measured first. Prints errors, memory and times by minute, and whether any fact was lost or is there twice; exit code 1
 * when something is. Everything runs on this machine, the traffic too, so the limit is that of all together.
 */
const [minutes = 30, percent = 70] = process.argv.slice(2).map(Number)
if (!(minutes >= 3 && percent >= 1 && percent <= 100)) {
  process.stderr.write('Usage: bun run soak [MINUTES, at least 3] [PERCENT]\n')
  process.exit(2)
}
const say = (line: string) => process.stdout.write(`${line}\n`)
/** Milliseconds: of measuring the limit, of getting warm before it, and between two orders in the shop. */
const [MEASURING, WARMING, ORDERS] = [20_000, 10_000, 1_000]
/** Stores that are written to: writes to one come one after the other. */
const STORES = 4

const ending: (() => unknown)[] = []
await onFreshDatabase(
  say,
  async (ownerUrl) => {
    try {
      const sql = connect(ownerUrl, { max: 2, sees: 'all' })
      ending.push(() => sql.end({ timeout: 1 }))
      say('Making the demo workspace …')
      await ensureDemo(sql, { now: new Date() })
      process.exitCode = (await soak(sql, ownerUrl)) ? 0 : 1
    } finally {
      for (const end of ending.toReversed()) await end()
    }
  },
  'soak',
)

async function soak(sql: Pool, ownerUrl: string): Promise<boolean> {
  const [claude, telegram] = await Promise.all([
    startAnthropic({ otherwise: () => says('All is well.') }),
    startTelegram(),
  ])
  const [shopify, ecb] = [startShopify(), startEcb()]
  ending.push(() => Promise.all([claude.stop(), telegram.stop(), shopify.stop(), ecb.stop()]))
  ecb.publish([{ day: new Date().toISOString().slice(0, 10), rates: { GBP: '0.86', USD: '1.08' } }])
  const environment = {
    NODE_ENV: 'production',
    DATABASE_URL: await appLogin(ownerUrl),
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
    RATE_LIMIT: '9999999',
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.root,
    ANTHROPIC_API_KEY: claude.key,
    ANTHROPIC_BASE_URL: claude.url,
    MODEL_BUDGET_PER_PERSON_DAY: '99999',
    ROUTER_MODEL: 'none',
    SHOPIFY_API_ROOT: shopify.root,
    ECB_API_ROOT: ecb.url,
  }
  const services = [await startService({ ...environment, ROLES: 'api,bot,worker' }), await startService({ ...environment, ROLES: 'api,worker' })] // prettier-ignore
  for (const service of services) ending.push(() => service.kill())

  const stores = await Promise.all(
    Array.from({ length: STORES }, (_, at) => aStore(sql, { slug: `soak-${at + 1}`, name: `Soak ${at + 1}` })),
  )
  const store = stores[0]!
  const shop = shopify.shop('soak.myshopify.com')
  const traffic = await createTraffic({ services: services.map(({ url }) => url), sql, telegram, stores, shop })

  say(`Measuring what two processes can do at most, for ${MEASURING / 1_000} s …`)
  await traffic.atMost(WARMING, 8)
  const limit = await traffic.atMost(MEASURING, 16)
  const rate = (limit * percent) / 100
  say(
    `At most ${limit.toFixed(0)} works a second; ${percent} % of that, ${rate.toFixed(0)} a second, for ${minutes} minutes.\n`,
  )

  const windows: { seconds: number; errors: number; times: Record<Kind, number[]>; held: number[] }[] = []
  traffic.take()
  const buying = setInterval(() => traffic.buy(), ORDERS)
  say(`minute   works  errors   ${KINDS.map((kind) => `${kind} p50/p99 ms`.padEnd(22)).join('')}memory MB`)
  for (let minute = 1; minute <= minutes; minute++) {
    const began = performance.now()
    await traffic.run(60_000, rate)
    const { times, errors } = traffic.take()
    const held = services.map(({ pid }) => memory(pid, 'VmRSS') ?? 0)
    windows.push({ seconds: (performance.now() - began) / 1_000, errors: errors.length, times, held })
    const works = KINDS.reduce((sum, kind) => sum + times[kind].length, 0)
    const shown = KINDS.map((kind) => `${ms(times[kind], 0.5)}/${ms(times[kind], 0.99)}`.padEnd(22)).join('')
    say(
      `${String(minute).padStart(6)} ${String(works).padStart(7)} ${String(errors.length).padStart(7)}   ${shown}${held.join(' ')}`,
    )
    for (const error of new Set(errors)) say(`         ${error}`)
  }
  clearInterval(buying)
  say('\nWaiting until all that was asked is answered and all that was ordered is in …')
  const lost = await traffic.settle()
  const differing = await untilEqual(async () => {
    const [ours, truth] = [await bookedOf(sql, store), truthOf(shop.orders)]
    return Object.keys({ ...ours, ...truth }).filter((day) => ours[day]?.revenue !== truth[day]?.revenue)
  })
  const logged = services.flatMap(({ logs }) => logs.filter(({ level }) => level === 'error'))
  const parked = await sql`select 1 from graphile_worker.jobs where attempts >= max_attempts and locked_at is null`
  const medians = (kind: Kind) => windows.map(({ times }) => ms(times[kind], 0.5))
  const means = KINDS.map((kind) => `${kind} ${drifted(medians(kind), mean)}`)
  const drift = KINDS.map((kind) => `${kind} ${drifted(medians(kind), ofQuiet)}`)
  const isSteady = KINDS.every((kind) => third(medians(kind), 2, ofQuiet) < 1.25 * third(medians(kind), 0, ofQuiet) + 3)
  const growth = services.map((_, which) => grown(windows.map(({ held }) => held[which]!)))
  const errors = windows.reduce((sum, window) => sum + window.errors, 0)
  const facts: [string, string, boolean][] = [
    ['requests that failed', String(errors), errors === 0],
    ['errors in the logs', logged.length ? `${logged.length}: ${JSON.stringify(logged[0]).slice(0, 300)}` : '0', logged.length === 0],
    ['jobs that failed for good', String(parked.length), parked.length === 0],
    ...lost,
    [`${shop.orders.length} orders of the shop, days not equal to the cent`, String(differing.length), differing.length === 0],
    ['memory, last third beside the middle one', growth.map((mb) => `${mb >= 0 ? '+' : ''}${mb} MB`).join(', '), growth.every((mb) => mb < 30)],
    ['median time of quiet minutes, last third beside the first', drift.join(', '), isSteady],
  ] // prettier-ignore
  for (const [what, value, right] of facts) say(`${right ? '✓' : '✗'} ${what}: ${value}`)
  say(`  median time of all minutes, last third beside the first: ${means.join(', ')}`)
  return facts.every(([, , right]) => right)
}

function ms(times: readonly number[], part: number): number {
  const sorted = times.toSorted((one, other) => one - other)
  return Math.round((sorted[Math.floor(sorted.length * part)] ?? 0) * 10) / 10
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)
}

/** The lower quartile. What grows, grows in quiet minutes too; what else the machine does slows some minutes down and none of these. */
function ofQuiet(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 4)] ?? 0
}

/** One third of the minutes in a number. */
function third(values: readonly number[], which: 0 | 1 | 2, inOne: typeof mean): number {
  const size = Math.max(Math.ceil(values.length / 3), 1)
  return inOne(values.slice(size * which, size * (which + 1)))
}

/** Megabytes; the first third is that of getting warm. */
function grown(held: readonly number[]): number {
  return Math.round(third(held, 2, mean) - third(held, 1, mean))
}

function drifted(medians: readonly number[], inOne: typeof mean): string {
  return `${third(medians, 0, inOne).toFixed(1)} → ${third(medians, 2, inOne).toFixed(1)} ms`
}

/** What differs once nothing changes any more, or after a minute. */
async function untilEqual(differing: () => Promise<string[]>): Promise<string[]> {
  for (const end = performance.now() + 60_000; ; await Bun.sleep(500)) {
    const left = await differing()
    if (left.length === 0 || performance.now() > end) return left
  }
}
