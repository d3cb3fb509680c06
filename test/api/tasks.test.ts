import { describe, expect, test } from 'bun:test'
import { listJobs } from '../../sql/jobs.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
await aStore(sql, { slug: 'nl' })
const ny = await aStore(sql, { slug: 'ny', time_zone: 'America/New_York' })
const { token } = await api.someone('owner')

const REMINDER = { title: 'Tea', kind: 'reminder', text: 'Drink tea.', rhythm: { every: 'day', at: '09:00' } }
const QUESTION = { ...REMINDER, kind: 'question', text: 'How was yesterday?' }
const create = async (json: object, as = token) => (await api.post('/tasks', json, as)).body
const waiting = async () =>
  (await listJobs(sql, { state: 'waiting', limit: 500, offset: 0, after: null })).filter(
    ({ name }) => name === 'run_task',
  ).length

test('a task says when it is due next, on the clock of the store, of the team, or of the zone that is named', async () => {
  expect(await create(REMINDER)).toMatchObject({
    status: 'active',
    time_zone: 'Europe/Amsterdam',
    next_run_at: '2026-04-14T07:00:00.000Z',
    next_local: 'Tue 14 Apr 2026 09:00',
    store: null,
    condition: null,
    rhythm: REMINDER.rhythm,
  })
  expect(await create({ ...REMINDER, store: 'ny' })).toMatchObject({ time_zone: 'America/New_York', next_run_at: '2026-04-13T13:00:00.000Z' }) // prettier-ignore
  expect(await create({ ...REMINDER, time_zone: 'Asia/Tokyo' })).toMatchObject({ next_run_at: '2026-04-14T00:00:00.000Z' }) // prettier-ignore
})

test('a question gets a trial run at once, a reminder does not', async () => {
  const before = await waiting()
  const reminder = await create(REMINDER)
  expect(await waiting()).toBe(before)
  const question = await create(QUESTION)
  expect(await waiting()).toBe(before + 1)
  const runsOf = async (task: typeof question) =>
    (await api.get(`/tasks/${String(task['id'])}/runs`, token)).body['data']
  expect(await runsOf(reminder)).toEqual([])
  expect(await runsOf(question)).toMatchObject([{ cause: 'trial', status: 'queued', delivery: 'none' }])

  const { status, body } = await api.post(`/tasks/${String(reminder['id'])}/run`, {}, token)
  expect(status).toBe(202)
  expect(await runsOf(reminder)).toMatchObject([{ id: body['run_id'], cause: 'person', status: 'queued' }])
})

describe('what is refused', () => {
  const cases: [string, object, number, RegExp][] = [
    ['a time that is past', { rhythm: { every: 'once', day: '2026-04-13', at: '11:59' } }, 422, /That time is past/],
    ['a day that does not exist', { rhythm: { every: 'once', day: '2026-02-30', at: '09:00' } }, 422, /not valid|day/],
    ['a time that does not exist', { rhythm: { every: 'day', at: '24:00' } }, 422, /./],
    ['a rhythm with more than it takes', { rhythm: { every: 'day', at: '09:00', minutes: 15 } }, 422, /./],
    ['an unknown rhythm', { rhythm: { every: 'moon' } }, 422, /./],
    ['an unknown zone', { time_zone: 'Mars/Olympus' }, 422, /Mars\/Olympus/],
    ['an unknown store', { store: 'none' }, 404, /There is no store/],
    ['an unknown figure', { condition: { metric: 'luck', period: 'today', is: 'above', value: 1 } }, 422, /./],
    ['an empty text', { text: '  ' }, 422, /./],
    [
      'several times a day without a condition',
      { rhythm: { every: 'minutes', minutes: 15 } },
      422,
      /needs a condition/,
    ],
  ]
  for (const [what, change, status, words] of cases)
    test(what, async () => {
      const problem = problemOf(await api.post('/tasks', { ...REMINDER, ...change }, token), status)
      expect(JSON.stringify(problem)).toMatch(words)
    })

  test('more than 50 tasks of one person', async () => {
    const busy = await api.someone('finance')
    for (let at = 0; at < 50; at++) await create(REMINDER, busy.token)
    expect(problemOf(await api.post('/tasks', REMINDER, busy.token), 409).detail).toMatch(/You have 50 tasks/)
  })
})

test('a change holds from then on, and one that was made on an older reading is refused', async () => {
  const { id } = await create(REMINDER)
  const path = `/tasks/${String(id)}`
  const etag = (await api.get(path, token)).headers.get('etag')!
  const change = (json: object, headers = {}) => api.send(path, { method: 'PATCH', token, json, headers })
  expect(
    (await change({ rhythm: { every: 'week', weekdays: [5], at: '10:00' } }, { 'if-match': etag })).body,
  ).toMatchObject({
    title: 'Tea',
    next_local: 'Fri 17 Apr 2026 10:00',
  })
  problemOf(await change({ title: 'Coffee' }, { 'if-match': etag }), 412)
  expect((await change({ status: 'paused' })).body).toMatchObject({ status: 'paused', next_run_at: null })
  expect((await change({ title: 'Coffee' })).body).toMatchObject({ title: 'Coffee', status: 'paused' })
  expect((await change({ status: 'active' })).body).toMatchObject({ next_local: 'Fri 17 Apr 2026 10:00' })
  problemOf(await api.send(path, { method: 'DELETE', token, headers: { 'if-match': etag } }), 412)
  expect((await api.send(path, { method: 'DELETE', token })).body).toEqual({ id, result: 'deleted' })
  problemOf(await api.get(path, token), 404)
  const { text } = await api.get('/audit-log', token)
  for (const action of ['task.created', 'task.changed', 'task.deleted']) expect(text).toContain(action)
})

test('each sees, changes and runs their own tasks only', async () => {
  const other = await api.someone('owner')
  const { id } = await create(REMINDER)
  expect((await api.get('/tasks', other.token)).body['data']).toEqual([])
  const calls = [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/run'],
    ['GET', '/runs'],
  ] as const
  for (const [method, rest] of calls) {
    const sent = { method, token: other.token, ...(method !== 'GET' && { json: {} }) }
    expect(problemOf(await api.send(`/tasks/${String(id)}${rest}`, sent), 404).detail).toBe(
      `You have no task ${String(id)}.`,
    )
  }
})

test('a person limited to a store makes tasks on it and reads their runs, and finds no other', async () => {
  const ann = await api.someone('finance')
  await sql`update users set store_ids = ${[ny.id]} where id = ${ann.id}`
  const { id } = await create({ ...QUESTION, store: 'ny' }, ann.token)
  expect((await api.get(`/tasks/${String(id)}/runs`, ann.token)).body['data']).toMatchObject([{ status: 'queued' }])
  problemOf(await api.post('/tasks', { ...QUESTION, store: 'nl' }, ann.token), 404)
})
