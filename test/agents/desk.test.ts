import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { listMessages } from '../../sql/conversations.ts'
import { createUser, type Role } from '../../sql/users.ts'
import type { Who } from '../../src/access.ts'
import { createDesk } from '../../src/agents/desk.ts'
import { createModel } from '../../src/agents/model.ts'
import { calls, fails, resultsOf, says, thinks } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { appPool } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'

const { sql, appUrl } = await testDatabase()
await april(sql)
const claude = await startAnthropic()
afterAll(() => claude.stop())

const reported: unknown[] = []
const given = {
  sql: appPool(appUrl),
  now: () => new Date('2026-04-13T10:00:00Z'),
  report: (error: unknown) => reported.push(error),
}
const desk = createDesk({ ...given, model: createModel({ apiKey: claude.key, baseURL: claude.url, maxRetries: 0 }) })
beforeEach(() => {
  reported.length = 0
})

let people = 0
async function someone(role: Role = 'owner'): Promise<Who> {
  const user = await createUser(sql, { email: `${role}-${++people}@example.com`, role, password_hash: 'none' })
  return { user_id: user!.id, email: user!.email, role, stores: 'all' }
}
const ann = await someone()
const ask = (text: string, more: Partial<Parameters<typeof desk.ask>[0]> = {}) =>
  desk.ask({ who: ann, channel: 'api', text, ...more })
const failure = (work: Promise<unknown>) => work.then(() => undefined, (error: unknown) => error) // prettier-ignore
const stored = async (conversation_id: number) => listMessages(sql, { conversation_id })
/** The texts of the messages that the last request to Claude brought, but for what goes before each question. */
const textsSent = () =>
  (claude.requests.at(-1)?.body.messages ?? []).flatMap(({ role, content }) =>
    (typeof content === 'string' ? [] : content).flatMap((block) =>
      block.type === 'text' && !block.text.startsWith('<context>') ? [`${role}: ${block.text}`] : [],
    ),
  )

/** Lets Claude call one tool and resolves to what it got back. */
async function toolResult(name: string, input: object, who = ann) {
  claude.script([calls(name, input), says('Done.')])
  await ask('x', { who })
  return resultsOf(claude.requests.at(-1)!)[0]!
}

