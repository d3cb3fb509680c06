import { describe, expect, test } from 'bun:test'
import { failSync, keepSync } from '../../sql/sync-state.ts'
import { answerTo, startTeam } from '../support/team.ts'

const { sql, telegram, api, aMember } = await startTeam()

describe('/goal', () => {
  test('is set, told with where the month is and will end, and replaced', async () => {
    const ann = await aMember()
    expect((await answerTo(ann, '/goal')).text).toStartWith('No goal is set')
    const set = await answerTo(ann, '/goal 10000')
    expect(set.text).toMatch(/^All stores · Goal · /)
    expect(set.text).toContain('10,000.00')
    await answerTo(ann, '/goal 12000,50')
    expect((await answerTo(ann, '/goal')).text).toContain('12,000.50')
    expect(await sql`select amount from goals`).toHaveLength(1)
    expect((await answerTo(ann, '/goal ten')).text).toContain('Give an amount without separators')
  })

  test('of a store is its own', async () => {
    const ann = await aMember()
    await answerTo(ann, '/store nl')
    expect((await answerTo(ann, '/goal 500')).text).toStartWith('Netherlands · Goal')
    await answerTo(ann, '/store all')
    expect((await answerTo(ann, '/goal')).text).toContain('12,000.50')
  })
})

test('/tasks lists what is scheduled, and its buttons pause it, let it go on and delete it', async () => {
  const ann = await aMember()
  expect((await answerTo(ann, '/tasks')).text).toStartWith('Nothing is scheduled.')
  const [{ user_id } = {}] = await sql`select user_id from telegram_accounts where telegram_id = ${ann.id}`
  await sql`
    insert into tasks (user_id, title, kind, text, rhythm, time_zone, status, next_run_at, created_at, updated_at)
    values (${user_id as number}, 'Tea <b>', 'reminder', 'Drink tea.', '{"every":"day","at":"09:00"}', 'Europe/Amsterdam', 'active', now() + interval '1 day', now(), now())`
  const list = await answerTo(ann, '/tasks')
  expect(list.text).toStartWith('1. Tea <b>')
  await ann.taps(list, '1 ⏸')
  const paused = await ann.hears()
  expect(paused.text).toContain('paused')
  await ann.taps(paused, '1 ▶️')
  const active = await ann.hears()
  expect(active.text).not.toContain('paused')
  await ann.taps(active, '1 🗑')
  expect((await ann.hears()).text).toStartWith('Nothing is scheduled.')
})

test('/memory lists what is remembered, and its button forgets it', async () => {
  const ann = await aMember()
  expect((await answerTo(ann, '/memory')).text).toStartWith('I remember nothing yet.')
  const [{ user_id } = {}] = await sql`select user_id from telegram_accounts where telegram_id = ${ann.id}`
  await sql`
    insert into memories (scope, owner_id, kind, category, content, status, created_at, updated_at)
    values ('person', ${user_id as number}, 'preference', '', 'Answer in short sentences', 'active', now(), now())`
  const list = await answerTo(ann, '/memory')
  expect(list.text).toContain('Answer in short sentences')
  await ann.taps(list, '1 🗑')
  expect((await ann.hears()).text).toStartWith('I remember nothing yet.')
})

test('/sources tells how fresh the facts of each store are, and what a connector failed with', async () => {
  const [{ id: store_id } = {}] = await sql<{ id: number }[]>`select id from stores where slug = 'nl'`
  const key = { connector: 'shopify', store_id: store_id!, account: '', resource: 'orders' }
  const { id } = await keepSync(sql, { ...key, every_minutes: null, next_run_at: null })
  await failSync(sql, { id, error: 'The token was revoked.', next_run_at: null })
  const { text } = await answerTo(await aMember(), '/sources')
  expect(text).toContain('Netherlands (nl)')
  expect(text).toContain('google: 13 Apr 2026')
  expect(text).toContain('shopify orders: ⚠️ The token was revoked.')
  expect((await api('/stores')).status).toBe(200)
  expect(telegram.calls.filter(({ refused }) => refused)).toEqual([])
})
