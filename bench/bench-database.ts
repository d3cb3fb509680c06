import { join } from 'node:path'
import { appLogin } from '../dev/app-login.ts'
import { migrate, migrationsHash } from '../dev/migrate.ts'
import { startPostgres } from '../dev/postgres.ts'
import { connect } from '../sql/connect.ts'
import { settleUnsettledDays } from '../src/ledger/settle-days.ts'
import { settleUnsettledProducts } from '../src/ledger/settle-products.ts'
import { fill, SIZES } from './fill.ts'

const ROOT = join(import.meta.dir, '..')
const MIGRATIONS = join(ROOT, 'db/migrations')
export const say = (line: string) => console.error(line)

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  const result = await work()
  say(`… ${what} in ${((performance.now() - begun) / 1_000).toFixed(1)} s`)
  return result
}

/**
 * A filled database on the local server of this checkout, which writes durably. It is kept for the next run, and made afresh when the
 * migrations or what fills it has changed, or with `fresh`.
 */
export async function benchDatabase(size: keyof typeof SIZES, last: string, { fresh }: { fresh: boolean }) {
  const server = await startPostgres({ dir: join(ROOT, '.data/pg'), purpose: 'dev', log: say })
  const name = `bench_${size}`
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
  const admin = connect(Object.assign(new URL(server.url), { pathname: '/postgres' }).href, { max: 1 })
  const filler = await Bun.file(join(import.meta.dir, 'fill.ts')).text()
  const state = Bun.hash(`${migrationsHash(MIGRATIONS)} ${filler} ${last}`).toString(36)
  const [known] = await admin<{ state: string | null }[]>`
    select shobj_description(oid, 'pg_database') as state from pg_database where datname = ${name}`
  if (fresh || known?.state !== state) {
    say(`Making the ${size} database …`)
    await admin`drop database if exists ${admin(name)} with (force)`
    await admin`create database ${admin(name)}`
    await migrate({ url, dir: MIGRATIONS })
    const owner = connect(url, { max: 1, sees: 'all' })
    await timed('filled', () => fill(owner, SIZES[size], last))
    await timed('days settled', () => settleUnsettledDays(owner, { now: new Date() }))
    await timed('products settled', () => settleUnsettledProducts(owner, { now: new Date() }))
    await owner`vacuum analyze settled_days, unsettled_days, product_spans, unsettled_product_days`
    await owner.end()
    await admin.unsafe(`comment on database ${name} is '${state}'`)
  }
  const [postmaster] = await admin<{ pid: number; version: string }[]>`
    select pg_backend_pid() as pid, current_setting('server_version') as version`
  return {
    ownerUrl: url,
    appUrl: await appLogin(url),
    version: postmaster?.version ?? '',
    /** A process that serves a connection: its parent is the server. */
    backend: postmaster?.pid ?? 0,
    stop: async () => {
      await admin.end()
      await server.stop()
    },
  }
}