describe('a conversation', () => {
  test('is stored word for word: the question, the calls, what the tools gave and the answer', async () => {
    claude.script([
      calls('get_pnl', { store: 'nl', period: 'this_month' }),
      [thinks('Hm.'), says('We earned 5474.89 euros.')],
    ])
    const answer = await ask('What did we earn?')
    expect(answer).toMatchObject({ agent: 'alfred', text: 'We earned 5474.89 euros.' })
    const messages = await stored(answer.conversation_id)
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant'])
    expect(messages.map(({ content }) => (content as { type: string }[]).map(({ type }) => type))).toEqual([
      ['text', 'text'],
      ['tool_use'],
      ['tool_result'],
      ['thinking', 'text'],
    ])
    expect(claude.requests.every(({ refused }) => refused === undefined)).toBe(true)
  })

  test('goes on where it is named, with all that was said and the results of its tools', async () => {
    claude.script([calls('get_pnl', { period: 'today' }), says('You earned something.')])
    const { conversation_id } = await ask('And today?')
    claude.script([says('More than yesterday.')])
    expect(await ask('More than yesterday?', { conversation_id })).toMatchObject({ conversation_id })
    expect(textsSent()).toEqual(['user: And today?', 'assistant: You earned something.', 'user: More than yesterday?'])
    expect(claude.requests[0]?.refused).toBeUndefined()
    expect(await stored(conversation_id)).toHaveLength(6)
  })

  test('starts anew over HTTP, and goes on by itself in a chat until it rested for 12 hours', async () => {
    claude.script([says('Hi.'), says('Hello.'), says('Yes.'), says('No.'), says('Bye.')])
    expect((await ask('a')).conversation_id).not.toBe((await ask('b')).conversation_id)
    const chat = await ask('c', { channel: 'telegram', chat_id: 1 })
    expect((await ask('d', { channel: 'telegram', chat_id: 1 })).conversation_id).toBe(chat.conversation_id)
    await sql`
      update messages set created_at = ${given.now()}::timestamptz - interval '12 hours'
      where conversation_id = ${chat.conversation_id}`
    expect((await ask('e', { channel: 'telegram', chat_id: 1 })).conversation_id).not.toBe(chat.conversation_id)
    expect(textsSent()).toEqual(['user: e'])
  })

  test('of another person does not exist', async () => {
    claude.script([says('Hi.')])
    const { conversation_id } = await ask('Hi')
    const bob = await someone()
    expect(await failure(ask('Hi', { who: bob, conversation_id }))).toMatchObject({ code: 'not_found' })
    expect(await failure(ask('Hi', { conversation_id: 999_999 }))).toMatchObject({ code: 'not_found' })
    claude.script([says('Hi Bob.')])
    await ask('Hi', { who: bob, channel: 'telegram', chat_id: 2 })
    expect(textsSent()).toEqual(['user: Hi'])
  })

  test('is stored also when the model writes what the database cannot hold', async () => {
    claude.script([says('We earned\0 \ud83d enough.')])
    const { conversation_id, text } = await ask('Profit?')
    expect(text).toContain('enough.')
    expect((await stored(conversation_id)).at(-1)?.content).toMatchObject([
      { text: expect.stringMatching(/^We earned . enough\.$/) },
    ])
  })

  test('keeps a question that was not answered, but does not send it again', async () => {
    claude.script([says('Hi.')])
    const { conversation_id } = await ask('Hi')
    claude.script([calls('get_pnl', { period: 'today' }), fails(529)])
    expect(await failure(ask('Profit?', { conversation_id }))).toMatchObject({ code: 'unavailable' })
    const [last] =
      await sql`select role, content from messages where conversation_id = ${conversation_id} order by id desc`
    expect(last).toMatchObject({ role: 'user', content: [{}, { text: 'Profit?' }] })
    claude.script([says('Good.')])
    await ask('How are you?', { conversation_id })
    expect(textsSent()).toEqual(['user: Hi', 'assistant: Hi.', 'user: How are you?'])
  })

  test('answers two questions at once one after the other, in one conversation', async () => {
    const bob = await someone()
    const slow = Promise.withResolvers<void>()
    claude.script([
      async () => {
        await slow.promise
        return says('First.')
      },
      says('Second.'),
    ])
    const both = [1, 2].map((n) => ask(`question ${n}`, { who: bob, channel: 'telegram', chat_id: 2 }))
    while (claude.requests.length === 0) await Bun.sleep(5)
    slow.resolve()
    const [first, second] = await Promise.all(both)
    expect(first!.conversation_id).toBe(second!.conversation_id)
    expect(textsSent()).toHaveLength(3)
    const roles = (await stored(first!.conversation_id)).map(({ role }) => role)
    expect(roles).toEqual(['user', 'assistant', 'user', 'assistant'])
  })
})

test('the prompt names the stores and the currency; the day and the store that the person looks at come with the question', async () => {
  claude.script([says('Hi.')])
  await ask('How is it going?', { store: 'uk' })
  const { system, messages } = claude.requests[0]!.body
  const text = (system as { text: string }[]).map((block) => block.text).join('')
  expect(text).toContain('nl (Netherlands, EUR), uk (United Kingdom, GBP)')
  expect(text).toContain('Totals over several stores are in EUR')
  expect(text).not.toContain('2026')
  expect(messages[0]!.content).toMatchObject([
    {
      text: `<context>It is Monday 2026-04-13 12:00 in the team's time zone. The person is looking at the store "uk".</context>`,
    },
    { text: 'How is it going?' },
  ])
})

test('without a key every question is answered with what still works', async () => {
  const mute = createDesk({ ...given, model: createModel({ apiKey: async () => undefined }) })
  expect(await failure(mute.ask({ who: ann, channel: 'api', text: 'Profit?' }))).toMatchObject({
    code: 'unavailable',
    message: 'I can only answer commands: no key for Claude is set (ANTHROPIC_API_KEY). Try /today or /pnl.',
  })
})

