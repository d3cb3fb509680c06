import { expect, test } from 'bun:test'
import { ConfigError, readConfig } from '../src/config.ts'
import { runService } from './support/service.ts'

const VALID = {
  DATABASE_URL: 'postgres://localhost/dealdome',
  JWT_SECRET: 'a-secret-for-tests-of-32-characters',
  ENCRYPTION_KEY: '0f'.repeat(32),
}
const WRONG = {
  PORT: '70000',
  PUBLIC_URL: 'shop.example.test',
  ROLES: 'api,cook',
  DATABASE_URL: 'mysql://root:hunter2@localhost/dealdome',
  ADMIN_EMAIL: 'nobody-at-home',
  ADMIN_PASSWORD: 'short-pass',
  DEMO: 'yes-please',
  CLOCK_START: 'half past nine',
  JWT_SECRET: 'too-short-secret',
  JWT_SECRET_PREVIOUS: 'old-short-secret',
  ENCRYPTION_KEY: 'not-32-bytes',
  ENCRYPTION_KEY_PREVIOUS: 'nor-is-this',
  CORS_ORIGINS: 'https://one.example, https://two.example/',
  TELEGRAM_BOT_TOKEN: 'no-token-at-all',
  TELEGRAM_API_ROOT: 'api.telegram.example',
  ANTHROPIC_BASE_URL: 'localhost:8787',
  ROOS_MODEL: 'not a model',
  MODEL_PRICES: '{"claude-opus-5-5":{"input":-1}}',
  MODEL_BUDGET_PER_PERSON_DAY: 'a lot',
  DASHBOARD_ORIGIN: 'dashboard.example',
  BACKUP_RECIPIENTS: 'my-dog',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
  OTEL_METRIC_EXPORT_INTERVAL: 'often',
  SENTRY_DSN: 'sentry.example',
  BETTERSTACK_SOURCE_TOKEN: 'a-token-without-its-address',
}

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
const variableOf = (problem: string) => problem.split(' ')[0]

test('an address of a database and the secrets are enough, the rest has defaults', () => {
  expect(readConfig(VALID)).toMatchObject({
    PORT: 3000,
    ROLES: ['api', 'bot', 'worker'],
    DEMO: '0',
    ALFRED_MODEL: ['claude-opus-5-5'],
  })
})

test('an empty variable counts as missing', () => {
  expect(readConfig({ ...VALID, PORT: '', ADMIN_EMAIL: ' ', TELEGRAM_BOT_TOKEN: '' })).toEqual(readConfig(VALID))
  expect(problemsOf({ ...VALID, JWT_SECRET: '  ' }).map(variableOf)).toEqual(['JWT_SECRET'])
})

test('all wrong variables are named at once, each with what it must be, and no value', () => {
  const problems = problemsOf(WRONG)
  expect(new Set(problems.map(variableOf))).toEqual(new Set(Object.keys(WRONG)))
  for (const value of Object.values(WRONG)) expect(problems.join('\n')).not.toContain(value)
  expect(problems.join('\n')).not.toContain('hunter2')
})

test('addresses come without their closing slash', () => {
  const { PUBLIC_URL, TELEGRAM_API_ROOT } = readConfig({
    ...VALID,
    PUBLIC_URL: 'https://profit.example.com/',
    TELEGRAM_API_ROOT: 'http://127.0.0.1:8081',
  })
  expect([PUBLIC_URL, TELEGRAM_API_ROOT]).toEqual(['https://profit.example.com', 'http://127.0.0.1:8081'])
})

test('origins of other sites are exact: no path, star, null or other scheme', () => {
  const read = (CORS_ORIGINS: string) => readConfig({ ...VALID, CORS_ORIGINS }).CORS_ORIGINS
  expect(readConfig(VALID).CORS_ORIGINS).toEqual([])
  expect(read('https://a.example,http://localhost:4000 ')).toEqual(['https://a.example', 'http://localhost:4000'])
  for (const wrong of [
    '*',
    'null',
    'a.example',
    'https://a.example/',
    'https://a.example:443',
    'https://*.example',
    'file:///x',
    'https://A.example',
  ])
    // prettier-ignore
    expect([wrong, problemsOf({ ...VALID, CORS_ORIGINS: wrong }).map(variableOf)]).toEqual([wrong, ['CORS_ORIGINS']])
})

