import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { Api } from 'grammy'
import { seeing } from '../../sql/connect.ts'
import { startDueTasks } from '../../sql/task-runs.ts'
import { listTaskRuns } from '../../sql/task-runs.ts'
import { findTask } from '../../sql/tasks.ts'
import { linkTelegramAccount } from '../../sql/telegram.ts'
import { createUser, type Role } from '../../sql/users.ts'
import type { Who } from '../../src/access.ts'
import { createDesk, MODELS } from '../../src/agents/desk.ts'
import { createModel } from '../../src/agents/model.ts'
import { runTaskJob } from '../../src/jobs/run-task.ts'
import { sendDeliveryJob } from '../../src/jobs/send-delivery.ts'
import { addTask, changeTask, runTaskNow } from '../../src/tasks.ts'
import { calls, fails, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { appPool } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, aStore, bookAll } from '../support/factories.ts'
import { startTelegram } from '../support/telegram.ts'
import { startWorker } from '../support/worker.ts'

const { sql: owner, appUrl } = await testDatabase()
const sql = appPool(appUrl)
const [claude, telegram] = await Promise.all([startAnthropic(), startTelegram()])
afterAll(() => Promise.all([claude.stop(), telegram.stop()]))

/** Sunday 18 October 2026, 10:00 in Amsterdam. */
const START = '2026-10-18T08:00:00Z'
const clock = { now: new Date(START) }
const now = () => clock.now
beforeEach(async () => {
  await owner`delete from tasks`
  await owner`delete from graphile_worker._private_jobs`
  clock.now = new Date(START)
  asked = claude.requests.length
})
/** The requests to the model since the test began, or since `asked` was set. */
let asked = 0
const requests = () => claude.requests.slice(asked)
const report = (error: unknown) => logs.push({ level: 'error', message: String(error) })
const model = createModel({ apiKey: async () => claude.key, baseURL: claude.url, maxRetries: 0 })
const desk = createDesk({ sql, now, model, models: { ...MODELS, router: [] }, budget: 5, report })
const { done, logs } = startWorker({ sql, databaseUrl: appUrl, now }, [
  runTaskJob({ sql, now, desk }),
  sendDeliveryJob({ sql, now, telegram: new Api(telegram.token, { apiRoot: telegram.root }) }),
])

const nl = await aStore(owner, { slug: 'nl', name: 'Netherlands' })
const uk = await aStore(owner, { slug: 'uk', name: 'Britain' })
await anOrder(owner, nl, { day: '2026-10-17', lines: [{ price_minor: 12_345 }] })
await bookAll(owner, nl)

let people = 0
/** Somebody of the team with a chat with the bot, unless without one. */
async function someone({ role = 'owner', chat = true }: { role?: Role; chat?: boolean } = {}) {
  const user = await createUser(owner, { email: `p${++people}@example.com`, role, password_hash: null })
  const who: Who = { user_id: user!.id, email: user!.email, role, stores: 'all' }
  const person = telegram.person({ first_name: `P${people}` })
  await person.writes('/start')
  if (chat)
    await linkTelegramAccount(sql, { telegram_id: person.id, user_id: user!.id, first_name: 'P', username: null })
  return { who, heard: () => telegram.messages(person).flatMap(({ from, text }) => (from?.is_bot ? [text ?? ''] : [])) }
}
type Asked = Parameters<typeof addTask>[2]
const REMINDER: Asked = { title: 'Tea', kind: 'reminder', text: 'Drink tea.', rhythm: { every: 'day', at: '09:00' } }
const QUESTION: Asked = {
  title: 'Figures',
  kind: 'question',
  text: 'How was yesterday?',
  rhythm: { every: 'week', weekdays: [7], at: '09:00' },
}
const as = <T>(who: Who, work: Parameters<typeof seeing<T>>[2]) => seeing(sql, who.stores, work)
const schedule = async (who: Who, asked: Asked) => (await as(who, (tx) => addTask(tx, who, asked, { now: now() }))).id
/** Lets the clock show this, and everything that is due then happen. */
async function itIs(time: string) {
  clock.now = new Date(time)
  const [one, two] = await Promise.all([1, 2].map(() => seeing(sql, 'all', (tx) => startDueTasks(tx, { now: now() }))))
  await done()
  return one!.length + two!.length
}
const runs = (task_id: number) =>
  seeing(sql, 'all', (tx) => listTaskRuns(tx, { task_id, limit: 50, offset: 0, after: null }))
const taskOf = (id: number, { user_id }: Who) => seeing(sql, 'all', (tx) => findTask(tx, { id, user_id }))

