import { describe, expect, test } from 'bun:test'
import { says } from '../support/anthropic-turns.ts'
import { answerTo, startTeam } from '../support/team.ts'

const { sql, claude, telegram, start, service, aMember, textsTo } = await startTeam()
const settled = async () => {
  await telegram.idle()
  while ((await sql`select 1 from telegram_updates where handled_at is null`).length > 0) await Bun.sleep(10)
}

describe('odd messages', () => {
  test.each([
    ['4,096 characters of emoji', '😀'.repeat(2_048)],
    ['text from right to left', '/pnl \u202Eתודה רבה\u202C'],
    ['markup', '/pnl <b>nl</b> & "x"'],
    ['a command with a thousand words', `/pnl ${'x '.repeat(1_000)}`],
    ['SQL', "/order ' or 1=1 --"],
    ['only a slash', '/'],
  ])('%s are answered in words', async (_, text) => {
    const ann = await aMember('<i>Ann</i> & "co"')
    claude.script([says('Fine.')])
    expect((await answerTo(ann, text)).text).toMatch(/\w/)
    claude.script([])
  })

  test('a name with markup is shown as it is', async () => {
    expect((await answerTo(await aMember('<i>Ann</i>'), '/help')).text).toStartWith('Hi <i>Ann</i>')
  })
})

test('a tap of another person on a personal button does nothing, and one that we did not make neither', async () => {
  const [ann, bob] = [await aMember('Ann'), await aMember('Bob')]
  const group = telegram.group('Team', { by: ann })
  await ann.writesIn(group, '/settings')
  const settings = await ann.hears({ in: group })
  await bob.taps(settings, '🌙 Dark')
  expect((await bob.toast()).text).toBe('This button is for somebody else.')
  expect(await sql`select 1 from telegram_accounts where theme = 'dark'`).toHaveLength(0)
})

test('while Telegram is away nothing is lost: what was asked is answered when it is back', async () => {
  const ann = await aMember()
  for (let n = 0; n < 3; n++) telegram.fail('sendMessage', { error_code: 502, description: 'Bad Gateway, on purpose' })
  await ann.writes('/help')
  expect((await ann.hears()).text).toStartWith('Hi ')
}, 180_000)

test('an answer that was given when the process died is shown by the next one, without asking the model again', async () => {
  const ann = await aMember()
  claude.script([says('Given once.')])
  const asked = claude.requests.length
  for (let n = 0; n < 2; n++) telegram.fail('sendMessage', { error_code: 500, description: 'Failed on purpose' })
  await ann.writes('Only once?')
  while ((await sql`select 1 from telegram_answers where answer is not null`).length === 0) await Bun.sleep(10)
  await service.kill()
  await start()
  expect((await ann.hears({ within: 20_000, match: /Given once/ })).text).toBe('Given once.')
  await settled()
  expect(claude.requests.length - asked).toBe(1)
  expect(textsTo(ann).filter((text) => text === 'Given once.')).toHaveLength(1)
}, 180_000)
