import { afterAll, expect, test } from 'bun:test'
import { createModel } from '../../src/agents/model.ts'
import { calls, says, thinks } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const { nl } = await april(sql)
const claude = await startAnthropic()
afterAll(() => claude.stop())
const api = await testApi(database, { model: createModel({ apiKey: claude.key, baseURL: claude.url, maxRetries: 0 }) })
const viewer = await api.someone('viewer')
const owner = await api.someone('owner')

/** A person's new conversation with one look-up. */
async function aConversation(token: string, text = 'What did we earn today?') {
  claude.script([
    [
      thinks('About 99 euros.'),
      says('Let me see, about 99 euros.'),
      calls('get_pnl', { store: 'nl', period: 'today' }),
    ],
    says('See the figures.'),
  ])
  return Number((await api.post('/agents/messages', { text, store: 'nl' }, token)).body['conversation_id'])
}
const list = async (token: string, query = '') =>
  (await api.get(`/conversations${query}`, token)).body['data'] as { id: number }[]

test('conversations are listed newest first, by how they began', async () => {
  const first = await aConversation(viewer.token)
  const second = await aConversation(viewer.token, 'And how about a second one?')
  expect(await list(viewer.token)).toEqual([
    {
      id: second,
      agent: 'alfred',
      user_id: viewer.id,
      channel: 'api',
      title: 'And how about a second one?',
      summary: '',
      messages: 4,
      created_at: expect.stringMatching(/Z$/),
    },
    expect.objectContaining({ id: first, title: 'What did we earn today?' }),
  ])
  expect((await api.get(`/conversations/${first}`, viewer.token)).body).toMatchObject({ id: first })
  expect(await list(owner.token)).toEqual([])
})

test('messages are told as people read them, without thoughts and what no tool had proven yet', async () => {
  const id = await aConversation(viewer.token)
  const { data } = (await api.get(`/conversations/${id}/messages`, viewer.token)).body as {
    data: Record<string, unknown>[]
  }
  expect(data.map(({ role, content }) => [role, content])).toEqual([
    ['user', 'What did we earn today?'],
    ['assistant', 'get_pnl {"store":"nl","period":"today"}'],
    ['tool', expect.stringContaining('"net_profit"')],
    ['assistant', 'See the figures.'],
  ])
  expect(data[1]).toEqual({
    id: expect.any(Number),
    conversation_id: id,
    role: 'assistant',
    content: expect.any(String),
    blocks: [{ type: 'tool_use', id: expect.any(String), name: 'get_pnl', input: { store: 'nl', period: 'today' } }],
    receipt_ids: [],
    created_at: expect.stringMatching(/Z$/),
  })
  expect(data[3]).toMatchObject({ receipt_ids: [expect.any(Number)] })
  expect(JSON.stringify(data)).not.toContain('99 euros')
  const page = (await api.get(`/conversations/${id}/messages?limit=3`, viewer.token)).body
  const rest = (await api.get(`/conversations/${id}/messages?limit=3&cursor=${String(page['next'])}`, viewer.token))
    .body
  expect([page['data'], rest['data']]).toEqual([data.slice(0, 3), data.slice(3)])
})

test('those of others are not found, but for administrators', async () => {
  const id = await aConversation(viewer.token)
  const other = await api.someone('finance')
  for (const path of [`/conversations/${id}`, `/conversations/${id}/messages`]) {
    problemOf(await api.get(path, other.token), 404)
    expect((await api.get(path, owner.token)).status).toBe(200)
  }
  problemOf(await api.send(`/conversations/${id}`, { method: 'DELETE', token: other.token }), 404)
  problemOf(await api.get(`/conversations?user_id=${viewer.id}`, other.token), 403)
  expect((await list(owner.token, `?user_id=${viewer.id}`)).map((one) => one.id)).toContain(id)
  expect((await list(viewer.token, `?user_id=${viewer.id}`)).map((one) => one.id)).toContain(id)
})

