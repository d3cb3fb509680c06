import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAdAccount } from '../../sql/ad-accounts.ts'
import { seeing } from '../../sql/connect.ts'
import { setSecret } from '../../sql/secrets.ts'
import { connectShopifyShop } from '../../sql/shopify-shops.ts'
import { keepSync } from '../../sql/sync-state.ts'
import { backupName } from '../../src/backup/keep.ts'
import { accountSecretName } from '../../src/ingest/meta/sync-account.ts'
import { createSeal } from '../../src/secrets.ts'
import { shopSecretName } from '../../src/shopify/open-shop.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { testDatabase } from '../support/database.ts'
import { startEcb } from '../support/ecb.ts'
import { aStore } from '../support/factories.ts'
import { startMeta } from '../support/meta.ts'
import { startOpenai } from '../support/openai.ts'
import { ENCRYPTION_KEY, JWT_SECRET } from '../support/service.ts'
import { startShopify } from '../support/shopify.ts'
import { startTelegram } from '../support/telegram.ts'

const { sql, url, appUrl } = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'dealdome-backups-'))
const [claude, telegram] = await Promise.all([startAnthropic(), startTelegram()])
const [shopify, meta, openai, ecb] = [startShopify(), startMeta(), startOpenai(), startEcb()]
afterAll(async () => {
  await Promise.all([claude.stop(), telegram.stop(), shopify.stop(), meta.stop(), openai.stop(), ecb.stop()])
  rmSync(folder, { recursive: true, force: true })
})
const day = new Date().toISOString().slice(0, 10)
ecb.publish([{ day, rates: { USD: '1.0843' } }])

type Finding = { part: string; state: string; said: string; advice?: string; fixable?: true }
type Report = { well: boolean; fixed: string[]; findings: Finding[] }
const environment = {
  DATABASE_URL: appUrl,
  MIGRATION_DATABASE_URL: url,
  JWT_SECRET,
  ENCRYPTION_KEY,
  PUBLIC_URL: 'https://profit.example.com',
  ANTHROPIC_API_KEY: claude.key,
  ANTHROPIC_BASE_URL: claude.url,
  OPENAI_API_KEY: openai.key,
  OPENAI_BASE_URL: openai.url,
  TELEGRAM_BOT_TOKEN: telegram.token,
  TELEGRAM_API_ROOT: telegram.root,
  SHOPIFY_API_ROOT: shopify.root,
  META_API_ROOT: meta.root,
  ECB_API_ROOT: ecb.url,
  BACKUP_DIR: folder,
  BACKUP_RECIPIENTS: 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
}

async function doctor(args: string[], changes: Record<string, string> = {}) {
  const child = Bun.spawn(
    [process.execPath, '--no-env-file', join(import.meta.dir, '../../src/commands/doctor.ts'), ...args],
    { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment, ...changes }, stdio: ['ignore', 'pipe', 'pipe'] }, // prettier-ignore
  )
  const [out, err, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]) // prettier-ignore
  expect(err).toBe(code === 2 ? 'Usage: bun run doctor [--fix] [--json]\n' : '')
  return { out, code }
}
async function report(args: string[] = [], changes: Record<string, string> = {}) {
  const { out, code } = await doctor(['--json', ...args], changes)
  const said = JSON.parse(out) as Report
  expect(code).toBe(said.well ? 0 : 1)
  return { ...said, wrong: said.findings.filter(({ state }) => state === 'problem').map((one) => `${one.part}: ${one.said}`) } // prettier-ignore
}

// Everything that can be connected is.
const store = await aStore(sql, { slug: 'nl' })
const shop = shopify.shop('nl-shop.myshopify.com')
const seal = createSeal({ key: new Uint8Array(Buffer.from(ENCRYPTION_KEY, 'hex')) })
const keep = (name: string, secret: string) =>
  setSecret(sql, { name, sealed: seal.seal(name, secret), user_id: null, email: 'ann@example.com', now: new Date() })
