import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { appLogin } from '../dev/app-login.ts'
import { connect, type Sql } from '../sql/connect.ts'
import { addDays } from '../src/day.ts'
import { onFreshDatabase } from './fresh-database.ts'

/**
 * What large exports and bulk upserts cost: time, and the most memory that the service held meanwhile. The service is a process of its own,
 * as in production, on a fresh database of the local server of this checkout, which writes durably.
 */
const root = join(import.meta.dir, '..')
const STORES = 100
const DAYS = 1_000
const ROWS = 5_000
const FIRST = '2023-01-01'
const LAST = addDays(FIRST, DAYS - 1)
const OWNER = { email: 'bench@example.com', password: randomBytes(12).toString('hex') }

const say = (line: string) => console.error(line)
await onFreshDatabase(say, async (ownerUrl) => {
  const sql = connect(ownerUrl, { max: 1 })
  say(`Filling ${STORES} stores with ${DAYS} days each …`)
  await fill(sql)
  await sql.end()
  await measure(await appLogin(ownerUrl))
})

/** Five entries a day for each store, which the rollup adds up to the rows that are exported. */
async function fill(sql: Sql) {
  await sql`
    insert into stores (slug, name, currency, time_zone)
    select 'store-' || n, 'Store ' || n, 'EUR', 'Europe/Amsterdam' from generate_series(1, ${STORES}::int) n`
  const stores = await sql<{ id: number }[]>`select id from stores order by id`
  for (const { id } of stores)
    await sql`
      insert into ledger_entries (store_id, business_day, account, quantity, amount_minor, currency, basis, source)
      select ${id}, day::date, account, 1, (1000 + hashtext(account || day || ${id}) % 1000) * factor, 'EUR', 'actual', 'bench/' || day::date
      from generate_series(${FIRST}::date, ${LAST}::date, interval '1 day') day
      cross join (values ('gross_sales', 50), ('cogs', 15), ('shipping_cost', 5), ('transaction_fees', 2), ('ad_spend', 12)) one (account, factor)`
  await sql`analyze`
}

async function measure(databaseUrl: string) {
  const { PATH, HOME } = process.env
  const service = Bun.spawn([process.execPath, '--no-env-file', join(root, 'src/main.ts')], {
    cwd: root,
    env: {
      PATH,
      HOME,
      PORT: '0',
      NODE_ENV: 'production',
      ROLES: 'api',
      DATABASE_URL: databaseUrl,
      JWT_SECRET: randomBytes(32).toString('hex'),
      ENCRYPTION_KEY: randomBytes(32).toString('hex'),
      ADMIN_EMAIL: OWNER.email,
      ADMIN_PASSWORD: OWNER.password,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const address = `http://127.0.0.1:${await portOf(service.stdout)}`
    const login = await fetch(`${address}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(OWNER),
    })
    const { token } = (await login.json()) as { token: string }
    const table: Record<string, string>[] = []

    const run = async (what: string, path: string, init: RequestInit = {}) => {
      forgetPeak(service.pid)
      const before = memory(service.pid, 'VmRSS')
      const start = performance.now()
      const headers = { authorization: `Bearer ${token}`, ...(init.headers as object) }
      const answer = await fetch(address + path, { ...init, headers, decompress: false })
      const first = performance.now() - start
      const bytes = (await answer.arrayBuffer()).byteLength
      const seconds = (performance.now() - start) / 1000
      if (answer.status >= 300) throw new Error(`${what}: ${answer.status}`)
      table.push({
        what,
        'first byte': `${first.toFixed(0)} ms`,
        whole: `${seconds.toFixed(2)} s`,
        size: `${(bytes / 1e6).toFixed(2)} MB`,
        'memory before': before,
        peak: memory(service.pid, 'VmHWM'),
      })
    }

    await run('one page of 50, to warm up', `/financials/daily?start=${FIRST}&end=${LAST}`)
    const count = (STORES * DAYS).toLocaleString('en')
    for (const format of ['xlsx', 'csv'])
      await run(`${count} daily rows as ${format}`, `/financials/daily?start=${FIRST}&end=${LAST}&format=${format}`)
    await run(`${count} daily rows as csv, gzip`, `/financials/daily?start=${FIRST}&end=${LAST}&format=csv`, {
      headers: { 'accept-encoding': 'gzip' },
    })
    for (const [what, amount] of Object.entries({ new: 12.5, 'the same again': 12.5, changed: 13.75 }))
      await run(`${ROWS.toLocaleString('en')} ad rows, ${what}`, '/financials/ad-spend', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(adRows(amount)),
      })
    console.table(table)
  } finally {
    service.kill()
    await service.exited
  }
}

/** Ad spend of 50 campaigns on 100 days of one store. */
function adRows(amount: number) {
  return Array.from({ length: ROWS }, (_, at) => ({
    date: addDays(LAST, -(at % 100)),
    store: 'store-1',
    platform: 'meta',
    campaign: `Campaign ${Math.floor(at / 100)}`,
    amount,
  }))
}

async function portOf(stdout: ReadableStream<Uint8Array>): Promise<number> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of stdout) {
    text += decoder.decode(piece, { stream: true })
    const port = /"listening","port":(\d+)/.exec(text)?.[1]
    if (port) return Number(port)
  }
  throw new Error(`The service ended before it listened: ${text}`)
}

/** Lets the kernel's peak of a process begin anew; where there is no such thing, it stays that since the start. */
function forgetPeak(pid: number) {
  if (existsSync(`/proc/${pid}/clear_refs`)) writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

function memory(pid: number, field: 'VmRSS' | 'VmHWM'): string {
  const file = `/proc/${pid}/status`
  if (!existsSync(file)) return 'not known here'
  const kilobytes = Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(file, 'utf8'))?.[1])
  return `${(kilobytes / 1024).toFixed(0)} MB`
}
