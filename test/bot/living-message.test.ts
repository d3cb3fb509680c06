import { describe, expect, test } from 'bun:test'
import { calls, says } from '../support/anthropic-turns.ts'
import { answerTo, startTeam } from '../support/team.ts'

const { claude, telegram, aMember } = await startTeam()
const saidTo = (person: { id: number }) => telegram.messages(person).filter(({ from }) => from?.is_bot)

describe('an answer', () => {
  test('that takes long shows a sign meanwhile, what is being done, and then stands in its place', async () => {
    const ann = await aMember()
    const seen = Promise.withResolvers<void>()
    claude.script([
      calls('get_pnl', { store: 'nl', from: '2026-04-01', to: '2026-04-13' }),
      async () => {
        await seen.promise
        return says('It is **fine** & <well>.')
      },
    ])
    const before = saidTo(ann).length
    await ann.writes('How is it?')
    const sign = await ann.hears({ match: /…$/ })
    seen.resolve()
    const answer = await ann.hears({ match: /fine/ })
    expect([answer.message_id, answer.text]).toEqual([sign.message_id, 'It is fine & <well>.'])
    expect(answer.entities.map(({ type }) => type)).toEqual(['bold'])
    expect(saidTo(ann)).toHaveLength(before + 1)
  })

  test('that comes at once shows no sign', async () => {
    const ann = await aMember()
    claude.script([says('Quick.')])
    expect((await answerTo(ann, 'Hi?')).text).toBe('Quick.')
    expect(telegram.messages(ann).filter(({ text }) => text === '…')).toEqual([])
  })

  test('to a question that is edited takes the place of the one before', async () => {
    const ann = await aMember()
    claude.script([says('About March.'), says('About April.')])
    const question = await ann.writes('How was March?')
    const first = await ann.hears()
    await ann.edits(question, 'How was April?')
    const second = await ann.hears()
    expect([second.message_id, second.text]).toEqual([first.message_id, 'About April.'])
  })

  test('to a reply knows what is replied to, as data, and a forwarded message is data as a whole', async () => {
    const ann = await aMember()
    claude.script([says('Fine.')])
    const help = await answerTo(ann, '/help')
    await ann.writes('What does this mean?', { replyTo: help })
    await ann.hears()
    const sent = JSON.stringify(claude.requests.at(-1)!.body.messages.at(-1))
    expect(sent).toContain('<data source=\\"the message that this replies to\\">')
    expect(sent).toContain('I am the profit desk')
  })

  test('that is stopped leaves no sign behind', async () => {
    const ann = await aMember()
    const slow = Promise.withResolvers<void>()
    claude.script([
      async () => {
        await slow.promise
        return says('Too late.')
      },
    ])
    await ann.writes('Take your time')
    await ann.hears({ match: /…$/ })
    await ann.writes('/stop')
    expect((await ann.hears({ match: /Stopped/ })).text).toBe('Stopped.')
    slow.resolve()
    await telegram.idle()
    expect(telegram.messages(ann).filter(({ text }) => text?.endsWith('…'))).toEqual([])
  })
})