await connectShopifyShop(sql, { store_id: store.id, domain: shop.domain, client_id: shop.client_id })
await keep(shopSecretName(store.id), shop.client_secret)
const account = meta.addAccount()
const { id: external_id, name, currency, timezone_name: time_zone } = account
const made = await createAdAccount(sql, { store_id: store.id, external_id, name, currency, time_zone, action_type: 'omni_purchase', attribution: 'default', now: new Date() }) // prettier-ignore
await keep(accountSecretName(made!.id), account.token)
const backedUp = (hours: number) =>
  writeFileSync(join(folder, backupName(new Date(Date.now() - hours * 3_600_000), { encrypted: true })), '')
backedUp(3)

test('what is missing in the shop is said, and --fix puts it right', async () => {
  const before = await report()
  expect(before.wrong).toEqual([expect.stringMatching(/^Shopify: nl: the shop does not tell us of orders\/create, /)])
  const after = await report(['--fix'])
  expect(after.fixed).toEqual([expect.stringMatching(/^nl: \d+ webhooks were set up again\.$/)])
  expect(after.wrong).toEqual([])
  expect(after.well).toBe(true)
})

test('of a system that is well it names every part, and changes nothing', async () => {
  const { findings } = await report()
  expect(new Set(findings.map(({ part }) => part))).toEqual(
    new Set(['configuration', 'database', 'rights', 'sources', 'jobs', 'secrets', 'backups', 'Telegram', 'Claude', 'OpenAI', 'Shopify', 'Meta', 'ECB']), // prettier-ignore
  )
  const said = findings.filter(({ state }) => state === 'ok').map((one) => one.said)
  for (const expected of [
    'Its clock and ours agree.',
    'Who may see no store sees none of 1.',
    `The rates of ${day} came.`,
    'Updates are fetched.',
    'The last of 1 backups is 3 hours old.',
  ])
    expect(said).toContain(expected)
  expect(said).toContainEqual(expect.stringMatching(/^Row-level security holds on all \d\d tables/))
  expect(said).toContainEqual(expect.stringMatching(/^nl: nl-shop\.myshopify\.com takes our token, with \d+ scopes\.$/))
  const { out, code } = await doctor([])
  expect(code).toBe(0)
  expect(out).toContain('  ✓ Its clock and ours agree.\n')
  expect(out).toEndWith('All is well.\n')
})

test('a login that owns the tables or bypasses limits is found', async () => {
  const { wrong } = await report([], { DATABASE_URL: url })
  expect(wrong.filter((line) => line.startsWith('rights: '))).toEqual([
    expect.stringMatching(/is a superuser, bypasses row-level security, owns \d+ tables\.$/),
    expect.stringMatching(/^rights: Row-level security does not hold on (\d+) of \1 tables: /),
    'rights: Who may see no store sees 1 of 1.',
  ])
})

test('credentials that are refused, models and scopes that are missing are told in words', async () => {
  const scopes = shop.scopes
  shop.scopes = ['read_products', 'read_inventory', 'read_customers']
  const { token } = account
  account.token = 'another'
  const { wrong } = await report([], {
    ANTHROPIC_API_KEY: 'wrong',
    OPENAI_API_KEY: 'wrong',
    TELEGRAM_BOT_TOKEN: '1234567890:wrong',
    ECB_API_ROOT: 'http://127.0.0.1:1',
  })
  shop.scopes = scopes
  account.token = token
  expect(wrong).toEqual([
    'Telegram: Telegram refused the token.',
    'Claude: Claude refused the key.',
    'OpenAI: OpenAI refused our key. An administrator has to check OPENAI_API_KEY.',
    expect.stringMatching(/^Shopify: nl: .*read_orders/),
    expect.stringMatching(/^Meta: nl: /),
    expect.stringMatching(/^ECB: The ECB does not answer right now/),
  ])
})

test('what is not configured is skipped with a word, and no secret is ever printed', async () => {
  const none = { ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '', TELEGRAM_BOT_TOKEN: '', PUBLIC_URL: '' }
  const { findings } = await report([], none)
  expect(findings.filter(({ state }) => state === 'skipped').map(({ part }) => part)).toEqual(['Telegram', 'Claude', 'OpenAI', 'Shopify']) // prettier-ignore
  const { out } = await doctor([])
  for (const secret of [
    claude.key,
    openai.key,
    telegram.token,
    shop.client_secret,
    account.token,
    JWT_SECRET,
    ENCRYPTION_KEY,
  ])
    // prettier-ignore
    expect(out).not.toContain(secret)
})