describe('get_pnl', () => {
  test('gives the figures as exact decimals, with the comparison that was asked for', async () => {
    const { isError, result } = await toolResult('get_pnl', { store: 'nl', period: 'this_month', compare_with: 'year' })
    expect(isError).toBe(false)
    expect(result).toMatchObject({
      stores: 'Netherlands',
      figures: {
        start: '2026-04-01',
        end: '2026-04-13',
        currency: 'EUR',
        revenue: '15820.40',
        net_profit: '5474.89',
        margin_percent: '34.6',
      },
      comparison: { start: '2025-04-01', end: '2025-04-13', revenue: '0.00', margin_percent: null },
    })
  })

  test('takes both ends of a range, and all stores in the currency of the team', async () => {
    expect((await toolResult('get_pnl', { from: '2026-04-13', to: '2026-04-13' })).result).toMatchObject({
      stores: 'All stores',
      figures: { currency: 'EUR', revenue: '5930.40', days: 1 },
    })
  })

  test('its mistakes go back to the model with what to do', async () => {
    const wrong = async (input: object) => {
      const { isError, result } = await toolResult('get_pnl', input)
      expect(isError).toBe(true)
      return result
    }
    expect(await wrong({ store: 'us', period: 'today' })).toBe('There is no store "us". Stores: jp, nl, uk.')
    const range = 'Give either period, or both from and to with from not after to.'
    expect(await wrong({})).toBe(range)
    expect(await wrong({ from: '2026-04-01' })).toBe(range)
    expect(await wrong({ from: '2026-04-02', to: '2026-04-01' })).toBe(range)
    expect(await wrong({ period: 'today', from: '2026-04-01', to: '2026-04-01' })).toBe(range)
    expect(await wrong({ from: '2026-02-30', to: '2026-03-01' })).toContain('from: is not a day of the calendar')
    expect(await wrong({ period: 'fortnight' })).toContain('Correct it and call get_pnl again.')
    expect(reported).toEqual([])
  })
})

describe('find_products', () => {
  test('finds by words of the name and by SKU, with the stores', async () => {
    expect((await toolResult('find_products', { words: 'oak CHAIR' })).result).toEqual({
      products: [{ id: expect.any(Number), name: 'Oak chair', skus: ['OAK-2'], stores: ['nl'] }],
    })
    expect((await toolResult('find_products', { words: 'oak-1' })).result).toMatchObject({
      products: [{ name: 'Oak table' }],
    })
    expect((await toolResult('find_products', { words: 'oak', store: 'uk' })).result).toEqual({ products: [] })
    expect((await toolResult('find_products', { words: "100% '; --" })).result).toEqual({ products: [] })
  })

  test('says how to narrow when there are more than 20', async () => {
    await sql`
      with made as (insert into products (name) select 'Lamp ' || n from generate_series(1, 21) n returning id)
      insert into variants (product_id, store_id, sku, title)
      select made.id, s.id, 'LAMP-' || made.id, 'Lamp' from made cross join stores s where s.slug = 'nl'`
    const { result } = await toolResult('find_products', { words: 'lamp' })
    expect((result as { products: unknown[] }).products).toHaveLength(20)
    expect(result).toMatchObject({ hint: 'There are more than 20. Use more words or a SKU.' })
  })
})

test('a tool gives only what the role of the asker includes', async () => {
  const viewer = await someone('viewer')
  expect(await toolResult('get_pnl', { period: 'today' }, viewer)).toMatchObject({ isError: false })
  expect(await toolResult('find_products', { words: 'oak' }, viewer)).toMatchObject({
    isError: true,
    result: 'Your role viewer does not include products:read. Ask an owner of the workspace.',
  })
})

test('a tool that breaks is reported and answered without details', async () => {
  const { isError, result } = await toolResult('find_products', { words: 'a\0b' })
  expect({ isError, result }).toEqual({
    isError: true,
    result:
      'find_products failed with an internal error. Do not repeat the call; say that it should be tried again later.',
  })
  expect(reported).toHaveLength(1)
})
