import * as v from 'valibot'
import packageFile from '../package.json' with { type: 'json' }
import { Price, PRICES, type Prices } from './agents/prices.ts'

/** An address without its closing slash, so that paths can be appended. */
const url = (what: string) =>
  v.pipe(
    v.string(),
    v.url(`must be ${what}`),
    v.regex(/^https?:\/\//, 'must start with http:// or https://'),
    v.transform((address) => address.replace(/\/+$/, '')),
  )
const port = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/, 'must be a port number'),
  v.transform(Number),
  v.maxValue(65_535, 'must be a port number'),
)

/** 32 bytes. */
export const encryptionKey = v.pipe(
  v.string('is missing: 32 random bytes, for example from "openssl rand -hex 32". "bun dev" makes its own.'),
  v.regex(/^([\da-f]{64}|[A-Za-z\d+/]{43}=)$/i, 'must be 32 bytes in hexadecimal or base64'),
  v.transform((text) => new Uint8Array(Buffer.from(text, text.length === 64 ? 'hex' : 'base64'))),
)

/** What stands between commas; none when it is not set. */
const list = v.pipe(
  v.optional(v.string(), ''),
  v.transform((text) => text.split(',').flatMap((one) => one.trim() || [])),
)

export const backupRecipients = v.pipe(
  list,
  v.array(
    v.pipe(v.string(), v.regex(/^age1[a-z\d]+$/, 'must be a list of public keys from "bun run backup --new-key"')),
  ),
)

/** Exactly what a browser sends: no path, no closing slash, no port that goes without saying. */
const isOrigin = (text: string) =>
  /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text

/** Ids of models, the preferred one first; the next one answers when it is overloaded, unknown or silent. */
const models = v.pipe(
  v.string(),
  v.transform((list) => list.split(',').map((id) => id.trim())),
  v.array(v.pipe(v.string(), v.regex(/^[a-z0-9][\w.:@-]*$/i, 'must be a list of model ids such as claude-opus-5-5'))),
)
const prices = v.pipe(
  v.string(),
  v.parseJson({}, 'must be JSON'),
  v.record(v.string(), Price, 'must be JSON such as {"claude-opus-5-5":{"input":4,"output":20}}'),
  v.transform((own): Prices => ({ ...PRICES, ...own })),
)

const instant = v.pipe(
  v.string(),
  v.isoTimestamp('must be an instant such as 2026-10-25T07:59:55Z'),
  v.transform((text) => new Date(text)),
)

const ROLES = ['api', 'bot', 'worker'] as const

