import { afterAll, describe, expect, test } from 'bun:test'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keptTables } from '../../sql/backup.ts'
import { connect, type Sql } from '../../sql/connect.ts'
import { pnl } from '../../sql/pnl.ts'
import { isBackup } from '../../src/backup/keep.ts'
import { aboutBackup } from '../../src/backup/read-backup.ts'
import { ensureDemo } from '../../src/demo.ts'
import { settleUnsettledDays } from '../../src/ledger/settle-days.ts'
import { settleUnsettledProducts } from '../../src/ledger/settle-products.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { startService } from '../support/service.ts'
import { until } from '../support/until.ts'

const ROOT = join(import.meta.dir, '../..')
const folder = mkdtempSync(join(tmpdir(), 'backup-test-'))
const identity = await generateIdentity()
const BACKUP_RECIPIENTS = await identityToRecipient(identity)
const made: string[] = []
// Before the database's own, which ends the connection.
afterAll(async () => {
  rmSync(folder, { recursive: true })
  for (const name of made) await sql`drop database if exists ${sql(name)} with (force)`
})
const { sql, url, appUrl } = await testDatabase()
const april2026 = await testDatabase()

await april(april2026.sql)
await ensureDemo(sql, { now: new Date('2026-04-13T10:00:00Z') })
const file = join(folder, 'workspace.tar.gz.age')

async function run(script: string, args: string[], env: Record<string, string>) {
  const child = Bun.spawn([process.execPath, '--no-env-file', join(ROOT, script), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { out, err, code }
}
const backup = (args: string[], env: Record<string, string> = {}) =>
  run('src/commands/backup.ts', args, { DATABASE_URL: appUrl, BACKUP_RECIPIENTS, ...env })

/** The address of a database that is not there yet. */
function newDatabase(): string {
  const address = new URL(url)
  address.pathname += `_restored_${made.length}`
  made.push(address.pathname.slice(1))
  return address.href
}
const restore = (from: string, to: string, env: Record<string, string> = { BACKUP_IDENTITY: identity }) =>
  run('dev/restore.ts', [from], { MIGRATION_DATABASE_URL: to, ...env })

/** A digest of the rows of each table, whatever their order. */
async function digests(of: Sql): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const { table } of await keptTables(of, {})) {
    const [row] = await of<{ digest: string }[]>`
      select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as digest from ${of(table)} t`
    all[table] = row!.digest
  }
  return all
}
const figures = async (of: Sql) => {
  const stores = await of<{ id: number }[]>`select id from stores order by id`
  const months = Array.from({ length: 16 }, (_, at) => new Date(Date.UTC(2025, at, 1)).toISOString().slice(0, 7))
  const periods = months.map((key) => ({ key, from: `${key}-01`, to: key === '2026-04' ? '2026-04-13' : `${key}-28` }))
  const store_ids = stores.map(({ id }) => id)
  return pnl(of, { store_ids, currency: 'EUR', periods, now: new Date('2026-04-13T10:00:00Z') })
}

