import { afterAll, expect, test } from 'bun:test'
import { createUser, type Role } from '../../sql/users.ts'
import type { Who } from '../../src/access.ts'
import { type AgentDeps, newTurn } from '../../src/agents/agent-deps.ts'
import { callTool } from '../../src/agents/tool.ts'
import { changeTaskTool } from '../../src/agents/tools/change-task.ts'
import { listTasksTool } from '../../src/agents/tools/list-tasks.ts'
import { scheduleTask } from '../../src/agents/tools/schedule-task.ts'
import { addMessage, createConversation } from '../../sql/conversations.ts'
import { connect, seeing } from '../../sql/connect.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const { sql: owner, appUrl } = await testDatabase()
const sql = connect(appUrl, { max: 2 })
afterAll(() => sql.end({ timeout: 1 }))
await aStore(owner, { slug: 'nl', name: 'Netherlands' })

let people = 0
/** Calls a tool as a new person; 24 October 2026, 12:30 in Amsterdam. */
async function someone(role: Role = 'owner', channel: AgentDeps['channel'] = 'api') {
  const user = await createUser(owner, { email: `p${++people}@example.com`, role, password_hash: null })
  const who: Who = { user_id: user!.id, email: user!.email, role, stores: 'all' }
  const now = () => new Date('2026-10-24T10:30:00Z')
  const said = { agent: 'alfred', user_id: who.user_id, channel: 'api', store_ids: null, chat_id: null } as const
  const { id: conversation_id } = await createConversation(owner, said)
  const content = [{ type: 'text', text: 'Remind me, and change my tasks.' }]
  await addMessage(owner, { conversation_id, role: 'user', content, sent_again: true })
  const deps: AgentDeps = {
    db: (work) => seeing(sql, 'all', work),
    now,
    who,
    channel,
    conversation_id,
    turn: newTurn(),
    progress: () => {},
  }
  const report = (error: unknown) => {
    throw error
  }
  return async (name: string, input: object) => {
    const call = await callTool({ tools: [scheduleTask, listTasksTool, changeTaskTool], deps, report }, { name, input })
    return call.output
  }
}
const REMINDER = { title: 'Tea', kind: 'reminder', text: 'Drink tea.' }

test('a schedule is confirmed with its next three times on the clock, over the change of the clocks', async () => {
  const call = await someone()
  const input = { ...REMINDER, rhythm: { every: 'day', at: '09:00' } }
  expect(await call('schedule_task', input)).toEqual({
    task_id: expect.any(Number),
    title: 'Tea',
    time_zone: 'Europe/Amsterdam',
    next_times: ['Sun 25 Oct 2026 09:00', 'Mon 26 Oct 2026 09:00', 'Tue 27 Oct 2026 09:00'],
  })
  expect(await call('schedule_task', { ...REMINDER, in_minutes: 20 })).toMatchObject({
    next_times: ['Sat 24 Oct 2026 12:50'],
  })
})

test('a condition is told as it stands now', async () => {
  const call = await someone()
  const condition = { metric: 'net_profit', period: 'yesterday', is: 'below', value: 100 }
  const rhythm = { every: 'week', weekdays: [1], at: '09:00' }
  expect(await call('schedule_task', { ...REMINDER, store: 'nl', rhythm, condition })).toMatchObject({
    condition_now: 'Netherlands: net profit of yesterday is 0.00 EUR, below 100.',
    trial_run: expect.any(String),
  })
})

test('what cannot be scheduled is answered with what to do', async () => {
  const call = await someone()
  const wrong: [object, RegExp][] = [
    [{}, /Give rhythm, or in_minutes/],
    [{ rhythm: { every: 'week', at: '09:00' } }, /weekdays/],
    [{ rhythm: { every: 'day', at: '9 am' } }, /must be a time such as 09:00/],
    [{ rhythm: { every: 'once', day: '2026-10-24', at: '12:30' } }, /That time is past/],
    [{ rhythm: { every: 'minutes', minutes: 15 } }, /needs a condition/],
    [{ in_minutes: 5, cron: '* * * * *' }, /cron/],
  ]
  for (const [change, words] of wrong) expect(await call('schedule_task', { ...REMINDER, ...change })).toMatch(words)
  expect(await call('list_tasks', {})).toEqual({ tasks: [] })
})

test('a task is paused, changed and deleted by its person, and by nobody else', async () => {
  const [call, other] = [await someone(), await someone()]
  const made = await call('schedule_task', { ...REMINDER, rhythm: { every: 'day', at: '09:00' } })
  const { task_id } = made as { task_id: number }
  const change = { task_id, rhythm: { every: 'month', month_day: 31, at: '08:00' } }
  expect(await other('change_task', { task_id, delete: true })).toBe(`You have no task ${task_id}.`)
  expect(await call('change_task', change)).toMatchObject({
    next_times: ['Sat 31 Oct 2026 08:00', 'Mon 30 Nov 2026 08:00', 'Thu 31 Dec 2026 08:00'],
  })
  expect(await call('change_task', { task_id, status: 'paused' })).toMatchObject({ status: 'paused', next_times: [] })
  expect(await call('list_tasks', {})).toMatchObject({ tasks: [{ id: task_id, status: 'paused', next_local: null }] })
  expect(await call('change_task', { task_id, delete: true })).toEqual({ task_id, result: 'deleted' })
  expect(await call('list_tasks', {})).toEqual({ tasks: [] })
})

test('who may have no tasks is told so, and so is a task that runs by itself', async () => {
  const input = { ...REMINDER, in_minutes: 5 }
  expect(await (await someone('viewer'))('schedule_task', input)).toMatch(/role viewer does not include tasks:write/)
  expect(await (await someone('owner', 'task'))('schedule_task', input)).toMatch(/cannot make or change tasks/)
})
