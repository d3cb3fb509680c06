import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '../sql/connect.ts'
import { type Config, ConfigError, readConfig } from '../src/config.ts'
import { ensureDemo } from '../src/demo.ts'
import { AppError } from '../src/errors.ts'
import { ensureFirstUser } from '../src/first-user.ts'
import { tryLock } from './lock.ts'
import { readable } from './log-line.ts'
import { migrate } from './migrate.ts'
import { startParts } from './parts.ts'
import { freePort, publicPort } from './ports.ts'
import { databaseFor } from './postgres.ts'
import { developmentSecrets } from './secrets.ts'
import { createSteps } from './steps.ts'

const root = join(import.meta.dir, '..')
const started = performance.now()
const steps = createSteps(process.stderr)
const undo: (() => Promise<void>)[] = []

let stopping = false
async function stop(code: number): Promise<never> {
  stopping = true
  for (const step of undo.toReversed()) await step()
  process.exit(code)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (stopping) return
    steps.say('\nStopping …')
    void stop(0)
  })

try {
  await run()
} catch (error) {
  if (!stopping) {
    const expected = error instanceof ConfigError || error instanceof AppError
    steps.say(
      expected
        ? error.message
        : `bun dev could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    await stop(error instanceof ConfigError ? 2 : 1)
  }
}

async function run() {
  mkdirSync(join(root, '.data'), { recursive: true })
  if (!tryLock(join(root, '.data/dev.lock'), 'exclusive'))
    throw new AppError('conflict', 'bun dev already runs in this checkout. Stop it first (Ctrl-C in its terminal).')
  const port = await publicPort(process.env.PORT, steps.say)
  const webPort = await freePort()
  const own = { ...developmentSecrets(root), PORT: String(port), DASHBOARD_ORIGIN: `http://127.0.0.1:${webPort}` }
  // Everything but the database's address is known now: problems are named before anything starts.
  readConfig({ DATABASE_URL: 'postgres://not-known-yet', ...own, ...given(process.env), PORT: own.PORT })

  const web = startParts(
    [
      {
        name: 'web',
        command: [process.execPath, '--bun', 'next', 'dev', '-p', String(webPort), '-H', '127.0.0.1'],
        cwd: join(root, 'dashboard'),
        env: { ...process.env, PORT: String(webPort), NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' },
      },
    ],
    show(/^\s*$|▲ Next|- Local|- Network|Starting\.\.\.|Ready in/),
  )
  undo.push(web.stop)
  void web.ended.then(({ code }) => ended('web', code))

  const database = await databaseFor({ env: process.env, root, log: steps.progress })
  undo.push(database.stop)
  const applied = await migrate({ url: database.url, dir: join(root, 'db/migrations') })
  if (applied.length) steps.progress(`${applied.length} migrations applied`)
  const login = await prepareWorkspace(database.url)

  const environment = { ...own, ...given(process.env), PORT: own.PORT, DATABASE_URL: database.url, DEMO: '0' }
  const config = readConfig(environment)
  const api = startParts(
    [
      {
        name: 'api',
        command: [process.execPath, '--watch', '--no-clear-screen', 'src/main.ts'],
        cwd: root,
        env: { ...process.env, ...environment },
      },
    ],
    show(/^\s*$/),
  )
  undo.push(api.stop)
  void api.ended.then(({ code }) => ended('api', code))

  const address = `http://localhost:${port}`
  steps.progress('waiting for the service and the dashboard')
  await answers(`http://127.0.0.1:${port}/ready`)
  await answers(`http://127.0.0.1:${port}/app/login`)
  steps.endLine()
  steps.say(welcome({ address, login, config, local: database.local }))
}

function given(env: NodeJS.ProcessEnv) {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
}

function show(quiet: RegExp) {
  return (part: string, line: string) => {
    if (!quiet.test(line) && !stopping) steps.say(`${part} | ${readable(line)}`)
  }
}

function ended(part: string, code: number) {
  if (stopping) return
  steps.say(`${part} ended (${code}); stopping the rest.`)
  void stop(1)
}

/** The first user and the demo workspace; answers the generated password when one was made. */
async function prepareWorkspace(url: string) {
  const sql = connect(url, { max: 2 })
  try {
    const login = await ensureFirstUser(sql, {
      email: process.env.ADMIN_EMAIL,
      password: process.env.ADMIN_PASSWORD,
      fallbackEmail: 'owner@dealdome.local',
    })
    if (process.env.DEMO !== '0')
      await ensureDemo(sql, { now: new Date(), onProgress: (what) => steps.progress(`demo workspace: ${what}`) })
    return login
  } finally {
    await sql.end()
  }
}

async function answers(url: string) {
  for (const begun = performance.now(); !stopping; await Bun.sleep(50)) {
    const answer = await fetch(url).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return
    if (performance.now() - begun > 120_000)
      throw new AppError('unavailable', `${url} does not answer after two minutes. See the lines above.`)
  }
}

type Welcome = {
  address: string
  login: { email: string; password: string } | undefined
  config: Config
  local: boolean
}

function welcome({ address, login, config, local }: Welcome): string {
  const who = login
    ? [`  Log in     ${login.email}`, `  Password   ${login.password}   (shown only now; change it under Account)`]
    : ['  Log in     as before; forgotten: bun run user:password EMAIL']
  const missing = [
    !config.TELEGRAM_BOT_TOKEN && '    Telegram   TELEGRAM_BOT_TOKEN, from @BotFather',
    !config.ANTHROPIC_API_KEY && '    Alfred     ANTHROPIC_API_KEY; commands work without it',
  ].filter((line) => line !== false)
  return [
    '',
    `DealDome is ready after ${((performance.now() - started) / 1000).toFixed(1)} s.`,
    '',
    `  Open       ${address}`,
    ...who,
    `  Database   ${local ? 'local, below .data/ (bun run db:psql, db:stop, db:reset)' : 'DATABASE_URL'}`,
    ...(missing.length ? ['', '  Not configured yet (set in .env, then start again):', ...missing] : []),
    '',
    '  Your own orders: bun run import orders FILE --mapping FILE',
    '  Stop: Ctrl-C',
    '',
  ].join('\n')
}
