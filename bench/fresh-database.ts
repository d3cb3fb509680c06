import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { migrate } from '../dev/migrate.ts'
import { startPostgres } from '../dev/postgres.ts'
import { connect } from '../sql/connect.ts'

const ROOT = join(import.meta.dir, '..')

/**
 * Does the work on a fresh, migrated database of the local server of this checkout, which writes durably. It is gone afterwards.
 * @param work gets the address of the database for its owner
 * @param begins what the database's name begins with
 */
export async function onFreshDatabase(
  log: (line: string) => void,
  work: (ownerUrl: string) => Promise<void>,
  begins = 'bench',
): Promise<void> {
  const server = await startPostgres({ dir: join(ROOT, '.data/pg'), purpose: 'dev', log })
  const name = `${begins}_${randomBytes(4).toString('hex')}`
  const at = (database: string) => Object.assign(new URL(server.url), { pathname: `/${database}` }).href
  const admin = connect(at('postgres'), { max: 1 })
  await admin`create database ${admin(name)}`
  try {
    await migrate({ url: at(name), dir: join(ROOT, 'db/migrations') })
    await work(at(name))
  } finally {
    await admin`drop database ${admin(name)} with (force)`
    await admin.end()
    await server.stop()
  }
}