describe('a reminder', () => {
  test('comes at its time on the clock, before and after the change of the clocks, without a model', async () => {
    const { who, heard } = await someone()
    const id = await schedule(who, REMINDER)
    for (const [due, before] of [
      ['2026-10-19T07:00:00Z', '2026-10-19T06:59:59Z'],
      ['2026-10-25T08:00:00Z', '2026-10-25T07:59:59Z'],
    ] as const) {
      await owner`update tasks set next_run_at = ${due} where id = ${id}`
      expect(await itIs(before)).toBe(0)
      expect(await itIs(due)).toBe(1)
    }
    expect(heard()).toEqual(['Drink tea.', 'Drink tea.'])
    expect(requests()).toEqual([])
    expect((await runs(id)).map(({ status, delivery, scheduled_for }) => [status, delivery, scheduled_for])).toEqual([
      ['done', 'sent', '2026-10-25T08:00:00.000Z'],
      ['done', 'sent', '2026-10-19T07:00:00.000Z'],
    ])
  })

  test('for one time comes once and ends', async () => {
    const { who, heard } = await someone()
    const id = await schedule(who, { ...REMINDER, rhythm: { every: 'once', day: '2026-10-23', at: '10:00' } })
    expect(await itIs('2026-10-23T08:00:10Z')).toBe(1)
    expect(await itIs('2026-10-24T08:00:10Z')).toBe(0)
    expect(heard()).toEqual(['Drink tea.'])
    expect(await taskOf(id, who)).toMatchObject({
      status: 'ended',
      ended_because: 'It was for one time.',
      next_run_at: null,
    })
  })

  test('that was due while nothing ran comes late and says so', async () => {
    const { who, heard } = await someone()
    await schedule(who, REMINDER)
    await itIs('2026-10-19T10:00:00Z')
    expect(heard()).toEqual(['Drink tea.\n\nThis was due Mon 19 Oct 2026 09:00; I was not running then.'])
  })

  test('stays in the list of runs for a person without a chat', async () => {
    const { who } = await someone({ chat: false })
    const id = await schedule(who, REMINDER)
    await itIs('2026-10-19T07:00:00Z')
    expect(await runs(id)).toMatchObject([{ status: 'done', answer: 'Drink tea.', delivery: 'none' }])
  })
})

describe('a question', () => {
  test('is tried at once, and then answered at its times by the desk, each in a conversation of its own', async () => {
    const { who, heard } = await someone()
    claude.script([says('It was fine.')])
    const id = await schedule(who, QUESTION)
    await done()
    claude.script([calls('get_pnl', { period: 'yesterday' }), says('Better than fine.')])
    await itIs('2026-10-25T08:00:01Z')
    expect(heard()).toEqual(['Trial run of “Figures”\n\nIt was fine.', 'Better than fine.'])
    const [second, first] = await runs(id)
    expect([first, second]).toMatchObject([
      { cause: 'trial', status: 'done', answer: 'It was fine.', delivery: 'sent' },
      { cause: 'schedule', status: 'done', answer: 'Better than fine.', delivery: 'sent' },
    ])
    expect(Number(second!.cost_usd)).toBeGreaterThan(0)
    expect(first!.conversation_id).not.toBe(second!.conversation_id)
    expect(claude.requests.every(({ refused }) => refused === undefined)).toBe(true)
  })

  test('is asked again while Claude fails, and its answer is told once', async () => {
    const { who, heard } = await someone()
    claude.script([fails(529), says('At last.')])
    const id = await schedule(who, QUESTION)
    await done()
    expect(heard()).toEqual(['Trial run of “Figures”\n\nAt last.'])
    expect(await runs(id)).toMatchObject([{ status: 'done', error: null }])
  })

  test('that was missed by more than two hours is left out with a notice, and names the times before', async () => {
    const { who, heard } = await someone()
    claude.script([says('Fine.')])
    const id = await schedule(who, { ...QUESTION, rhythm: { every: 'day', at: '09:00' } })
    await done()
    asked = claude.requests.length
    await itIs('2026-10-21T12:00:00Z')
    expect(heard().at(-1)).toBe(
      '“Figures” was left out. It was due Wed 21 Oct 2026 09:00 and I was not running then, nor the 2 times before. Next time: Thu 22 Oct 2026 09:00.',
    )
    expect(requests()).toEqual([])
    expect((await runs(id)).map(({ status, delivery }) => [status, delivery])).toEqual([
      ['missed', 'sent'],
      ['missed', 'none'],
      ['missed', 'none'],
      ['done', 'sent'],
    ])
  })

  test('that was missed is told in the language that the person chose, and kept in English', async () => {
    const { who, heard } = await someone()
    await sql`update telegram_accounts set language = 'nl' where user_id = ${who.user_id}`
    claude.script([says('Prima.')])
    const id = await schedule(who, { ...QUESTION, rhythm: { every: 'day', at: '09:00' } })
    await done()
    await itIs('2026-10-21T12:00:00Z')
    expect(heard().at(-1)).toBe(
      '“Figures” is overgeslagen. Het was voor 21 okt 2026, 09:00 en toen draaide ik niet, de 2 keer ervoor ook niet. Volgende keer: 22 okt 2026, 09:00.',
    )
    expect((await runs(id))[0]).toMatchObject({
      error: 'It was due Wed 21 Oct 2026 09:00 and I was not running then, nor the 2 times before.',
    })
  })

  test('that was missed by less is answered late', async () => {
    const { who, heard } = await someone()
    claude.script([says('Fine.'), says('Late, but here.')])
    await schedule(who, QUESTION)
    await done()
    await itIs('2026-10-25T09:59:00Z')
    expect(heard().at(-1)).toBe('Late, but here.')
  })

  test('is not asked when the budget of the person is used up, which they are told', async () => {
    const { who, heard } = await someone()
    await owner`
      insert into model_usage (at, user_id, agent, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd)
      values (${now()}, ${who.user_id}, 'alfred', 'x', 0, 0, 0, 0, 5000000)`
    const id = await schedule(who, QUESTION)
    await done()
    expect(requests()).toEqual([])
    expect(heard()).toEqual([
      expect.stringMatching(/^“Figures” could not be answered. Your budget for questions is used up for today/),
    ])
    expect(await runs(id)).toMatchObject([
      { status: 'failed', error: expect.stringContaining('budget'), cost_usd: null },
    ])
  })

  test('cannot make or change tasks while it runs by itself', async () => {
    const { who } = await someone()
    claude.script([calls('schedule_task', { ...REMINDER }), says('I may not.')])
    await schedule(who, QUESTION)
    await done()
    expect(resultsOf(claude.requests.at(-1)!)).toMatchObject([
      { isError: true, result: 'A task that runs by itself cannot make or change tasks.' },
    ])
  })
})

