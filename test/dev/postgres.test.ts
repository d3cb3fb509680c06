import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { relaxGlibc } from '../../dev/elf.ts'
import { cacheFolder, serverHome } from '../../dev/postgres-home.ts'
import { packagedPrograms } from '../../dev/postgres-runtime.ts'
import { databaseFor, erasePostgres, findPostgres, startPostgres, stopPostgres } from '../../dev/postgres.ts'
import { connect } from '../../sql/connect.ts'

setDefaultTimeout(180_000)

const folders: string[] = []
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'dealdome-'))
  chmodSync(made, 0o755) // root's server runs as another user
  folders.push(made)
  return made
}
const quiet = () => {}
const start = (dir: string) => startPostgres({ dir, purpose: 'dev', log: quiet })
const failureOf = (work: Promise<unknown>) => work.then(() => '', String)
const maintenance = (url: string) => connect(Object.assign(new URL(url), { pathname: '/postgres' }).href, { max: 1 })

/** A process of its own that starts the server and uses it; answers once it said the address, or at once. */
async function starter(dir: string, { wait = true } = {}) {
  const script = join(import.meta.dir, '../support/start-postgres.ts')
  const child = Bun.spawn([process.execPath, script, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (wait) await child.stdout.getReader().read()
  return child
}

const pidOf = (dir: string) => {
  const home = serverHome(dir, 'dev')
  const data = readdirSync(home).find((name) => existsSync(join(home, name, 'postmaster.pid'))) ?? ''
  return Number(readFileSync(join(home, data, 'postmaster.pid'), 'utf8').split('\n')[0])
}

afterAll(async () => {
  for (const dir of folders) {
    await erasePostgres(dir)
    rmSync(dir, { recursive: true, force: true })
  }
})

// Who tests against an own server may be on a machine that can run none.
describe.skipIf(Boolean(process.env.TEST_DATABASE_URL))('the private server', () => {
  const dir = folder() // each test leaves it stopped

  test('has pgvector and btree_gist, Unicode text rules, UTC, fsync, and asks for a password', async () => {
    const { url, adopted, stop } = await start(dir)
    expect(adopted).toBe(false)
    const sql = maintenance(url)
    await sql`create extension vector`
    await sql`create extension btree_gist`
    const [row] = await sql`
      select '[1,2.5,3e-2]'::vector::text as vector,
             lower('ÄПРИВЕТ') as lower,
             current_setting('timezone') as zone,
             current_setting('fsync') as fsync`
    expect(row).toEqual({ vector: '[1,2.5,0.03]', lower: 'äпривет', zone: 'UTC', fsync: 'on' })
    await sql.end()
    const stranger = maintenance(url.replace(/:[0-9a-f]+@/, ':guess@'))
    expect(await failureOf(stranger`select 1`.execute())).toContain('password authentication failed')
    await stop()
    expect(await findPostgres(dir)).toBeUndefined()
  })

  test('two starters at the same moment share it, and it stops with the last one', async () => {
    const [one, two] = await Promise.all([start(dir), start(dir)])
    expect(two.url).toBe(one.url)
    expect(one.adopted).toBe(!two.adopted)
    await one.stop()
    expect(await findPostgres(dir)).toBe(two.url)
    await two.stop()
    expect(await findPostgres(dir)).toBeUndefined()
  })

  test('keeps its address and its data from one start to the next', async () => {
    const first = await start(dir)
    const sql = maintenance(first.url)
    await sql`create table kept as select 1 as id`
    await sql.end()
    await first.stop()
    const second = await start(dir)
    expect(second.url).toBe(first.url)
    const again = maintenance(second.url)
    expect(await again`select id from kept`).toHaveLength(1)
    await again.end()
    await second.stop()
  })

  test('killed while it writes, it has every acknowledged row at the next start', async () => {
    const { url, stop } = await start(dir)
    const sql = maintenance(url)
    await sql`create table written (id int primary key)`
    let acknowledged = 0
    const writing = (async () => {
      for (;;) {
        await sql`insert into written values (${acknowledged + 1})`
        acknowledged++
      }
    })()
    await Bun.sleep(100)
    process.kill(pidOf(dir), 'SIGKILL')
    expect(await failureOf(writing)).not.toBe('')
    await sql.end({ timeout: 0 })
    await stop()
    const next = await start(dir)
    const again = maintenance(next.url)
    const [row] = await again`select count(*)::int as rows from written`
    expect(row?.rows).toBeGreaterThanOrEqual(acknowledged)
    await again.end()
    await next.stop()
  })

  test('left by a killed process, it is adopted and stops with the adopter', async () => {
    const child = await starter(dir)
    child.kill('SIGKILL')
    await child.exited
    const { adopted, stop } = await start(dir)
    expect(adopted).toBe(true)
    await stop()
    expect(await findPostgres(dir)).toBeUndefined()
  })

  test('a first start killed at any point leaves nothing that stops the next one', async () => {
    const dir = folder() // empty
    for (const delay of [60, 150, 300, 500]) {
      const child = await starter(dir, { wait: false })
      await Bun.sleep(delay)
      child.kill('SIGKILL')
      await child.exited
    }
    const { url, stop } = await start(dir)
    const sql = maintenance(url)
    expect(await sql`select 1`).toHaveLength(1)
    await sql.end()
    await stop()
  })

  test('can be stopped by someone else, once', async () => {
    await start(dir)
    expect(await stopPostgres(dir)).toBe(true)
    expect(await stopPostgres(dir)).toBe(false)
  })
})

test('DATABASE_URL wins over the private server', async () => {
  const root = folder()
  const env = { DATABASE_URL: 'postgres://app@db.example/shop' }
  const { url, local } = await databaseFor({ env, root, log: quiet })
  expect({ url, local }).toEqual({ url: env.DATABASE_URL, local: false })
  expect(readdirSync(root)).toEqual([])
})

test('dev/db.ts leaves a database that someone configured alone', async () => {
  const env = { ...process.env, DATABASE_URL: 'postgres://app@db.example/shop' }
  for (const command of [['stop'], ['reset', '--yes'], ['psql', 'select 1'], ['url']]) {
    const script = join(import.meta.dir, '../../dev/db.ts')
    const { exitCode, stderr } = Bun.spawnSync([process.execPath, script, ...command], { env })
    expect(exitCode).toBe(1)
    expect(stderr.toString()).toContain('DATABASE_URL points to another database')
  }
})

describe.skipIf(process.platform !== 'linux')('the pgvector package', () => {
  test('is refused when its content is not the expected one, and every mirror is named with its reason', async () => {
    const mirror = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('not a package') })
    const empty = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('', { status: 404 }) })
    const cache = folder()
    const mirrors = [`http://127.0.0.1:${mirror.port}/debian`, `http://127.0.0.1:${empty.port}/debian`]
    const failure = await failureOf(packagedPrograms({ cache, mirrors, log: quiet }))
    expect(failure).toMatch(new RegExp(`127.0.0.1:${mirror.port}: (Hash Sum mismatch|spawn)`))
    expect(failure).toMatch(new RegExp(`127.0.0.1:${empty.port}: (404|spawn)`))
    expect(readdirSync(cache).filter((name) => !name.endsWith('.lock'))).toEqual([])
    await Promise.all([mirror.stop(true), empty.stop(true)])
  })

  test.skipIf(process.arch !== 'x64')(
    'a module is bound to older names of symbols that a C library lacks',
    async () => {
      const { bin } = await packagedPrograms({ cache: cacheFolder(), log: quiet })
      const module = readFileSync(join(bin, '../lib/postgresql/vector.so'))
      const { bytes, changed } = relaxGlibc(module, 'GLIBC_2.14', { memcpy: 'memcpy' })
      expect(changed).toBe(1)
      expect(relaxGlibc(bytes, 'GLIBC_2.14', {}).changed).toBe(0)
      expect(() => relaxGlibc(module, 'GLIBC_2.14', {})).toThrow('no older name known for memcpy')
      expect(() => relaxGlibc(Buffer.from('text'), 'GLIBC_2.14', {})).toThrow('not a 64-bit little-endian ELF file')
    },
  )
})
