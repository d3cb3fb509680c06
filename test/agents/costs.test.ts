import { expect, test } from 'bun:test'
import { calls, says } from '../support/anthropic-turns.ts'
import { testDesk } from '../support/desk.ts'

const { claude, ask, booked, deskWith, ann, modelsAsked } = await testDesk()

const dollars = (micro: number) => (micro / 1_000_000).toFixed(6)
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

const TEN: [question: string, period: string | null][] = [
  ['What did we earn this month?', 'this_month'],
  ['And last month?', 'last_month'],
  ['How was today so far?', 'today'],
  ['Thanks!', null],
  ['What did nl earn this week?', 'this_week'],
  ['And last week?', 'last_week'],
  ['Yesterday?', 'yesterday'],
  ['Nice.', null],
  ['This year so far?', 'this_year'],
  ['And this month again, please.', 'this_month'],
]

test('over ten turns most of what is read comes from the cache, and the share grows', async () => {
  let conversation_id: number | undefined
  const lines: string[] = []
  const shares: number[] = []
  let spent = 0
  for (const [question, period] of TEN) {
    claude.script(
      period
        ? [calls('get_pnl', { period, store: 'nl' }), says('See the figures that the tool gave.')]
        : [says('You are welcome!')],
    )
    conversation_id = (await ask(question, { conversation_id })).conversation_id
    const rows = await booked(conversation_id)
    const mine = rows.filter(({ message_id }) => message_id === rows.at(-1)!.message_id)
    const read = sum(mine.map((row) => row.cache_read_tokens))
    const all = read + sum(mine.map((row) => row.input_tokens + row.cache_write_tokens))
    const cost = sum(mine.map((row) => row.cost_micro_usd))
    spent += cost
    shares.push(read / all)
    lines.push(
      `${String(lines.length + 1).padStart(2)}  ${modelsAsked().join(' + ').padEnd(13)}  ${String(all).padStart(6)} tokens in, ` +
        `${((100 * read) / all).toFixed(1).padStart(5)} % from the cache, ${dollars(cost)} USD  ${question}`,
    )
  }
  const rows = await booked(conversation_id!)
  const read = sum(rows.map((row) => row.cache_read_tokens))
  const all = read + sum(rows.map((row) => row.input_tokens + row.cache_write_tokens))
  console.log(
    `${lines.join('\n')}\nten answers: ${dollars(spent)} USD, ${dollars(spent / 10)} each; ${((100 * read) / all).toFixed(1)} % of ${all} input tokens read from the cache`,
  )
  expect(sum(rows.map((row) => row.cost_micro_usd))).toBe(spent)
  expect(read / all).toBeGreaterThan(0.7)
  expect(Math.min(...shares.slice(2))).toBeGreaterThan(shares[0]!)
  expect(shares.at(-1)).toBeGreaterThan(0.85)
})

test('a cheap first step: small talk asks the big model nothing, a plain question for figures once instead of twice', async () => {
  const alone = deskWith({
    models: { alfred: ['claude-opus-5-5'], roos: ['claude-sonnet-5-5'], elisa: ['claude-sonnet-5-5'], router: [] },
  })
  const figures = [calls('get_pnl', { period: 'this_month' }), says('See the figures that the tool gave.')]
  const cases = {
    'small talk': { text: 'Good morning!', script: [says('Good morning!')], handedOver: [says('Good morning!')] },
    'plain figures': { text: 'Profit this month?', script: figures, handedOver: figures },
    'a hard question': {
      text: 'Should we raise prices?',
      script: [calls('take_over', {}), ...figures],
      handedOver: figures,
    },
  }
  const lines: string[] = []
  const asked: Record<string, string[][]> = {}
  for (const [name, { text, script, handedOver }] of Object.entries(cases)) {
    claude.script(script)
    const routed = await ask(text)
    asked[name] = [modelsAsked()]
    claude.script(handedOver)
    const direct = await alone.ask({ who: ann, channel: 'api', text })
    asked[name].push(modelsAsked())
    const [with_, without] = await Promise.all(
      [routed, direct].map(async ({ conversation_id }) =>
        sum((await booked(conversation_id)).map((row) => row.cost_micro_usd)),
      ),
    )
    lines.push(
      `${name}: ${asked[name].map((models) => models.join(' + ')).join(' instead of ')}, ${dollars(with_!)} instead of ${dollars(without!)} USD`,
    )
  }
  console.log(lines.join('\n'))
  expect(asked).toEqual({
    'small talk': [['haiku'], ['opus']],
    'plain figures': [
      ['haiku', 'opus'],
      ['opus', 'opus'],
    ],
    'a hard question': [
      ['haiku', 'opus', 'opus'],
      ['opus', 'opus'],
    ],
  })
})