test('the key for secrets is 32 bytes, in hexadecimal or base64', () => {
  const bytes = new Uint8Array(32).fill(15)
  expect(readConfig(VALID).ENCRYPTION_KEY).toEqual(bytes)
  expect(readConfig({ ...VALID, ENCRYPTION_KEY: bytes.toBase64() }).ENCRYPTION_KEY).toEqual(bytes)
  for (const wrong of ['0f'.repeat(31), new Uint8Array(31).toBase64(), new Uint8Array(33).toBase64()])
    expect(problemsOf({ ...VALID, ENCRYPTION_KEY: wrong })).toEqual([
      'ENCRYPTION_KEY must be 32 bytes in hexadecimal or base64',
    ])
})

test('an administrator’s password without an address is a problem', () => {
  expect(problemsOf({ ...VALID, ADMIN_PASSWORD: 'correct horse battery' }).map(variableOf)).toEqual(['ADMIN_EMAIL'])
})

test('the clock can be set in development, and not in production', () => {
  const CLOCK_START = '2026-10-25T07:59:55Z'
  expect(readConfig({ ...VALID, CLOCK_START }).CLOCK_START).toEqual(new Date(CLOCK_START))
  expect(problemsOf({ ...VALID, CLOCK_START, NODE_ENV: 'production' }).map(variableOf)).toEqual(['CLOCK_START'])
})

test('the service says all problems on stderr and ends with code 2, without a stack', async () => {
  const { stdout, stderr, code } = await runService(WRONG)
  expect(code).toBe(2)
  expect(stdout).toBe('')
  for (const name of Object.keys(WRONG)) expect(stderr).toContain(`  ${name} `)
  for (const value of Object.values(WRONG)) expect(stderr).not.toContain(value)
  expect(stderr).not.toMatch(/^\s+at |node_modules|\.ts/m)
})

test('a service without any variable says that the database and the secrets are missing', async () => {
  const { stderr, code } = await runService({})
  expect(code).toBe(2)
  expect(
    stderr
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => variableOf(line.trim())),
  ).toEqual(['DATABASE_URL', 'JWT_SECRET', 'ENCRYPTION_KEY'])
})

test('a database that does not answer is waited for with one line, without the password, until a stop ends it with code 0', async () => {
  const { stdout, stderr, code } = await runService(
    { ...VALID, PORT: '0', DATABASE_URL: 'postgres://ann:hunter2@127.0.0.1:1/none' },
    { stopAt: 'waiting' },
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).message),
  ).toEqual(['waiting: The database does not answer right now. Try again in a moment.', 'stopped'])
  expect(stdout).not.toContain('hunter2')
})

test('models are lists, and each needs a price', () => {
  const models = { ALFRED_MODEL: 'claude-opus-5-5, claude-next', ROUTER_MODEL: 'none' }
  expect(problemsOf({ ...VALID, ...models })).toEqual([
    'ALFRED_MODEL names claude-next, whose price is not known: add it to MODEL_PRICES.',
  ])
  const priced = readConfig({ ...VALID, ...models, MODEL_PRICES: '{"claude-next":{"input":8,"output":40}}' })
  expect(priced).toMatchObject({ ALFRED_MODEL: ['claude-opus-5-5', 'claude-next'], ROUTER_MODEL: [] })
  expect(priced.MODEL_PRICES['claude-next']).toEqual({ input: 8, output: 40, cache_read: 0.8, cache_write: 10 })
  expect(priced.MODEL_PRICES['claude-opus-5-5']).toMatchObject({ input: 4, output: 20 })
})
