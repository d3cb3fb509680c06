import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dayIn, PERIODS } from '../../src/day.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aProduct, aStore, bookAll } from '../support/factories.ts'
import { startService } from '../support/service.ts'

const SCRIPT = join(import.meta.dir, '../../docs/first-report.sh')
const LOGIN = ['owner@example.com', 'a "quoted" \\ password'] as const

const { sql, appUrl } = await testDatabase()

/** Runs the tour as a person would, in a folder of its own. */
async function tour(...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'dealdome-tour-'))
  const child = Bun.spawn(['sh', SCRIPT, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  const file = Bun.file(join(folder, 'daily.csv'))
  const csv = (await file.exists()) ? await file.text() : ''
  await rm(folder, { recursive: true })
  return { lines: stdout.split('\n').filter(Boolean), stderr, code, csv }
}

test.skipIf(!Bun.which('curl'))('the five requests of the tour answer stores, summary, bridge and a file', async () => {
  const store = await aStore(sql, { slug: 'nl' })
  const product_id = await aProduct(sql, store, { name: 'Mug', unit_cost: '4' })
  const today = dayIn(store.time_zone, new Date())
  await anOrder(sql, store, { day: today, lines: [{ product_id, quantity: 3, price_minor: 1_000 }] })
  const before = PERIODS.last_month(today).from
  await anOrder(sql, store, { day: before, lines: [{ product_id, quantity: 1, price_minor: 1_000 }] })
  await bookAll(sql, store)
  await using service = await startService({ DATABASE_URL: appUrl, ADMIN_EMAIL: LOGIN[0], ADMIN_PASSWORD: LOGIN[1] })

  const { lines, stderr, code, csv } = await tour(service.url, ...LOGIN)
  expect([stderr, code, lines.length]).toEqual(['', 0, 3])
  const [stores, summary, bridge] = lines.map((line) => JSON.parse(line))
  expect(stores.data).toMatchObject([{ slug: 'nl' }])
  expect(summary).toMatchObject({ end: today, revenue: 30, cogs: 12, comparison: { revenue: expect.any(Number) } })
  expect(JSON.stringify(bridge)).toContain(today)
  expect(csv.split('\n')[0]).toMatch(/^\uFEFF?"?id"?[,;]"?date/)
  expect(csv).toContain(today)

  const refused = await tour(service.url, LOGIN[0], 'wrong password')
  expect([refused.code === 0, refused.csv]).toEqual([false, ''])
})
