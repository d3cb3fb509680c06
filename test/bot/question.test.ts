import { describe, expect, test } from 'bun:test'
import { calls, fails, resultsOf, says } from '../support/anthropic-turns.ts'
import { answerTo, startTeam } from '../support/team.ts'
import { until } from '../support/until.ts'

const { claude, telegram, aMember, amountsOfSummary } = await startTeam()

describe('free text', () => {
  test('is answered by Alfred with the figures that the tool gave, and goes on', async () => {
    const ann = await aMember()
    claude.script([
      calls('get_pnl', { store: 'nl', from: '2026-04-01', to: '2026-04-13' }),
      (request) => {
        const { figures } = resultsOf(request)[0]!.result as { figures: Record<string, string> }
        return says(`We earned ${figures['net_profit']} euros, ${figures['margin_percent']} percent.`)
      },
      says('Because of the table.'),
    ])
    const answer = await answerTo(ann, 'What did we earn in the first half of April?')
    const { 'Net profit': profit } = await amountsOfSummary('store=nl&start=2026-04-01&end=2026-04-13')
    expect(answer.text).toBe(`We earned ${profit} euros, 34.6 percent.`)
    expect((await answerTo(ann, 'Why?')).text).toBe('Because of the table.')

    const context = /^user <context>It is \w+ \d{4}-\d\d-\d\d \d\d:\d\d in the team's time zone\.<\/context>$/
    const texts = claude.requests
      .at(-1)!
      .body.messages.flatMap(({ role, content }) =>
        (content as { type: string; text?: string }[]).map(({ type, text }) => `${role} ${text ?? type}`),
      )
    expect(texts).toEqual([
      expect.stringMatching(context),
      'user What did we earn in the first half of April?',
      'assistant tool_use',
      'user tool_result',
      `assistant ${answer.text}`,
      expect.stringMatching(context),
      'user Why?',
    ])
    expect(claude.requests.filter(({ refused }) => refused)).toEqual([])
    expect(telegram.calls.some(({ method, body }) => method === 'sendChatAction' && body['chat_id'] === ann.id)).toBe(
      true,
    )
  })

  test('of two people is answered side by side, and commands in between', async () => {
    const [ann, bob] = [await aMember('Ann'), await aMember('Bob')]
    const slow = Promise.withResolvers<void>()
    claude.script([
      async () => {
        await slow.promise
        return says('The slow answer.')
      },
      says('The quick answer.'),
    ])
    const before = claude.requests.length
    await ann.writes('A hard question')
    await until('the hard question has reached Claude', () => claude.requests.length > before)
    expect((await answerTo(bob, 'An easy question')).text).toBe('The quick answer.')
    await ann.writes('/help')
    await ann.hears({ match: /^Hi Ann/ })
    slow.resolve()
    expect((await ann.hears()).text).toBe('The slow answer.')
  })

  test('that needs a long answer is answered in messages that Telegram takes', async () => {
    const ann = await aMember()
    const lines = Array.from({ length: 300 }, (_, at) => `Line ${'of a '.repeat(1 + (at % 7))}long answer 📈`)
    claude.script([says(lines.join('\n')), says('📈'.repeat(2_500))])
    const parts = [await answerTo(ann, 'Tell me everything'), await ann.hears(), await ann.hears()]
    expect(parts.map(({ text }) => text).join('\n')).toBe(lines.join('\n'))
    await ann.writes('In pictures')
    expect(`${(await ann.hears()).text}${(await ann.hears()).text}`).toBe('📈'.repeat(2_500))
  })

  test('while Claude is down gets a clear sentence, and commands still work', async () => {
    const ann = await aMember()
    claude.script([fails(529), fails(529, { retryAfter: 0.01 }), fails(529, { retryAfter: 0.01 }), fails(529)])
    expect((await answerTo(ann, 'Profit?')).text).toBe(
      'Claude does not answer at the moment. Try again in a few minutes.',
    )
    claude.script([fails(401)])
    expect((await answerTo(ann, 'Profit?')).text).toBe(
      'Claude refused our key. An administrator has to check ANTHROPIC_API_KEY.',
    )
    expect((await answerTo(ann, '/today')).text).toMatch(/^All stores · Today/)
    claude.script([says('I am back.')])
    expect((await answerTo(ann, 'Profit?')).text).toBe('I am back.')
  })

  test('is stopped by /stop, and the next one is answered', async () => {
    const ann = await aMember()
    expect((await answerTo(ann, '/stop')).text).toBe('There is nothing to stop.')
    const asked = Promise.withResolvers<void>()
    claude.script([
      () => {
        asked.resolve()
        return new Promise(() => {})
      },
    ])
    await ann.writes('A hard question')
    await asked.promise
    expect((await answerTo(ann, '/stop')).text).toBe('Stopped.')
    claude.script([says('Here I am.')])
    expect((await answerTo(ann, 'Are you there?')).text).toBe('Here I am.')
  })
})
