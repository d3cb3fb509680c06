import { beforeEach, expect, test } from 'bun:test'
import { findTelegramPerson } from '../../sql/telegram.ts'
import { pairingCode } from '../../src/pairing.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const approved: object[] = []
const api = await testApi(database, { onPairingApproved: (person) => approved.push(person) })
const admin = await api.someone('admin')
const viewer = await api.someone('viewer')

beforeEach(async () => {
  await sql`truncate telegram_pairings, telegram_accounts`
  approved.length = 0
  api.clock.now = new Date('2026-04-13T10:00:00Z')
})

const stranger = async (telegram_id: number, first_name = 'Sam') =>
  (await pairingCode(sql, { telegram_id, first_name, username: null }, api.clock.now)).code
const waiting = async () => (await api.get('/telegram/pairings', admin.token)).body['data'] as { code: string }[]
const decide = (code: string | undefined, verb: 'approve' | 'reject', json?: object) =>
  api.send(`/telegram/pairings/${code}/${verb}`, { method: 'POST', token: admin.token, ...(json && { json }) })

test('a stranger gets a code of eight unmistakable characters, the same one for an hour, then another', async () => {
  const code = await stranger(1)
  expect(code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/)
  api.clock.now = new Date('2026-04-13T10:59:59Z')
  expect(await stranger(1)).toBe(code)
  expect(await waiting()).toEqual([
    {
      code: code!,
      first_name: 'Sam',
      username: null,
      created_at: '2026-04-13T10:00:00.000Z',
      expires_at: '2026-04-13T11:00:00.000Z',
    } as object as { code: string },
  ])
  api.clock.now = new Date('2026-04-13T11:00:00Z')
  expect(await waiting()).toEqual([])
  expect(await stranger(1)).not.toBe(code!)
})

test('three wait at most, and the next gets no code until one is settled', async () => {
  const [first] = [await stranger(1), await stranger(2), await stranger(3)]
  expect(await stranger(4)).toBeUndefined()
  expect((await decide(first, 'reject')).status).toBe(204)
  expect(await stranger(4)).toBeString()
  expect(await waiting()).toHaveLength(3)
})

test('approving binds the person to the one who approves, or to the named user, and the bot is told', async () => {
  const [one, two] = [await stranger(7_000_000_001, 'Sam'), await stranger(7_000_000_002, 'Kim')]
  expect((await decide(one, 'approve')).body).toEqual({ first_name: 'Sam', email: admin.email })
  expect((await decide(two?.toLowerCase(), 'approve', { email: viewer.email.toUpperCase() })).body).toEqual({
    first_name: 'Kim',
    email: viewer.email,
  })
  expect(await findTelegramPerson(sql, { telegram_id: 7_000_000_002 })).toMatchObject({
    user_id: viewer.id,
    role: 'viewer',
  })
  expect(approved).toMatchObject([{ telegram_id: 7_000_000_001 }, { telegram_id: 7_000_000_002, first_name: 'Kim' }])
  expect(await waiting()).toEqual([])
})

test('a code works once, and neither after an hour nor after a rejection', async () => {
  const [used, rejected, late] = [await stranger(1), await stranger(2), await stranger(3)]
  await decide(used, 'approve')
  await decide(rejected, 'reject')
  api.clock.now = new Date('2026-04-13T11:00:00Z')
  for (const code of [used, rejected, late, 'ABCD2345'])
    for (const verb of ['approve', 'reject'] as const)
      expect(problemOf(await decide(code, verb), 404).detail).toContain('unknown, used or older')
  expect(approved).toHaveLength(1)
})

test('an unknown address leaves the code open', async () => {
  const code = await stranger(1)
  expect(problemOf(await decide(code, 'approve', { email: 'nobody@example.com' }), 404).detail).toContain(
    'nobody@example.com',
  )
  expect((await decide(code, 'approve')).status).toBe(200)
})

test('what is no code is refused before it is looked up', async () => {
  expect(problemOf(await decide('ABC', 'approve'), 422).errors).toEqual([
    { field: 'code', message: 'must be the code of eight letters and digits' },
  ])
})