test('a source that failed, one that is late, gaps, a parked job, a foreign key and an old backup are found; --fix starts them again', async () => {
  const key = { connector: 'shopify', store_id: store.id, account: '', resource: 'orders' }
  const { id } = await keepSync(sql, { ...key, every_minutes: 15, next_run_at: null })
  await sql`update sync_state set status = 'failed', error = 'The shop is closed.', gaps = '[{"from":"2026-04-01","to":"2026-04-02","reason":"An order is odd."}]' where id = ${id}` // prettier-ignore
  await sql`select graphile_worker.add_job('sweep', '{}', max_attempts => 1, job_key => 'parked')`
  await sql`update graphile_worker._private_jobs set attempts = 1, last_error = 'no' where key = 'parked'`
  await keep('openai_api_key', 'sk-x')
  const { seal: foreign } = createSeal({ key: new Uint8Array(32).fill(9) })
  await sql`update secrets set sealed = ${foreign('openai_api_key', 'sk-x')} where name = 'openai_api_key'`
  rmSync(folder, { recursive: true, force: true })
  const { findings, wrong } = await report()
  expect(wrong).toEqual([
    'sources: nl shopify orders: The shop is closed.',
    'secrets: 1 secrets were sealed with another ENCRYPTION_KEY: openai_api_key.',
    `backups: There is no folder ${folder} (BACKUP_DIR).`,
  ])
  const warnings = findings.filter(({ state }) => state === 'warning').map(({ said }) => said)
  expect(warnings).toContain('nl shopify orders, 2026-04-01 to 2026-04-02: An order is odd.')
  expect(warnings).toContainEqual(expect.stringMatching(/^The job \d+ \(sweep\) failed for good: no$/))
  const { fixed } = await report(['--fix'], { ENCRYPTION_KEY_PREVIOUS: '09'.repeat(32) })
  expect(fixed).toEqual([
    'nl shopify orders runs again.',
    expect.stringMatching(/^The job \d+ \(sweep\) has all its attempts again\.$/),
    '1 secrets were sealed with the new key, 0 do not open.',
  ])
  const jobs = await seeing(sql, 'all', (tx) => tx<{ name: string }[]>`select task_identifier as name from graphile_worker.jobs where attempts = 0 order by 1`) // prettier-ignore
  expect(jobs.map((job) => job.name)).toEqual(['run_sync', 'sweep'])
})

test('missing migrations are found, and --fix applies them', async () => {
  const empty = Object.assign(new URL(url), { pathname: `${new URL(url).pathname}_empty` })
  const database = empty.pathname.slice(1)
  await sql`create database ${sql(database)}`
  const app = Object.assign(new URL(appUrl), { pathname: empty.pathname }).href
  const changes = { DATABASE_URL: app, MIGRATION_DATABASE_URL: empty.href }
  try {
    const { wrong } = await report([], changes)
    expect(wrong).toEqual([expect.stringMatching(/^database: Extensions are missing: btree_gist, pg_trgm, vector\.$/)])
    const { fixed, findings } = await report(['--fix'], changes)
    expect(fixed).toEqual([expect.stringMatching(/^\d+ migrations were applied\.$/)])
    expect(findings.filter(({ part, state }) => part === 'database' && state !== 'ok')).toEqual([])
  } finally {
    await sql`drop database ${sql(database)} with (force)`
  }
}, 180_000)

test('a wrong configuration, a database that is away and a wrong call are told', async () => {
  expect((await report([], { JWT_SECRET: 'short', PORT: 'x' })).wrong).toEqual([
    'configuration: PORT must be a port number',
    'configuration: JWT_SECRET needs at least 32 characters',
  ])
  expect((await report([], { DATABASE_URL: 'postgres://ann:hunter2@127.0.0.1:1/none' })).wrong).toEqual([
    'database: The database does not answer right now. Try again in a moment.',
  ])
  expect((await doctor(['--fixx'])).code).toBe(2)
})
