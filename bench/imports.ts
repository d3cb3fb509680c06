import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { appLogin } from '../dev/app-login.ts'
import { connect, type Sql } from '../sql/connect.ts'
import { OrderLinesMapping } from '../src/ingest/csv/mapping.ts'
import { expectedFigures, FIGURES } from '../test/ingest/expected-figures.ts'
import { onFreshDatabase } from './fresh-database.ts'
import { generatedOrderLines, MAPPING } from './order-lines.ts'
import { memory } from './processes.ts'

/**
 * What importing a file of orders costs: lines a second into the ledger, by step, and the most memory of the importing process and of its
 * connection's process in the database; a tenth of the file first, because memory should not follow the number of lines. Then the same file
 * again. Every day is compared with a sum in whole numbers that none of the code under test takes part in. The file is the half million
 * lines of Online Retail where it is there, else lines that are made up (`bun run bench:imports LINES` always makes them up). Each import is
 * the command itself, a process of its own, signed in as the service is, on a fresh database of the local server of this checkout, which
 * writes durably.
 */
const ROOT = join(import.meta.dir, '..')
const DATA = join(ROOT, '../shared/data/orders')
const FILE = join(DATA, 'online-retail.csv.gz')
const LINES = process.argv[2] === undefined ? undefined : Number(process.argv[2])

const say = (line: string) => console.error(line)
const folder = mkdtempSync(join(tmpdir(), 'dealdome-bench-'))
try {
  await onFreshDatabase(say, async (ownerUrl) => {
    const sql = connect(ownerUrl, { max: 2, sees: 'all' })
    await measure(sql, await appLogin(ownerUrl))
    await sql.end()
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function material(): Promise<{ csv: string; mapping: object }> {
  if (LINES !== undefined || !existsSync(FILE)) return { csv: generatedOrderLines(LINES ?? 500_000), mapping: MAPPING }
  const csv = new TextDecoder().decode(Bun.gunzipSync(readFileSync(FILE)))
  return { csv, mapping: (await Bun.file(join(DATA, 'online-retail.mapping.json')).json()) as object }
}

async function measure(sql: Sql, url: string) {
  const { csv, mapping } = await material()
  const store = { name: 'Bench', currency: 'GBP', time_zone: 'Europe/London' }
  const ends = csv.indexOf('\n', csv.length / 10)
  const table = []
  let wrong = 0
  for (const [what, slug, text] of [
    ['a tenth', 'tenth', csv.slice(0, ends + 1)],
    ['all', 'whole', csv],
    ['all again', 'whole', csv],
  ] as const) {
    const given = { ...mapping, store: { ...store, slug } }
    const [file, map] = [join(folder, `${slug}.csv.gz`), join(folder, `${slug}.json`)]
    await Bun.write(file, Bun.gzipSync(new TextEncoder().encode(text)))
    await Bun.write(map, JSON.stringify(given))
    table.push({ what, ...(await imported(sql, { url, file, map })) })
    wrong += await daysThatDiffer(sql, slug, expectedFigures(text, v.parse(OrderLinesMapping, given)).days)
  }
  console.table(table)
  console.log(`days that are not equal to the independent sum: ${wrong}`)
  if (wrong > 0) process.exitCode = 1
}

/** One run of the command, with the time from step to step and the most memory that was seen. */
async function imported(sql: Sql, { url, file, map }: { url: string; file: string; map: string }) {
  const { PATH, HOME } = process.env
  const begun = performance.now()
  const child = Bun.spawn(
    [process.execPath, '--no-env-file', join(ROOT, 'src/commands/import.ts'), 'orders', file, '--mapping', map],
    { cwd: ROOT, env: { PATH, HOME, DATABASE_URL: url }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let [peak, databasePeak] = [0, 0]
  const watch = async () => {
    while (child.exitCode === null && child.signalCode === null) {
      peak = Math.max(peak, memory(child.pid, 'VmHWM') ?? 0)
      const backends = await sql<{ pid: number }[]>`
        select pid from pg_stat_activity where usename = 'dealdome_service' and datname = current_database()`
      databasePeak = Math.max(databasePeak, ...backends.map(({ pid }) => memory(pid, 'RssAnon') ?? 0))
      await Bun.sleep(100)
    }
  }
  const watched = watch()
  const steps = await stepsOf(child.stderr)
  const said = await new Response(child.stdout).text()
  await watched
  if ((await child.exited) !== 0) throw new Error(`the import failed: ${steps.text}`)
  const [, rows = '', seconds = ''] = /^([\d,]+) rows? read in ([\d.]+) s/.exec(said) ?? []
  const lines = Number(rows.replaceAll(',', ''))
  const { begins } = steps
  const took = (from: string, to: number | undefined) =>
    (((to ?? performance.now()) - (begins.get(from) ?? begun)) / 1_000).toFixed(1)
  return {
    lines,
    seconds,
    'lines/s': Math.round(lines / Number(seconds)),
    reading: took('Reading', begins.get('Saving orders')),
    saving: took('Saving orders', begins.get('Booking')),
    booking: took('Booking', undefined),
    'process MB': peak,
    'database MB': databasePeak,
  }
}

/** When each step began, as the command tells on stderr. */
async function stepsOf(stderr: ReadableStream<Uint8Array>) {
  const begins = new Map<string, number>()
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of stderr) {
    text += decoder.decode(piece, { stream: true })
    for (const [, step = ''] of text.matchAll(/^(\D+) \d+ %$/gm))
      if (!begins.has(step)) begins.set(step, performance.now())
  }
  return { begins, text }
}

async function daysThatDiffer(sql: Sql, slug: string, expected: ReturnType<typeof expectedFigures>['days']) {
  const rows = await sql<Record<string, string>[]>`
    select day, orders::text, units_sold::text, units_returned::text, gross_sales_minor::text as gross_sales, discounts_minor::text as discounts,
           returns_minor::text as returns, shipping_income_minor::text as shipping_income, cogs_minor::text as cogs,
           transaction_fees_minor::text as transaction_fees, gift_cards_minor::text as gift_cards
    from daily_financials d
    join stores s on s.id = d.store_id
    where s.slug = ${slug}`
  const booked = new Map(rows.map((row) => [row['day'], FIGURES.map((name) => row[name]).join(' ')]))
  const days = new Set([...booked.keys(), ...expected.keys()])
  const differing = [...days].filter(
    (day = '') => booked.get(day) !== FIGURES.map((name) => expected.get(day)?.[name]).join(' '),
  )
  for (const day of differing.slice(0, 5)) say(`${slug} ${day}: ${booked.get(day)}`)
  return differing.length
}
