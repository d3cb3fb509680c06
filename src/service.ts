import { readdir } from 'node:fs/promises'
import { backlogs } from '../sql/backlogs.ts'
import { connect, seeing } from '../sql/connect.ts'
import { schemaVersion } from '../sql/health.ts'
import { storeLimitsHold } from '../sql/rights.ts'
import { createOpenShop } from './shopify/open-shop.ts'
import { createDesk } from './agents/desk.ts'
import { createModel } from './agents/model.ts'
import { createApp } from './api/app.ts'
import type { RunningBot } from './bot/bot.ts'
import { awaitDatabase } from './await-database.ts'
import type { Config } from './config.ts'
import { AppError } from './errors.ts'
import { listSyncs } from '../sql/sync-state.ts'
import { ensureFirstUser } from './first-user.ts'
import { createMeta } from './ingest/meta/graph.ts'
import { createEmbeddings } from './knowledge/embeddings.ts'
import { errorForLog, type Log } from './log.ts'
import { embedMemories } from './memory/embed-memories.ts'
import { createShopify } from './shopify/admin.ts'
import { startHeartbeat } from './telemetry/heartbeat.ts'
import { measureBacklogs, measureSources } from './telemetry/measures.ts'
import { isObserving } from './telemetry/observe.ts'
import type { ReportError } from './telemetry/errors-to-sentry.ts'
import { createSeal, readSecret, resealSecrets } from './secrets.ts'

const root = new URL('..', import.meta.url).pathname

