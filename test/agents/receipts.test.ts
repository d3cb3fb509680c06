import { afterAll, describe, expect, test } from 'bun:test'
import { listMessages } from '../../sql/conversations.ts'
import { createModel } from '../../src/agents/model.ts'
import { calls, fails, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { appPool, problemOf, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { createDesk, type Question } from '../../src/agents/desk.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const { nl, chair } = await april(sql)
const claude = await startAnthropic()
afterAll(() => claude.stop())
const model = createModel({ apiKey: claude.key, baseURL: claude.url, maxRetries: 0 })
const api = await testApi(database, { model })
const owner = await api.someone('owner')
const desk = createDesk({
  sql: appPool(database.appUrl),
  now: () => api.clock.now,
  model,
  report: (error) => api.reported.push(error),
})
const who = { user_id: owner.id, email: owner.email, role: 'owner' as const, stores: 'all' as const }
const ask = (more: Partial<Question> = {}) => desk.ask({ who, channel: 'api', text: 'How did April go?', ...more })

const PNL = calls('get_pnl', { store: 'nl', period: 'this_month' })
const lastRequest = () => JSON.stringify(claude.requests.at(-1)!.body.messages.at(-1))
const everythingStored = async (conversation_id: number) => JSON.stringify(await listMessages(sql, { conversation_id }))

describe('an answer with a wrong figure', () => {
  test('is asked for once more, with the figure named, and the right one goes out with its receipt', async () => {
    claude.script([PNL, says('Net profit was 6,200.15 euros.'), says('Net profit was 5,474.89 euros.')])
    const answer = await ask()
    expect(answer.text).toBe('Net profit was 5,474.89 euros.')
    expect(lastRequest()).toContain('6,200.15 euros in: Net profit was 6,200.15 euros.')
    expect(answer.receipt_ids).toHaveLength(1)
    const stored = await everythingStored(answer.conversation_id)
    expect(stored).toContain('5,474.89')
    expect(stored).not.toMatch(/6,200|Your answer was not sent/)
  })

  test('may look up more before it is written again', async () => {
    claude.script([
      PNL,
      says('The UK sold for 100.00 euros.'),
      calls('get_pnl', { store: 'uk', period: 'this_month' }),
      says('The UK sold for 80.00 pounds.'),
    ])
    const answer = await ask()
    expect(answer.text).toBe('The UK sold for 80.00 pounds.')
    expect(answer.receipt_ids).toHaveLength(2)
    expect((await listMessages(sql, { conversation_id: answer.conversation_id })).map(({ role }) => role)).toEqual([
      'user', 'assistant', 'tool', 'assistant', 'tool', 'assistant',
    ]) // prettier-ignore
  })

  test('that stays wrong loses its sentence and says so in its language', async () => {
    const wrong = says('De nettowinst was 5.474,89 euro. De omzet was 99.000 euro.')
    claude.script([PNL, wrong, wrong])
    const { text, conversation_id } = await ask()
    expect(text).toBe(
      'De nettowinst was 5.474,89 euro.\n\nIk heb weggelaten wat ik niet met cijfers uit je gegevens kon bewijzen.',
    )
    expect(await everythingStored(conversation_id)).not.toContain('99.000')
  })

  test('keeps what is proven when Claude is gone before it wrote it again', async () => {
    claude.script([PNL, says('Net profit was 5,474.89 euros. Revenue was 1 euro.'), fails(529)])
    expect((await ask()).text).toStartWith('Net profit was 5,474.89 euros.\n\nI left out')
  })

  test('does not get into what is stored beside a tool call, nor out while it is written', async () => {
    const shown: string[] = []
    claude.script([
      [says('I guess 7,777 euros of profit. Let me look.'), PNL],
      says('Net profit was 5,474.89 euros. Next month it will be 8,888 euros.'),
      says('Net profit was 5,474.89 euros. I do not know about next month.'),
    ])
    const { text, conversation_id } = await ask({ onText: (piece) => shown.push(piece) })
    expect(text).toBe('Net profit was 5,474.89 euros. I do not know about next month.')
    expect(shown.join('')).toContain('Net profit was 5,474.89 euros.')
    expect(shown.join('') + (await everythingStored(conversation_id))).not.toMatch(/7,777|8,888/)
  })

  test('does not come in by a colleague, whose words are checked with what they found', async () => {
    claude.script([
      calls('route_to_agent', { agent: 'roos', question: 'How is the stock?' }),
      says('We have 4,321 pieces in stock. All is well.'),
      (request) => says((resultsOf(request)[0]!.result as { answer: string }).answer),
    ])
    const { text, conversation_id } = await ask()
    expect(text).toBe('All is well.')
    expect(await everythingStored(conversation_id)).not.toContain('4,321')
  })

  test('from an earlier answer of the conversation is no proof', async () => {
    claude.script([PNL, says('Net profit was 5,474.89 euros.')])
    const { conversation_id } = await ask()
    const again = says('As I said, net profit was 5,474.89 euros.')
    claude.script([again, again, again])
    expect((await ask({ conversation_id })).text).toStartWith('I left out')
  })
})

describe('a receipt', () => {
  test('holds the tool, its input, the queries, when it was asked, and the result with its hash', async () => {
    claude.script([PNL, says('Net profit was 5,474.89 euros.')])
    const { receipt_ids, conversation_id, message_id } = await ask()
    const { status, body } = await api.get(`/receipts/${receipt_ids[0]}`, owner.token)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: receipt_ids[0],
      conversation_id,
      message_id,
      tool: 'get_pnl',
      input: { store: 'nl', period: 'this_month' },
      queries: ['pnl'],
      as_of: '2026-04-13T10:00:00.000Z',
      rows: 1,
      result_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      result: { figures: { net_profit: '5474.89' } },
    })
  })

  test('is seen by its person and by an admin, and by nobody else', async () => {
    claude.script([PNL, says('Net profit was 5,474.89 euros.')])
    const { receipt_ids } = await ask()
    const path = `/receipts/${receipt_ids[0]}`
    const [admin, finance] = [await api.someone('admin'), await api.someone('finance')]
    expect((await api.get(path, admin.token)).status).toBe(200)
    problemOf(await api.get(path, finance.token), 404)
    const uk = (await sql<{ id: number }[]>`select id from stores where slug = 'uk'`)[0]!
    const limited = await api.anApiToken(owner.id, { store_ids: [uk.id] })
    problemOf(await api.get(path, limited.token), 404)
    problemOf(await api.get('/receipts/999999', owner.token), 404)
  })

  test('is kept for calls that gave figures only, and cannot be changed', async () => {
    claude.script([calls('get_pnl', { store: 'nope', period: 'today' }), says('I do not know that store.')])
    expect((await ask()).receipt_ids).toEqual([])
    const service = appPool(database.appUrl)
    for (const change of [service`update receipts set tool = 'x'`, service`delete from receipts`])
      expect(await change.then(() => 'done', (error: Error) => error.message)).toContain('permission denied') // prettier-ignore
  })

  test('is explained with its SQL, and with what differs now', async () => {
    claude.script([PNL, says('Net profit was 5,474.89 euros.')])
    const { receipt_ids } = await ask()
    const path = `/receipts/${receipt_ids[0]}/explanation`
    const before = (await api.get(path, owner.token)).body
    expect(before).toEqual({
      receipt_id: receipt_ids[0],
      sql: { pnl: expect.stringContaining('daily_financials') },
      now: { same: true },
    })
    await anOrder(sql, nl, { day: '2026-04-12', lines: [{ product_id: chair, price_minor: 10_000 }] })
    await bookAll(sql, nl)
    const now = (await api.get(path, owner.token)).body['now'] as Record<string, unknown>
    expect(now).toMatchObject({
      same: false,
      booked_since: [{ store: 'nl', reason: 'booked', effect_on_profit: '-627.55' }],
      other_changes: [],
    })
    expect(now['differences']).toContainEqual({ figure: 'figures.cm3', before: '5919.89', now: '5292.34' })
    problemOf(await api.get(path, (await api.someone('finance')).token), 404)
  })
})