describe('the demo workspace', () => {
  test('is backed up by the service’s own login, readable by nobody without the key', async () => {
    const { out, code } = await backup([file])
    expect(out).toContain('workspace.tar.gz.age')
    expect(code).toBe(0)
    const bytes = readFileSync(file)
    expect(bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1')
    expect(readdirSync(folder)).toEqual(['workspace.tar.gz.age'])
  })

  test('comes back in a new database row for row, and its figures to the cent', async () => {
    const to = newDatabase()
    const { err, code } = await restore(file, to)
    expect(code === 0 ? '' : err).toBe('')
    const restored = connect(to, { max: 1, sees: 'all' })
    try {
      const before = await digests(sql)
      expect(before['public.ledger_entries']).toMatch(/^\d{5,} /)
      expect(await digests(restored)).toEqual(before)
      expect(await figures(restored)).toEqual(await figures(sql))

      // It works on: ids go on, the ledger is still append-only, rollups follow, keys hold.
      const [store] = await restored<{ id: number }[]>`
        insert into stores (slug, name, currency, time_zone) values ('fresh', 'Fresh', 'EUR', 'Europe/Amsterdam') returning id`
      expect(store!.id).toBeGreaterThan(3)
      const changing = restored`update ledger_entries set amount_minor = 1`.then(() => 'changed', String)
      expect(await changing).toContain('append-only')
      const orphan = restored`insert into refunds (order_id, external_id, refunded_at, business_day) values (0, 'x', now(), '2026-04-13')`
      expect(await orphan.then(() => 'kept', String)).toContain('foreign key')
    } finally {
      await restored.end()
    }
  })

  test('comes back right where a service had settled the days of the empty database already', async () => {
    const to = newDatabase()
    expect((await run('dev/migrate-database.ts', [], { MIGRATION_DATABASE_URL: to })).code).toBe(0)
    const empty = connect(to, { max: 1, sees: 'all' })
    try {
      // The 13th has begun in Kiritimati.
      const now = new Date('2026-04-12T12:00:00Z')
      await settleUnsettledDays(empty, { now })
      await settleUnsettledProducts(empty, { now })
      const { err, code } = await restore(file, to)
      expect(code === 0 ? '' : err).toBe('')
      expect(await figures(empty)).toEqual(await figures(sql))
    } finally {
      await empty.end()
    }
  })

  test('that is written without encryption is a plain archive of CSV', async () => {
    const plain = join(folder, 'plain.tar.gz')
    expect((await backup([plain, '--plain'])).code).toBe(0)
    const out = Bun.spawnSync(['tar', 'tzf', plain]).stdout.toString().trim().split('\n')
    expect(out[0]).toBe('about.json')
    expect(out.at(-1)).toBe('totals.json')
    expect(out).toContain('public.ledger_entries/000001.csv')
  })
})

describe('a backup is refused, and nothing is restored,', () => {
  const refused = async (from: string, env?: Record<string, string>) => {
    const to = newDatabase()
    const { err, code } = await restore(from, to, env)
    const left = connect(to, { max: 1, sees: 'all' })
    const stores = await left<{ stores: number }[]>`select count(*)::int as stores from stores`.catch(() => [
      { stores: 0 },
    ])
    await left.end()
    return { said: err.trim().split('\n').at(-1), code, stores: stores[0]!.stores }
  }

  const small = join(folder, 'small.tar.gz.age')
  const smallPlain = join(folder, 'small.tar.gz')

  test('without its key, or with another', async () => {
    const DATABASE_URL = april2026.appUrl
    expect((await backup([small], { DATABASE_URL })).code).toBe(0)
    expect((await backup([smallPlain, '--plain'], { DATABASE_URL })).code).toBe(0)
    expect(await refused(small, {})).toMatchObject({ code: 1, said: expect.stringContaining('BACKUP_IDENTITY') })
    const other = await generateIdentity()
    const said = 'BACKUP_IDENTITY does not open this backup.'
    expect(await refused(small, { BACKUP_IDENTITY: other })).toEqual({ code: 1, said, stores: 0 })
  })

  test('when it was cut off or changed', async () => {
    const bytes = readFileSync(small)
    const [cut, changed, plainCut] = ['cut.age', 'changed.age', 'cut.tar.gz'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * 0.9)))
    const flipped = Buffer.from(bytes)
    flipped[bytes.length - 500]! ^= 1
    writeFileSync(changed, flipped)
    const plain = readFileSync(smallPlain)
    writeFileSync(plainCut, plain.subarray(0, Math.floor(plain.length * 0.9)))
    for (const damaged of [cut, changed, plainCut])
      expect(await refused(damaged)).toMatchObject({
        code: 1,
        said: expect.stringContaining('no whole backup'),
        stores: 0,
      })
  })

  test('when it is something else, or not there', async () => {
    const other = join(folder, 'other.txt')
    writeFileSync(other, 'Dear diary')
    expect(await refused(other)).toMatchObject({ code: 1, stores: 0 })
    expect(await refused(join(folder, 'gone.age'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('There is no file'),
    })
  })

  test('by a database that holds data', async () => {
    const { err, code } = await restore(file, url)
    expect(code).toBe(1)
    expect(err).toContain('nothing is overwritten')
  })
})

test('a backup is not written in the clear by mistake', async () => {
  const { err, code } = await backup([join(folder, 'x.tar.gz')], { BACKUP_RECIPIENTS: '' })
  expect(code).toBe(1)
  expect(err).toContain('BACKUP_RECIPIENTS is not set')
})

test('a service with a folder for backups makes one a day', async () => {
  const BACKUP_DIR = mkdtempSync(join(folder, 'nightly-'))
  await using service = await startService({ DATABASE_URL: april2026.appUrl, BACKUP_DIR, BACKUP_RECIPIENTS })
  const name = await until('a backup is there', () => readdirSync(BACKUP_DIR).find(isBackup))
  await service.stop()
  expect((await aboutBackup(join(BACKUP_DIR, name), identity)).tables.length).toBeGreaterThan(50)
  expect(service.logs.some(({ message }) => message === 'a backup was made')).toBe(true)
})