const Environment = v.object({
  NODE_ENV: v.optional(v.string(), 'development'),
  PORT: v.optional(port, '3000'),
  PUBLIC_URL: v.optional(url('the address people use, such as https://profit.example.com')),
  ROLES: v.pipe(
    v.optional(v.string(), ROLES.join(',')),
    v.transform((list) => list.split(',').map((role) => role.trim())),
    v.array(v.picklist(ROLES, `must be a list of ${ROLES.join(', ')}`)),
  ),
  DATABASE_URL: v.pipe(
    v.string('is missing: the address of a PostgreSQL 16 or newer with pgvector. "bun dev" brings its own.'),
    v.regex(/^postgres(ql)?:\/\//, 'must start with postgres://'),
  ),
  ADMIN_EMAIL: v.optional(v.pipe(v.string(), v.email('must be an e-mail address'))),
  ADMIN_PASSWORD: v.optional(v.pipe(v.string(), v.minLength(12, 'needs at least 12 characters'))),
  CLOCK_START: v.optional(instant),
  DEMO: v.optional(v.picklist(['0', '1'], 'must be 0 or 1'), '0'),
  JWT_SECRET: v.pipe(
    v.string(
      'is missing: at least 32 random characters, for example from "openssl rand -hex 32". "bun dev" makes its own.',
    ),
    v.minLength(32, 'needs at least 32 characters'),
  ),
  JWT_SECRET_PREVIOUS: v.optional(v.pipe(v.string(), v.minLength(32, 'needs at least 32 characters'))),
  ENCRYPTION_KEY: encryptionKey,
  ENCRYPTION_KEY_PREVIOUS: v.optional(encryptionKey),
  CORS_ORIGINS: v.pipe(
    list,
    v.array(v.pipe(v.string(), v.check(isOrigin, 'must be a list of origins, such as https://reports.example.com'))),
  ),
  RATE_LIMIT: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d{0,6}$/, 'must be a number of requests a minute, such as 600'),
      v.transform(Number),
    ),
    '600',
  ),
  REQUEST_TIMEOUT: v.optional(
    v.pipe(v.string(), v.regex(/^([1-9]|1\d|2[0-8])$/, 'must be seconds from 1 to 28'), v.transform(Number)),
    '25',
  ),
  DRAIN_SECONDS: v.optional(
    v.pipe(v.string(), v.regex(/^([0-9]|[1-5]\d|60)$/, 'must be seconds from 0 to 60'), v.transform(Number)),
    '0',
  ),
  KEPT_ANSWERS_MB: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,4}$/, 'must be megabytes from 0 to 9999'), v.transform(Number)),
    '32',
  ),
  TELEGRAM_BOT_TOKEN: v.optional(
    v.pipe(v.string(), v.regex(/^\d+:[\w-]+$/, 'must be a token from @BotFather, such as 123456:ABC…')),
  ),
  TELEGRAM_WEBHOOK_SECRET: v.optional(
    v.pipe(v.string(), v.regex(/^[\w-]{16,256}$/, 'needs 16 to 256 letters, digits, _ or -')),
  ),
  TELEGRAM_API_ROOT: v.optional(url('the address of a Bot API server')),
  TELEGRAM_PACE: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,2}$/, 'must be a number from 1 to 999'), v.transform(Number)),
    '1',
  ),
  ANTHROPIC_API_KEY: v.optional(v.string()),
  ANTHROPIC_BASE_URL: v.optional(url('the address of a Messages API')),
  ALFRED_MODEL: v.optional(models, 'claude-opus-5-5'),
  ROOS_MODEL: v.optional(models, 'claude-sonnet-5-5'),
  ELISA_MODEL: v.optional(models, 'claude-sonnet-5-5'),
  ROUTER_MODEL: v.pipe(
    v.optional(models, 'claude-haiku-5-5'),
    v.transform((ids) => (ids.join() === 'none' ? [] : ids)),
  ),
  MODEL_PRICES: v.optional(prices, '{}'),
  MODEL_BUDGET_PER_PERSON_DAY: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,5}(\.\d{1,2})?$/, 'must be an amount in US dollars such as 5 or 2.50'),
      v.transform(Number),
    ),
    '5',
  ),
  SHOPIFY_API_ROOT: v.optional(url('the address that requests to shops go to')),
  META_API_ROOT: v.optional(url('the address that requests to Meta go to'), 'https://graph.facebook.com'),
  ECB_API_ROOT: v.optional(url('the address that the ECB’s rates are fetched from'), 'https://www.ecb.europa.eu'),
  OPENAI_API_KEY: v.optional(v.string()),
  OPENAI_BASE_URL: v.optional(url('the address of an embeddings API, such as https://api.openai.com/v1')),
  EMBEDDING_MODEL: v.optional(v.string(), 'text-embedding-3-small'),
  BACKUP_DIR: v.optional(v.string()),
  BACKUP_RECIPIENTS: backupRecipients,
  OTEL_EXPORTER_OTLP_ENDPOINT: v.optional(url('the address of an OTLP receiver, such as http://localhost:4318')),
  OTEL_SERVICE_NAME: v.optional(v.string(), 'dealdome'),
  OTEL_METRIC_EXPORT_INTERVAL: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{2,6}$/, 'must be milliseconds, such as 15000'), v.transform(Number)),
    '15000',
  ),
  SENTRY_DSN: v.optional(url('the DSN of a Sentry project')),
  RELEASE: v.optional(v.string(), packageFile.version),
  BETTERSTACK_SOURCE_TOKEN: v.optional(v.string()),
  BETTERSTACK_INGEST_URL: v.optional(url('the ingesting host of a Better Stack source')),
  BETTERSTACK_HEARTBEAT_URL: v.optional(url('the address of a Better Stack heartbeat')),
  DASHBOARD_ORIGIN: v.optional(url('the address of the dashboard’s development server')),
})

export type Config = v.InferOutput<typeof Environment>

/** What keeps the service from starting, one sentence per variable; no value is ever named. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  constructor(readonly problems: string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((p) => `  ${p}`).join('\n')}`,
    )
  }
}

/** Without its price a model could not be held to a budget. */
function modelsWithoutPrice(config: Config): string[] {
  return (['ALFRED_MODEL', 'ROOS_MODEL', 'ELISA_MODEL', 'ROUTER_MODEL'] as const).flatMap((variable) =>
    config[variable]
      .filter((id) => !Object.hasOwn(config.MODEL_PRICES, id))
      .map((id) => `${variable} names ${id}, whose price is not known: add it to MODEL_PRICES.`),
  )
}

/** Reads the configuration from environment variables; an empty one counts as missing. @throws ConfigError with all problems at once */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const read = v.safeParse(Environment, given)
  const problems =
    read.issues?.map((issue) => `${v.getDotPath(issue)?.split('.')[0] ?? 'configuration'} ${issue.message}`) ?? []
  if (given['ADMIN_PASSWORD'] && !given['ADMIN_EMAIL'])
    problems.push('ADMIN_EMAIL is missing: ADMIN_PASSWORD is set and needs it.')
  problems.push(...(read.typed ? modelsWithoutPrice(read.output) : []))
  if (Boolean(given['BETTERSTACK_SOURCE_TOKEN']) !== Boolean(given['BETTERSTACK_INGEST_URL']))
    problems.push('BETTERSTACK_SOURCE_TOKEN and BETTERSTACK_INGEST_URL go together: set both or none.')
  if (given['BACKUP_DIR'] && !given['BACKUP_RECIPIENTS'])
    problems.push(
      'BACKUP_RECIPIENTS is missing: BACKUP_DIR is set, and backups are encrypted. See "bun run backup --new-key".',
    )
  if (given['CLOCK_START'] && given['NODE_ENV'] === 'production')
    problems.push('CLOCK_START is for development and demos: production goes by the real clock.')
  if (!read.success || problems.length) throw new ConfigError([...new Set(problems)])
  return read.output
}
