import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type Pool } from '../sql/connect.ts'
import { ConfigError, readConfig } from '../src/config.ts'
import { ensureDemo } from '../src/demo.ts'
import { AppError } from '../src/errors.ts'
import { ensureFirstUser } from '../src/first-user.ts'
import { appLogin } from './app-login.ts'
import { tryLock } from './lock.ts'
import { readable } from './log-line.ts'
import { migrate } from './migrate.ts'
import { untilNpxEnds } from './npx.ts'
import { type Part, startPart } from './parts.ts'
import { freePort, publicPort } from './ports.ts'
import { databaseFor, findPostgres } from './postgres.ts'
import { developmentSecrets } from './secrets.ts'
import { createSteps } from './steps.ts'
import { type Login, welcome } from './welcome.ts'

/** What `next dev` prints for every start and for every page that went well. */
const NEXT_ROUTINE = /▲ Next|- Local|- Network|Starting\.\.\.|Ready in|Running next\.config|^ *[A-Z]+ \S+ [23]\d\d in/

const started = performance.now()
const root = join(import.meta.dir, '..')
const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value?.trim()))
const steps = createSteps(process.stderr)

/** Ends what uses the database, all at once, before the database itself. */
const users: (() => Promise<void>)[] = []
let stopDatabase = async () => {}
/** The first user with a password made for it, until that has been shown. */
let login: Login | undefined
let stopping = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
void untilNpxEnds(end)

const running = run()
running.catch((error: unknown) => {
  if (stopping) return
  const expected = error instanceof ConfigError || error instanceof AppError
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
  steps.say(expected ? error.message : `bun dev could not start: ${reason}`)
  void stop(error instanceof ConfigError ? 2 : 1)
})

async function run() {
  mkdirSync(join(root, '.data'), { recursive: true })
  if (!tryLock(join(root, '.data/dev.lock'), 'exclusive'))
    throw new AppError('conflict', 'bun dev already runs in this checkout. Stop it first (Ctrl-C in its terminal).')
  const own = { DATABASE_URL: 'postgres://not-known-yet', ...developmentSecrets(root), ...given }
  readConfig(own) // all problems are named before anything starts
  const port = await publicPort(given['PORT'], steps.say)
  const pages = `http://127.0.0.1:${await freePort()}`
  start('web', dashboard(pages))
  const compiled = Promise.all(['/app/login', '/app'].map((page) => answers(pages + page)))
  compiled.catch(() => {}) // it is waited for below, maybe after something else has failed

  const database = await databaseFor({ env: given, root, log: steps.progress })
  stopDatabase = database.stop
  goOn()
  const applied = await migrate({ url: database.url, dir: join(root, 'db/migrations') })
  goOn()
  if (applied.length) steps.progress(`${applied.length} migrations applied`)
  const onProgress = (what: string) => steps.progress(`demo workspace: ${what}`)
  if (given['DEMO'] !== '0') await withPool(database.url, (sql) => ensureDemo(sql, { now: new Date(), onProgress }))

  const url = database.local ? await appLogin(database.url) : database.url
  const fallbackEmail = 'owner@dealdome.local'
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = given
  await withPool(database.url, async (sql) => {
    login = await ensureFirstUser(sql, { email, password, fallbackEmail })
  })
  const environment = { ...own, PORT: String(port), DATABASE_URL: url, DASHBOARD_ORIGIN: pages }
  start('api', service(environment))
  steps.progress('waiting for the service and the dashboard')
  await answers(`http://127.0.0.1:${port}/ready`, 200)
  await compiled
  const seconds = (performance.now() - started) / 1000
  const config = readConfig(environment)
  steps.say(welcome({ address: `http://localhost:${port}`, login, config, local: database.local, seconds }))
  login = undefined
  if (database.local) void endWithDatabase()
}

const dashboard = (address: string): Part => ({
  command: [process.execPath, '--no-orphans', '--bun', 'next', 'dev', '-p', new URL(address).port, '-H', '127.0.0.1'],
  cwd: join(root, 'dashboard'),
  env: { ...process.env, PORT: new URL(address).port, NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' },
})

const service = (environment: Record<string, string>): Part => ({
  command: [process.execPath, '--no-orphans', '--watch', '--no-clear-screen', 'src/main.ts'],
  cwd: root,
  env: { ...process.env, ...environment },
})

function start(name: string, part: Part) {
  const { ended, stop: stopPart } = startPart(part, (line) => {
    if (line.trim() && !NEXT_ROUTINE.test(line) && !stopping) steps.say(`${name} | ${readable(line)}`)
  })
  users.push(stopPart)
  void ended.then((how) => giveUp(`${name} ended (${how})`))
}

/** Also when it was stopped or erased by another command: the next start makes a fresh one. */
async function endWithDatabase() {
  do await Bun.sleep(2_000)
  while (await findPostgres(join(root, '.data/pg')))
  giveUp('The database ended')
}

function end() {
  if (stopping) return
  steps.say('\nStopping …')
  void stop(0)
}

function giveUp(why: string) {
  if (stopping) return
  steps.say(`${why}; stopping the rest. Start again with: bun dev`)
  void stop(1)
}

async function stop(code: number): Promise<never> {
  stopping = true
  await Promise.all(users.map((stopUser) => stopUser()))
  // A server that is just being started is known only afterwards; but a download may not hold up the end.
  await Promise.race([running.catch(() => {}), Bun.sleep(5_000)])
  await stopDatabase()
  if (login) steps.say(`The next start will not show it again: log in as ${login.email} with ${login.password}`)
  process.exit(code)
}

/** Between two steps of the start: nothing new may begin once it is being stopped. */
function goOn() {
  if (stopping) throw new AppError('conflict', 'Stopped.')
}

async function withPool<T>(url: string, work: (sql: Pool) => Promise<T>): Promise<T> {
  const sql = connect(url, { max: 2, name: 'bun dev', sees: 'all' })
  users.push(() => sql.end({ timeout: 0 }))
  try {
    return await work(sql)
  } finally {
    await sql.end()
    goOn()
  }
}

/** Waits until `url` answers at all, or with `status`. */
async function answers(url: string, status?: number) {
  for (const begun = performance.now(); ; await Bun.sleep(50)) {
    goOn()
    const answer = await fetch(url).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer && (status ?? answer.status) === answer.status) return
    if (performance.now() - begun > 120_000)
      throw new AppError('unavailable', `${url} does not answer after two minutes. See the lines above.`)
  }
}
