import { afterAll, expect, test } from 'bun:test'
import { createSeal } from '../src/secrets.ts'
import { says } from './support/anthropic-turns.ts'
import { startAnthropic } from './support/anthropic.ts'
import { testDatabase } from './support/database.ts'
import { ENCRYPTION_KEY, startService } from './support/service.ts'

const { sql, appUrl } = await testDatabase()
const claude = await startAnthropic({ otherwise: () => says('Fine.') })
afterAll(() => claude.stop())
const owner = { email: 'owner@example.com', password: 'correct horse battery' }
const environment = {
  DATABASE_URL: appUrl,
  ROLES: 'api',
  ADMIN_EMAIL: owner.email,
  ADMIN_PASSWORD: owner.password,
  ANTHROPIC_BASE_URL: claude.url,
}
const NEW_KEY = 'a1'.repeat(32)

/** Requests to a service as its owner. */
async function asOwner(url: string) {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  const call = async (method: string, path: string, json: object) => {
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(json) })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  headers['authorization'] = `Bearer ${String((await call('POST', '/auth/login', owner)).body['token'])}`
  return {
    ask: () => call('POST', '/agents/messages', { text: 'Hi' }),
    set: (anthropic_api_key: string | null) => call('PATCH', '/settings', { secrets: { anthropic_api_key } }),
  }
}

test('a key for Claude that is set in the settings is used by every process at once, and one that is removed no more', async () => {
  await using one = await startService(environment)
  await using two = await startService(environment)
  const [here, there] = await Promise.all([asOwner(one.url), asOwner(two.url)])
  expect((await there.ask()).body['detail']).toContain('no key for Claude is set')
  expect((await here.set('a-wrong-key')).status).toBe(200)
  expect((await there.ask()).body['detail']).toContain('Claude refused our key')
  await here.set(claude.key)
  expect((await there.ask()).body['text']).toBe('Fine.')
  await here.set(null)
  expect((await there.ask()).body['detail']).toContain('no key for Claude is set')
  await here.set(claude.key)
  expect(JSON.stringify([...one.logs, ...two.logs])).not.toContain(claude.key)
})

test('a start with a new encryption key seals again what the previous one sealed', async () => {
  await using service = await startService({
    ...environment,
    ENCRYPTION_KEY: NEW_KEY,
    ENCRYPTION_KEY_PREVIOUS: ENCRYPTION_KEY,
  })
  expect(service.logs).toContainEqual(
    expect.objectContaining({ level: 'info', secrets: ['anthropic_api_key'], message: expect.stringContaining('new') }),
  )
  const [row] = await sql<{ sealed: string }[]>`select sealed from secrets`
  const { open } = createSeal({ key: Buffer.from(NEW_KEY, 'hex') })
  expect(open('anthropic_api_key', row!.sealed)).toBe(claude.key)
  expect((await (await asOwner(service.url)).ask()).body['text']).toBe('Fine.')
})

test('a start without the key that sealed them says so, and the secret can be set again', async () => {
  await using service = await startService(environment)
  expect(service.logs).toContainEqual(expect.objectContaining({ level: 'warn', secrets: ['anthropic_api_key'] }))
  const { ask, set } = await asOwner(service.url)
  const refused = await ask()
  expect([refused.status, refused.body['detail']]).toEqual([503, expect.stringContaining('another ENCRYPTION_KEY')])
  await set(claude.key)
  expect((await ask()).body['text']).toBe('Fine.')
})