test('who is limited to a store, or comes with a token that is, does not see what was answered beyond it', async () => {
  const id = await aConversation(owner.token)
  const machine = await api.anApiToken(owner.id, { store_ids: [nl.id] })
  const admin = await api.someone('admin')
  await sql`update users set store_ids = ${[nl.id]} where id = ${admin.id}`
  for (const token of [machine.token, admin.token]) {
    problemOf(await api.get(`/conversations/${id}`, token), 404)
    problemOf(await api.get(`/conversations/${id}/messages`, token), 404)
    problemOf(await api.post('/agents/messages', { text: 'Go on', conversation_id: id }, token), 404)
    expect(await list(token, `?user_id=${owner.id}`)).toEqual([])
  }
  const own = await aConversation(machine.token)
  expect((await list(machine.token)).map((one) => one.id)).toEqual([own])
  expect((await list(admin.token, `?user_id=${owner.id}`)).map((one) => one.id)).toEqual([own])
})

test('a deleted conversation is gone; an administrator’s deletion is noted; one that is being answered stays', async () => {
  const [mine, others] = [await aConversation(viewer.token), await aConversation(viewer.token)]
  const remove = (id: number, token: string) => api.send(`/conversations/${id}`, { method: 'DELETE', token })
  expect((await remove(mine, viewer.token)).status).toBe(204)
  problemOf(await api.get(`/conversations/${mine}`, viewer.token), 404)
  await sql`update conversations set answering_until = now() + interval '1 minute' where id = ${others}`
  problemOf(await remove(others, owner.token), 409)
  await sql`update conversations set answering_until = null where id = ${others}`
  expect((await remove(others, owner.token)).status).toBe(204)
  const noted = await sql`select subject from audit_log where action = 'conversation.deleted'`
  expect(noted).toMatchObject([{ subject: `conversation ${others} of user ${viewer.id}` }])
})

test('usage is told by day, person, agent and model: one’s own, and everybody’s to administrators', async () => {
  const usage = async (token: string, query = '') => (await api.get(`/agents/usage${query}`, token)).body
  const own = await usage(viewer.token, '?by=agent,model')
  expect(own).toMatchObject({
    start: '2026-04-01',
    end: '2026-04-13',
    data: [
      { day: null, user_id: null, agent: 'alfred', model: 'claude-opus-5-5' },
      { day: null, user_id: null, agent: 'alfred', model: 'claude-haiku-5-5' },
    ],
  })
  const [booked] = await sql<{ cost: number; requests: number }[]>`
    select sum(cost_micro_usd)::float8 / 1000000 as cost, count(*) as requests from model_usage where user_id = ${viewer.id}`
  expect(own['total']).toMatchObject({ requests: booked!.requests })
  expect((own['total'] as { cost_usd: number }).cost_usd).toBeCloseTo(booked!.cost, 6)
  const all = await usage(owner.token, '?by=day,person')
  expect(
    (all['data'] as { email: string; day: string }[]).map(({ email, day }) => `${day} ${email}`).toSorted(),
  ).toEqual([`2026-04-13 ${owner.email}`, `2026-04-13 ${viewer.email}`].toSorted())
  expect((await usage(owner.token, `?user_id=${viewer.id}`))['total']).toEqual(own['total'])
  problemOf(await api.get(`/agents/usage?user_id=${owner.id}`, viewer.token), 403)
  const file = await api.get('/agents/usage?by=person&format=csv', owner.token)
  const { data } = (await usage(owner.token, '?by=person')) as unknown as {
    data: { email: string; questions: number }[]
  }
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(file.text.trim().split('\r\n')).toHaveLength(data.length + 1)
  for (const { email } of data) expect(file.text).toContain(email)
  problemOf(await api.get('/agents/usage?by=week', viewer.token), 422)
  expect(await usage(viewer.token, '?start=2020-01-01&end=2020-01-02')).toMatchObject({
    data: [],
    total: { requests: 0, cost_usd: 0 },
  })
})
