import { afterAll, describe, expect, test } from 'bun:test'
import { createDesk, type Question } from '../../src/agents/desk.ts'
import { createModel } from '../../src/agents/model.ts'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { appPool, testApi } from '../support/api.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { aFixedCost, anOrder, bookAll } from '../support/factories.ts'

const database = await testDatabase()
const { sql } = database
const { nl, chair } = await april(sql)
const claude = await startAnthropic()
afterAll(() => claude.stop())
const model = createModel({ apiKey: claude.key, baseURL: claude.url, maxRetries: 0 })
const api = await testApi(database, { model })
const owner = await api.someone('owner')
const who = { user_id: owner.id, email: owner.email, role: 'owner' as const, stores: 'all' as const }
const desk = createDesk({
  sql: appPool(database.appUrl),
  now: () => api.clock.now,
  model,
  report: (error) => api.reported.push(error),
})
const ask = (more: Partial<Question> = {}) => desk.ask({ who, channel: 'api', text: 'Why?', ...more })

/** What explain_figure gives in a conversation. */
async function explained(conversation_id: number, input: object) {
  claude.script([calls('explain_figure', input), says('That is why.')])
  await ask({ conversation_id })
  return resultsOf(claude.requests.at(-1)!)[0]!.result as Record<string, never>
}
claude.script([calls('get_pnl', { store: 'nl', period: 'this_month' }), says('Net profit was 5,474.89 euros, 34.6 %.')])
const { conversation_id, receipt_ids } = await ask()

describe('explain_figure', () => {
  test('opens the receipt: definition, SQL, arguments, when it was asked, and that it is the same now', async () => {
    expect(await explained(conversation_id, { figure: '5,474.89' })).toMatchObject({
      receipt_id: receipt_ids[0],
      figures: [
        {
          figure: 'net_profit',
          name: 'Net profit',
          definition: 'Revenue − all costs, which equals contribution 3 − fixed costs.',
        },
      ],
      asked: { tool: 'get_pnl', input: { store: 'nl', period: 'this_month' }, as_of: '2026-04-13T10:00:00.000Z' },
      sql: { pnl: expect.stringContaining('as net_profit') },
      now: { same: true },
    })
    expect(await explained(conversation_id, { figure: '34.6 %' })).toMatchObject({
      figures: [{ figure: 'margin_percent' }],
    })
    expect(await explained(conversation_id, { receipt_id: receipt_ids[0] })).toMatchObject({ now: { same: true } })
  })

  test('says what changed and what was booked since', async () => {
    await anOrder(sql, nl, {
      day: '2026-04-02',
      lines: [{ product_id: chair, price_minor: 100_000 }],
      shipping_cost_minor: 500,
      transaction_fee_minor: 100,
    })
    await bookAll(sql, nl)
    await aFixedCost(sql, nl, { interval: 'day', amount_minor: 100, starts_on: '2026-04-01', ends_on: '2026-04-01' })
    const { now } = (await explained(conversation_id, { figure: '5,474.89' })) as unknown as {
      now: Record<string, unknown>
    }
    expect(now).toMatchObject({
      same: false,
      booked_since: [
        {
          store: 'nl',
          reason: 'booked',
          first_day: '2026-04-02',
          last_day: '2026-04-02',
          currency: 'EUR',
          effect_on_profit: '266.45',
        },
      ],
      other_changes: [{ what: 'fixed costs', changes: 1 }],
    })
    expect(now['differences']).toContainEqual({ figure: 'figures.net_profit', before: '5474.89', now: '5740.34' })
  })

  test('says when no receipt holds the figure, or there is none yet', async () => {
    expect(await explained(conversation_id, { figure: '12,345.67' })).toStartWith(
      'No receipt of this conversation holds 12,345.67',
    )
    claude.script([says('Hi.')])
    const fresh = await ask()
    expect(await explained(fresh.conversation_id, {})).toStartWith('There are no figures in this conversation yet.')
  })

  test('of another person is not found, not even by its number', async () => {
    const bob = await api.someone('finance')
    claude.script([calls('explain_figure', { receipt_id: receipt_ids[0] }), says('No.')])
    await ask({ who: { ...who, user_id: bob.id, role: 'finance' } })
    expect(resultsOf(claude.requests.at(-1)!)[0]!.result).toBe(`There is no receipt ${receipt_ids[0]}.`)
  })
})
