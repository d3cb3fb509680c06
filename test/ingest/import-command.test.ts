import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { testDatabase } from '../support/database.ts'
import { expectedFigures, revenue } from './expected-figures.ts'
import { aFolder, aMapping, lines, mappingJson, rowCounts, totalsOf } from './order-file.ts'

const { sql, url } = await testDatabase()
const folder = aFolder()
const COMMAND = join(import.meta.dir, '../../src/commands/import.ts')

const start = (...args: string[]) =>
  Bun.spawn([process.execPath, COMMAND, ...args], {
    env: { ...process.env, DATABASE_URL: url },
    stdout: 'pipe',
    stderr: 'pipe',
  })
async function run(...args: string[]) {
  const child = start(...args)
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()])
  const plain = (text: string) => text.replaceAll(folder.dir, '…').replace(/ in [\d.]+ s:/, ' in … s:')
  return { code: await child.exited, out: plain(out), err: plain(err) }
}

let stores = 0
function mappingFile() {
  const json = mappingJson({ store: { slug: `command-${++stores}` } })
  return {
    path: folder.write(JSON.stringify(json), `mapping-${stores}.json`),
    slug: json.store.slug,
    mapping: aMapping(json),
  }
}

/** A file of a shop of that many lines: orders of 1 to 20 lines, credit notes, postage, vouchers, free lines, prices with 3 decimals. */
function aLongFile(rows: number): string {
  let seed = 20_101_201
  const below = (limit: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * limit)
  }
  const start = Date.UTC(2025, 0, 1, 8)
  const made: string[] = []
  for (let order = 1; made.length < rows; order++) {
    const credit = below(20) === 0
    const at = new Date(start + order * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
    for (let line = below(20); line >= 0 && made.length < rows; line--) {
      const sku = ['POST', 'gift_10'][below(40)] ?? `sku-${below(900)}`
      const price = below(50) === 0 ? '0' : `${below(30)}.${String(below(1_000)).padStart(3, '0')}`
      const quantity = (1 + below(24)) * (credit ? -1 : 1)
      made.push(`${credit ? 'C' : ''}${order},${sku},"Title of ${sku}, with a comma",${quantity},${at},${price}`)
    }
  }
  return lines(...made)
}

test('the command says what it read, booked and left out', async () => {
  const { path, slug } = mappingFile()
  const bad = '2,mug,A mug,0,2026-04-08,1'
  const file = folder.write(lines('1,mug,A mug,2,2026-04-08,4.95', bad, '3,mug,A mug,1,2026-04-08,0'), 'orders.csv')
  const { code, out, err } = await run('orders', file, '--mapping', path)
  expect(out).toBe(
    `3 rows read in … s: 1 order new, 0 changed, 0 unchanged; 3 ledger entries booked.
1 row with price 0 books nothing.
1 row could not be booked:
  line 3: qty is 0
All of them, with reasons: …/orders.csv.rejects.csv
Correct them in the file itself and import it again: what is booked already stays as it is.
`,
  )
  expect(err).toBe('Reading 100 %\nSaving orders 0 %\nBooking 0 %\nBooking 100 %\n')
  expect(code).toBe(0)
  expect(await totalsOf(sql, slug)).toMatchObject({ gross_sales: 990 })

  const again = await run('orders', file, `--mapping=${path}`, '--strict')
  expect(again).toMatchObject({ code: 1, out: '' })
  expect(again.err).toContain('1 of 3 rows cannot be booked, so nothing was:\n  line 3: qty is 0\n')
})

test('a failure is a sentence and exit code 1, a wrong call the usage and exit code 2', async () => {
  const { path } = mappingFile()
  const file = folder.write(lines())
  expect(await run('orders', join(folder.dir, 'none.csv'), '--mapping', path)).toEqual({
    code: 1,
    out: '',
    err: 'The file …/none.csv cannot be read (ENOENT).\n',
  })
  expect(await run('orders', file, '--mapping', join(folder.dir, 'none.json'))).toMatchObject({
    code: 1,
    err: 'The mapping file …/none.json cannot be read (ENOENT).\n',
  })
  for (const args of [
    [],
    ['orders'],
    ['orders', file],
    ['orders', file, '--mapping'],
    ['orders', file, 'b.csv', '--mapping', path],
    ['ads', file],
    ['orders', file, '--mapping', path, '--dry'],
  ])
    expect([args.length, (await run(...args)).code]).toEqual([args.length, 2])
  expect((await run()).err).toStartWith('Usage: bun run import orders FILE --mapping FILE [--strict]\n')
})

test('the command loads exchange rates', async () => {
  const file = folder.write('Date,USD,QQQ\n2032-01-05,1.1,2\n2032-01-06,1.2,2\n')
  expect(await run('fx', file)).toEqual({
    code: 0,
    out: '2 rates from 2032-01-05 to 2032-01-06 read, 2 of them new.\nLeft out, because not known here: QQQ.\n',
    err: '',
  })
})

const LONG = aLongFile(60_000)

test('two processes that import one file into a new store at the same time book it once', async () => {
  const { path, slug, mapping } = mappingFile()
  const csv = LONG.split('\n').slice(0, 8_000).join('\n')
  const file = folder.write(csv)
  const [one, two] = await Promise.all([run('orders', file, '--mapping', path), run('orders', file, '--mapping', path)])
  expect([one.code, two.code]).toEqual([0, 0])
  expect([one.out, two.out].filter((out) => out.includes(' 0 ledger entries booked'))).toHaveLength(1)
  const { total } = expectedFigures(csv, mapping)
  expect(await totalsOf(sql, slug)).toMatchObject({
    gross_sales: Number(total.gross_sales),
    revenue: Number(revenue(total)),
  })
})

/** The statements that other connections of this database are running. */
const running = () => sql<{ query: string }[]>`
  select query from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and application_name = 'dealdome' and state <> 'idle'`

test('an import that is killed while it reads, saves or books leaves nothing; repeated, it is whole', async () => {
  const { path, slug, mapping } = mappingFile()
  const file = folder.write(LONG)
  const before = await rowCounts(sql)
  // How the statements begin that stage, save and book.
  for (const statement of ['copy staged_order_lines', 'insert into order_lines', 'with wanted as']) {
    const child = start('orders', file, '--mapping', path)
    while (!(await running()).some(({ query }) => query.includes(statement))) {
      expect(child.exitCode).toBeNull()
      await Bun.sleep(1)
    }
    child.kill('SIGKILL')
    expect(await child.exited).toBe(137)
    while ((await running()).length > 0) await Bun.sleep(5)
    expect([statement, await rowCounts(sql)]).toEqual([statement, before])
    expect(await sql`select 1 from imports i join stores s on s.id = i.store_id where s.slug = ${slug}`).toHaveLength(0)
  }
  const { code, out } = await run('orders', file, '--mapping', path)
  expect(code).toBe(0)
  expect(out).toStartWith('60,000 rows read')
  const { total } = expectedFigures(LONG, mapping)
  expect(await totalsOf(sql, slug)).toEqual({
    ...Object.fromEntries(Object.entries(total).flatMap(([name, value]) => (value ? [[name, Number(value)]] : []))),
    revenue: Number(revenue(total)),
  })
}, 180_000)
