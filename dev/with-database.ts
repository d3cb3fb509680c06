import { join } from 'node:path'
import { AppError } from '../src/errors.ts'
import { appLogin } from './app-login.ts'
import { migrate } from './migrate.ts'
import { databaseFor } from './postgres.ts'
import { developmentSecrets } from './secrets.ts'

/** Runs a command with DATABASE_URL set: the given one, else the local Postgres, started and migrated for as long as it takes. */
const root = join(import.meta.dir, '..')
const [script = '', ...args] = process.argv.slice(2)
try {
  const database = await databaseFor({ env: process.env, root, log: (line) => process.stderr.write(`${line}\n`) })
  if (database.local) await migrate({ url: database.url, dir: join(root, 'db/migrations') })
  const child = Bun.spawn([process.execPath, join(root, script), ...args], {
    env: {
      ...(database.local && developmentSecrets(root)),
      ...process.env,
      DATABASE_URL: database.local ? await appLogin(database.url) : database.url,
    },
    stdio: ['inherit', 'inherit', 'inherit'],
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const code = await child.exited
  await database.stop()
  process.exit(code)
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