describe('a condition', () => {
  const WATCH: Asked = {
    title: 'Sales',
    kind: 'question',
    text: 'Why were sales low?',
    rhythm: { every: 'day', at: '09:00' },
    store: 'nl',
    condition: { metric: 'revenue', period: 'yesterday', is: 'below', value: 100 },
  }

  test('that does not hold costs no request to the model, and the trial run says what it would do', async () => {
    const { who, heard } = await someone()
    const id = await schedule(who, WATCH)
    await done()
    expect(heard()).toEqual([
      'Trial run of “Sales”\n\nNetherlands: revenue of yesterday is 123.45 EUR, not below 100. On such a day I say nothing.',
    ])
    await owner`update tasks set next_run_at = ${'2026-10-18T08:00:00Z'} where id = ${id}`
    expect(await itIs('2026-10-18T08:30:00Z')).toBe(1)
    expect(heard()).toHaveLength(1)
    expect(requests()).toEqual([])
    expect((await runs(id))[0]).toMatchObject({ status: 'quiet', delivery: 'none' })
  })

  test('that holds is told with its figure, and the desk answers', async () => {
    const { who, heard } = await someone()
    await schedule(who, WATCH)
    await done()
    claude.script([says('Nobody came.')])
    await itIs('2026-10-20T07:00:00Z')
    expect(heard().at(-1)).toBe('Netherlands: revenue of yesterday is 0.00 EUR, below 100.\n\nNobody came.')
    expect(JSON.stringify(claude.requests.at(-1)?.body.messages)).toContain(
      'revenue of yesterday is 0.00 EUR, below 100',
    )
  })

  test('several times a day is told once a day', async () => {
    const { who, heard } = await someone()
    const id = await schedule(who, {
      ...WATCH,
      kind: 'reminder',
      text: 'Look at the ads.',
      rhythm: { every: 'minutes', minutes: 60 },
      condition: { metric: 'revenue', period: 'today', is: 'below', value: 100 },
    })
    await done()
    for (const hour of ['09', '10', '11']) await itIs(`2026-10-18T${hour}:00:00Z`)
    await itIs('2026-10-18T22:00:00Z') // the next day in Amsterdam
    const told = 'Look at the ads.\n\nNetherlands: revenue of today is 0.00 EUR, below 100.'
    expect(heard().slice(1)).toEqual([told, told])
    const told_or_quiet = (await runs(id)).flatMap(({ status }) => (status === 'missed' ? [] : [status]))
    expect(told_or_quiet).toEqual(['done', 'quiet', 'quiet', 'done', 'done'])
  })

  test('may watch a change in percent', async () => {
    const { who, heard } = await someone()
    await schedule(who, {
      ...WATCH,
      kind: 'reminder',
      condition: { metric: 'revenue', period: 'yesterday', is: 'below', value: -30, compare_with: 'previous' },
    })
    await done()
    clock.now = new Date('2026-10-19T08:00:00Z')
    const id = await schedule(who, {
      ...WATCH,
      kind: 'reminder',
      condition: { metric: 'revenue', period: 'yesterday', is: 'below', value: -30, compare_with: 'previous' },
    })
    await done()
    expect(heard()[0]).toContain('a change of unknown % against the period before, not below -30 %')
    expect((await runs(id))[0]!.answer).toContain(
      'revenue of yesterday is 0.00 EUR, a change of -100.0 % against the period before, below -30 %.',
    )
  })
})