/** Builds everything from the configuration and starts it. `stop` drains and ends it in reverse order. */
export async function startService({
  config,
  now,
  log,
  reportError,
}: {
  config: Config
  now: () => Date
  log: Log
  reportError: ReportError
}) {
  const report: ReportError = (error, request_id) => {
    log('error', 'unexpected error', { ...errorForLog(error), ...(request_id && { request_id }) })
    reportError(error, request_id)
  }
  const sql = connect(config.DATABASE_URL, { max: 6 })
  const newest = await latestMigration()
  await awaitDatabase(sql, {
    latestMigration: newest,
    port: config.ROLES.includes('api') ? config.PORT : undefined,
    log,
  })
  if (!(await storeLimitsHold(sql, {})).hold) {
    const why = 'DATABASE_URL signs in as a superuser or as the owner of the tables, so store limits do not hold'
    if (config.NODE_ENV === 'production')
      throw new AppError(
        'conflict',
        `${why}. Create a login of its own and grant it dealdome_app: see README, "Configuration".`,
      )
    log('warn', why)
  }
  if (config.ADMIN_PASSWORD) await ensureFirstUser(sql, { email: config.ADMIN_EMAIL, password: config.ADMIN_PASSWORD })

  if (config.DEMO === '1') {
    const { ensureDemo } = await import('./demo.ts')
    const all = connect(config.DATABASE_URL, { max: 1, sees: 'all' })
    try {
      await ensureDemo(all, { now: now() })
    } finally {
      await all.end()
    }
  }

  const seal = createSeal({ key: config.ENCRYPTION_KEY, previous: config.ENCRYPTION_KEY_PREVIOUS })
  const { resealed, lost } = await resealSecrets(sql, seal)
  if (resealed.length) log('info', 'secrets were sealed with the new ENCRYPTION_KEY', { secrets: resealed })
  if (lost.length) log('warn', 'secrets do not open with this ENCRYPTION_KEY: set them again', { secrets: lost })

  const model = createModel({
    apiKey: async () => config.ANTHROPIC_API_KEY ?? readSecret(sql, seal, 'anthropic_api_key'),
    ...(config.ANTHROPIC_BASE_URL && { baseURL: config.ANTHROPIC_BASE_URL }),
  })
  const embeddings = createEmbeddings({
    apiKey: async () => config.OPENAI_API_KEY ?? readSecret(sql, seal, 'openai_api_key'),
    model: config.EMBEDDING_MODEL,
    baseURL: config.OPENAI_BASE_URL,
  })
  const shopify = createShopify({ root: config.SHOPIFY_API_ROOT, now })
  const openShop = createOpenShop({ shopify, seal })
  const desk = createDesk({
    embed: embedMemories({ embeddings, log }),
    sql,
    now,
    model,
    models: {
      alfred: config.ALFRED_MODEL,
      roos: config.ROOS_MODEL,
      elisa: config.ELISA_MODEL,
      router: config.ROUTER_MODEL,
    },
    prices: config.MODEL_PRICES,
    budget: config.MODEL_BUDGET_PER_PERSON_DAY,
    embeddings,
    openShop,
    report,
  })

  const meta = createMeta({ root: config.META_API_ROOT })

  let bot: RunningBot | undefined
  if (config.ROLES.includes('bot') && config.TELEGRAM_BOT_TOKEN) {
    const { createBot } = await import('./bot/bot.ts')
    bot = createBot({
      sql,
      now,
      desk,
      openShop,
      log,
      report,
      token: config.TELEGRAM_BOT_TOKEN,
      databaseUrl: config.DATABASE_URL,
      secret: config.JWT_SECRET,
      webhook:
        config.PUBLIC_URL && config.TELEGRAM_WEBHOOK_SECRET
          ? { url: `${config.PUBLIC_URL}/webhooks/telegram`, secret: config.TELEGRAM_WEBHOOK_SECRET }
          : undefined,
      ...(config.TELEGRAM_API_ROOT && { apiRoot: config.TELEGRAM_API_ROOT }),
      pace: config.TELEGRAM_PACE,
    })
    bot.start()
  }

  // Writes and jobs that wait for a store that is being booked take no connection from the bot, agents and who signs in. Four jobs run at once,
  // beside the look for what is due.
  const jobs = connect(config.DATABASE_URL, { max: 5, name: 'dealdome jobs' })
  const writes = connect(config.DATABASE_URL, { max: 4, name: 'dealdome writes' })

  // Loaded by the processes that do this work: with its pictures and connectors it is half of what there is to load.
  const worker = config.ROLES.includes('worker')
    ? await (await import('./jobs/start-worker.ts')).startWorker({ config, sql: jobs, now, log, report, desk, openShop, seal, meta, embeddings }) // prettier-ignore
    : undefined

  if (isObserving()) {
    measureBacklogs(() => seeing(sql, 'all', (tx) => backlogs(tx, { now: now() })))
    measureSources(() => seeing(sql, 'all', (tx) => listSyncs(tx, { ...EVERY_SYNC, now: now() })))
  }
  const stopHeartbeat =
    config.BETTERSTACK_HEARTBEAT_URL &&
    startHeartbeat(config.BETTERSTACK_HEARTBEAT_URL, async () => {
      await schemaVersion(sql, {})
      return worker?.state() !== 'failed'
    })

  const checks = connect(config.DATABASE_URL, { max: 1, name: 'dealdome checks' })
  const reading = { max: 5, name: 'dealdome figures', sees: 'all', reads: true } as const
  const figures = {
    reports: connect(config.DATABASE_URL, reading),
    lists: connect(config.DATABASE_URL, reading),
  }
  const downloads = connect(config.DATABASE_URL, { max: 4, name: 'dealdome downloads' })
  let app: Awaited<ReturnType<typeof createApp>> | undefined
  let leaving = false
  if (config.ROLES.includes('api')) {
    const folder = `${root}dashboard/out`
    app = await createApp({
      sql,
      checks,
      figures,
      downloads,
      writes,
      now,
      desk,
      embeddings,
      report,
      refused: (what) => log('warn', 'a request was refused', what),
      jwtSecret: config.JWT_SECRET,
      jwtSecretPrevious: config.JWT_SECRET_PREVIOUS,
      seal,
      shopify,
      openShop,
      publicUrl: config.PUBLIC_URL,
      meta,
      requestsPerMinute: config.RATE_LIMIT,
      keptAnswerBytes: config.KEPT_ANSWERS_MB * 1024 * 1024,
      requestTimeout: config.REQUEST_TIMEOUT,
      secureCookie: config.PUBLIC_URL?.startsWith('https:') ?? false,
      corsOrigins: config.CORS_ORIGINS,
      latestMigration: newest,
      leaving: () => leaving,
      dashboard: config.DASHBOARD_ORIGIN
        ? { origin: config.DASHBOARD_ORIGIN }
        : (await Bun.file(`${folder}/index.html`).exists())
          ? { folder }
          : undefined,
      ...(worker && { workerState: worker.state }),
      ...(bot && { onPairingApproved: bot.greet, telegramWebhook: bot.webhook }),
    })
    app.listen({ port: config.PORT })
    log('info', 'listening', { port: app.server?.port })
  }

  /** What a stop still waits for. */
  const draining = new Set<string>()
  const drained = (name: string, end: Promise<unknown> | undefined) => {
    draining.add(name)
    return Promise.resolve(end).finally(() => draining.delete(name))
  }
  return {
    port: app?.server?.port,
    draining: () => [...draining],
    stop: async () => {
      leaving = true
      if (stopHeartbeat) stopHeartbeat()
      // Requests are answered as before meanwhile: whoever sends them here has to see first that /ready says no.
      const answered = async () => {
        if (app) await Bun.sleep(config.DRAIN_SECONDS * 1_000)
        await app?.stop()
      }
      const works = [drained('requests', answered()), drained('bot', bot?.stop()), drained('jobs', worker?.stop())]
      await Promise.allSettled(works)
      const pools = [sql, jobs, writes, checks, ...Object.values(figures), downloads]
      await drained('database', Promise.all(pools.map((pool) => pool.end({ timeout: 5 }))))
    },
  }
}

const EVERY_SYNC = { id: null, store_ids: null, limit: 500, offset: 0, after: null }

/** The version of the newest migration of this build. */
export async function latestMigration(): Promise<string> {
  const files = await readdir(`${root}db/migrations`)
  return files.sort().at(-1)?.split('_')[0] ?? ''
}
