import { afterAll, afterEach, expect } from 'bun:test'
import { createUser, type Role } from '../../sql/users.ts'
import type { Who } from '../../src/access.ts'
import { createDesk, type Question } from '../../src/agents/desk.ts'
import { createModel } from '../../src/agents/model.ts'
import { startAnthropic } from './anthropic.ts'
import { appPool } from './api.ts'
import { april } from './april.ts'
import { testDatabase } from './database.ts'

let people = 0

/**
 * The desk over the figures of `april`, at noon in Amsterdam of 13 April 2026, with Claude as a stand-in. A test fails when a request was
 * refused or an unexpected error was reported.
 */
export async function testDesk(changes: Partial<Parameters<typeof createDesk>[0]> = {}) {
  const { sql, appUrl } = await testDatabase()
  const stores = await april(sql)
  const claude = await startAnthropic()
  const reported: unknown[] = []
  const given = {
    sql: appPool(appUrl),
    now: () => new Date('2026-04-13T10:00:00Z'),
    model: createModel({ apiKey: claude.key, baseURL: claude.url, maxRetries: 0 }),
    report: (error: unknown) => reported.push(error),
    ...changes,
  }
  afterAll(() => claude.stop())
  afterEach(() => {
    expect(reported.splice(0)).toEqual([])
    expect(claude.requests.filter(({ refused }) => refused)).toEqual([])
  })

  async function someone(role: Role = 'owner', stores: Who['stores'] = 'all'): Promise<Who> {
    const email = `${role}-${++people}@example.com`
    const user = await createUser(sql, {
      email,
      role,
      password_hash: 'none',
      store_ids: stores === 'all' ? null : [...stores],
    })
    return { user_id: user!.id, email, role, stores }
  }
  const ann = await someone()
  const desk = createDesk(given)

  return {
    sql,
    stores,
    claude,
    ann,
    someone,
    /** Another desk over the same figures. */
    deskWith: (more: Partial<Parameters<typeof createDesk>[0]>) => createDesk({ ...given, ...more }),
    ask: (text: string, more: Partial<Question> = {}) => desk.ask({ who: ann, channel: 'api', text, ...more }),
    /** What was booked for a conversation, in order. */
    booked: (conversation_id: number) => sql<
      {
        agent: string
        model: string
        message_id: number
        input_tokens: number
        output_tokens: number
        cache_read_tokens: number
        cache_write_tokens: number
        cost_micro_usd: number
      }[]
    >`
      select agent, model, message_id, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_micro_usd
      from model_usage where conversation_id = ${conversation_id} order by id`,
    /** The models that answered since the last script, in order. */
    modelsAsked: () => claude.requests.map(({ body }) => body.model.replace(/^claude-|-5-5$/g, '')),
  }
}

/** The error that work ends with. */
export const failure = (work: Promise<unknown>) =>
  work.then(() => { throw new Error('It did not fail.') }, (error: unknown) => error) // prettier-ignore