describe('the rights are those of the moment', () => {
  test('a person who is limited later gets figures of their stores only', async () => {
    const { who } = await someone()
    claude.script([says('Fine.')])
    await schedule(who, QUESTION)
    await done()
    await owner`update users set store_ids = ${[uk.id]} where id = ${who.user_id}`
    claude.script([calls('get_pnl', { store: 'nl', period: 'yesterday' }), says('I see nothing.')])
    await itIs('2026-10-25T08:00:00Z')
    expect(resultsOf(claude.requests.at(-1)!)).toMatchObject([
      { isError: true, result: expect.stringContaining('There is no store "nl"') },
    ])
  })

  test('a task on a store that its person does not see any more ends with a notice', async () => {
    const { who, heard } = await someone()
    const id = await schedule(who, { ...REMINDER, store: 'nl' })
    await owner`update users set store_ids = ${[uk.id]} where id = ${who.user_id}`
    await itIs('2026-10-19T07:00:00Z')
    expect(heard()).toEqual(['I ended the task “Tea”: you do not see the store nl any more.'])
    expect(await taskOf(id, who)).toMatchObject({ status: 'ended' })
  })

  test('a task of a person whose role has none any more ends with a notice, and that of a disabled one in silence', async () => {
    const [ann, ben] = [await someone(), await someone()]
    const ids = [await schedule(ann.who, REMINDER), await schedule(ben.who, REMINDER)]
    await owner`update users set role = 'viewer' where id = ${ann.who.user_id}`
    await owner`update users set disabled_at = now() where id = ${ben.who.user_id}`
    await itIs('2026-10-19T07:00:00Z')
    expect(ann.heard()).toEqual(['I ended the task “Tea”: your role viewer does not include tasks any more.'])
    expect(ben.heard()).toEqual([])
    expect([await taskOf(ids[0]!, ann.who), await taskOf(ids[1]!, ben.who)]).toMatchObject([
      { status: 'ended' },
      { status: 'ended' },
    ])
  })

  test('a task made with an API token may do no more than the token', async () => {
    const { who } = await someone()
    const machine: Who = { ...who, token_id: 1, scopes: ['tasks:write', 'agents:use'], stores: [uk.id] }
    claude.script([
      [calls('get_pnl', { period: 'yesterday' }), calls('find_products', { words: 'lamp' })],
      says('I may see nothing.'),
    ])
    await schedule(machine, QUESTION)
    await done()
    const results = resultsOf(claude.requests.at(-1)!)
    expect(results.map(({ isError, result }) => [isError, result])).toEqual([
      [true, 'This API token does not include stats:read. Make one that does.'],
      [true, 'This API token does not include products:read. Make one that does.'],
    ])
  })
})

test('a paused task does not run, and goes on with the next time on the clock', async () => {
  const { who, heard } = await someone()
  const id = await schedule(who, REMINDER)
  await as(who, (tx) => changeTask(tx, who, id, { asked: { status: 'paused' }, now: now() }))
  expect(await itIs('2026-10-20T07:00:00Z')).toBe(0)
  await as(who, (tx) => changeTask(tx, who, id, { asked: { status: 'active' }, now: now() }))
  expect(await taskOf(id, who)).toMatchObject({
    next_run_at: '2026-10-21T07:00:00.000Z',
    next_local: 'Wed 21 Oct 2026 09:00',
  })
  await as(who, (tx) => runTaskNow(tx, who, id, now()))
  await done()
  expect(heard()).toEqual(['Drink tea.'])
})
