import { expect, test } from 'bun:test'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { type ReceivedSpan, startReceivers } from '../support/receivers.ts'
import { answerTo, OWNER, startTeam } from '../support/team.ts'

const receivers = startReceivers()
const { claude, telegram, service, start, api, aMember, sql } = await startTeam({ errors: 1 })
const ann = await aMember('Annabelle')
await service.stop()
const watched = await start({
  ...receivers.environment,
  OTEL_METRIC_EXPORT_INTERVAL: '200',
  ANTHROPIC_API_KEY: claude.key,
  ANTHROPIC_BASE_URL: claude.url,
})

const QUESTION = 'What did the store for Zebrafinch make, you know, the one of jane.doe@example.com?'
claude.script([
  calls('get_pnl', { store: 'nl', from: '2026-04-01', to: '2026-04-13' }),
  (request) => {
    const { figures } = resultsOf(request)[0]!.result as { figures: Record<string, string> }
    return says(`We earned ${figures['net_profit']} euros.`)
  },
])
const answer = await answerTo(ann, QUESTION)
claude.script([
  calls('get_pnl', { store: 'nl', from: '2026-04-02', to: '2026-04-12' }),
  says('Please ask again later.'),
])
await sql`alter table daily_financials rename to mislaid`
const failing = await answerTo(ann, 'And the Kingfisher?')
await sql`alter table mislaid rename to daily_financials`
await api('/orders?store=nl&limit=5')
await api('/products/999999')
// The last spans and measures leave when the process ends.
await watched.stop()

const { spans } = receivers
const named = (name: string | RegExp) =>
  spans.filter((span) => (name instanceof RegExp ? name.test(span.name) : span.name === name))
const within = (span: ReceivedSpan, above: ReceivedSpan): boolean =>
  span.parent === above.id ||
  spans.some((one) => one.id === span.parent && one.trace === span.trace && within(one, above))

test('a question from Telegram is one trace: update, agent, model, tool, SQL, answer', () => {
  expect(answer.text).toMatch(/^We earned/)
  const ask = named('ask alfred')[0]!
  const update = spans.find(({ id }) => id === ask.parent)!
  expect(update.name).toBe('telegram message')
  const trace = spans.filter((span) => span.trace === update.trace)
  expect(trace.every((span) => span === update || within(span, update))).toBe(true)
  const names = new Set(trace.map(({ name }) => name))
  for (const expected of ['ask alfred', 'chat claude-haiku-5-5', 'chat claude-opus-5-5', 'tool get_pnl'])
    expect(names).toContain(expected)
  const tool = trace.find(({ name }) => name === 'tool get_pnl')!
  expect(trace.some((span) => span.name.startsWith('SELECT') && within(span, tool))).toBe(true)
  expect(trace.some(({ name }) => /^telegram (sendMessage|editMessageText)$/.test(name))).toBe(true)
})

test('an error within a question reaches Sentry and the log with the trace of that question, once', () => {
  expect(failing.text).toMatch(/ask again later/)
  expect(receivers.errors).toHaveLength(1)
  const [error] = receivers.errors
  expect(error!.exception.values[0]).toMatchObject({ type: 'PostgresError' })
  const trace = error!.contexts.trace!.trace_id
  const names = new Set(spans.filter((span) => span.trace === trace).map(({ name }) => name))
  for (const expected of ['telegram message', 'ask alfred', 'chat claude-opus-5-5', 'tool get_pnl'])
    expect(names).toContain(expected)
  expect(named('tool get_pnl').filter(({ failed }) => failed).map((span) => span.trace)).toEqual([trace]) // prettier-ignore
  expect(receivers.logs.filter(({ level }) => level === 'error').map((line) => line['trace_id'])).toEqual([trace])
})

test('what a model used and cost stands on its spans', () => {
  const chat = named(/^chat claude-opus/)[0]!.attributes
  const kinds = ['input_tokens', 'cache_read.input_tokens', 'cache_creation.input_tokens']
  const read = kinds.map((kind) => Number(chat[`gen_ai.usage.${kind}`]))
  expect(read.reduce((sum, tokens) => sum + tokens)).toBeGreaterThan(100)
  expect(chat['gen_ai.usage.output_tokens']).toBeGreaterThan(0)
  expect(named('ask alfred')[0]!.attributes['gen_ai.cost_usd']).toBeGreaterThan(0)
})

test('a request is a trace named by its route, with its status and its statements', () => {
  const orders = named('GET /orders')[0]!
  expect(orders.attributes).toMatchObject({ 'http.route': '/orders', 'http.response.status_code': 200 })
  expect(spans.some((span) => span.name.startsWith('SELECT orders') && within(span, orders))).toBe(true)
  const missing = named('GET /products/:id')[0]!
  expect(missing.attributes['http.response.status_code']).toBe(404)
  expect(missing.failed).toBe(false)
})

test('measures tell rate, errors and duration of each part, and what waits', () => {
  const names = new Set(receivers.metrics.map(({ name }) => name))
  for (const name of [
    'http.server.request.duration',
    'db.client.operation.duration',
    'db.client.operation.active',
    'gen_ai.client.operation.duration',
    'gen_ai.client.token.usage',
    'dealdome.model.cost',
    'dealdome.telegram.update.duration',
    'dealdome.tool.duration',
    'dealdome.queue.waiting',
  ])
    expect(names).toContain(name)
  expect(JSON.stringify(receivers.metrics)).not.toContain('/products/999999')
})

test('log lines arrive as they stand on stdout, and a sign of life', () => {
  const sent = receivers.logs.map(({ message }) => message)
  expect(sent).toContain('listening')
  expect(sent).toContain('stopped')
  expect(receivers.beats).toContain('/heartbeat/1')
})

test('nothing that was said, no argument, address, token or name leaves', async () => {
  const [figures] = await sql<
    { minor: number }[]
  >`select revenue_minor as minor from daily_financials order by 1 desc limit 1`
  expect(figures!.minor).toBe(1_000_000)
  const all = receivers.bytes.join('\n')
  for (const said of [
    'Zebrafinch',
    'Kingfisher',
    'jane.doe',
    'Annabelle',
    'We earned',
    'ask again later',
    'Oak table',
    'reporting currency',
    OWNER.email,
    OWNER.password,
  ])
    expect(all).not.toContain(said)
  for (const secret of [claude.key, telegram.token]) expect(all).not.toContain(secret)
  expect(all).toContain('$1')
  for (const day of ['2026-04-12', '2026-04-13']) expect(all).not.toContain(day)
})
