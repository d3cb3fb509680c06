import { describe, expect, test } from 'bun:test'
import { answerTo, codeIn, OWNER, startTeam, STRANGER } from '../support/team.ts'

const { sql, claude, telegram, api, aMember } = await startTeam()

describe('a stranger', () => {
  test('gets a code and nothing else, whatever they send, and the same code again', async () => {
    const sam = telegram.person({ first_name: 'Sam <b>' })
    const first = await answerTo(sam, 'What did we earn?')
    expect(first.text).toMatch(STRANGER)
    expect(first.buttons).toEqual([])
    for (const text of ['/pnl', '/today', '/start', '/help', '/nonsense'])
      expect((await answerTo(sam, text)).text).toBe(first.text)
    await sam.uploads('orders.csv', 'a,b', 'text/csv', { caption: '/pnl' })
    expect((await sam.hears()).text).toBe(first.text)
    expect(claude.requests).toEqual([])
    await api(`/telegram/pairings/${codeIn(first)}/reject`, 'POST')
  })

  test('who once was let in gets a code for a tap on an old button', async () => {
    const kim = await aMember('Kim')
    const statement = await answerTo(kim, '/pnl')
    await sql`delete from telegram_accounts where telegram_id = ${kim.id}`
    await kim.taps(statement, 'Yesterday')
    expect(await kim.toast()).toEqual({ text: '', show_alert: false })
    const answer = await kim.hears()
    expect(answer.text).toMatch(STRANGER)
    await api(`/telegram/pairings/${codeIn(answer)}/reject`, 'POST')
  })

  test('is told to wait while three others do', async () => {
    const codes: string[] = []
    for (const first_name of ['One', 'Two', 'Three'])
      codes.push(codeIn(await answerTo(telegram.person({ first_name }), 'hello')))
    expect(new Set(codes).size).toBe(3)
    const fourth = telegram.person({ first_name: 'Four' })
    expect((await answerTo(fourth, 'hello')).text).toBe(
      'I do not know you yet, and too many people are waiting to be let in. Please try again in an hour.',
    )
    for (const code of codes) expect((await api(`/telegram/pairings/${code}/reject`, 'POST')).status).toBe(204)
    const answer = await answerTo(fourth, 'hello')
    expect(codeIn(answer)).not.toBe('')
    await api(`/telegram/pairings/${codeIn(answer)}/reject`, 'POST')
  })

  test('is greeted once somebody approved the code, and is let in', async () => {
    const sam = telegram.person({ first_name: 'Sam' })
    const code = codeIn(await answerTo(sam, 'hi'))
    expect((await api(`/telegram/pairings/${code}/approve`, 'POST')).text).toContain(OWNER.email)
    expect((await sam.hears()).text).toBe('You are in, Sam. Try /today or just ask me something.')
    expect((await answerTo(sam, '/today')).text).toMatch(/^All stores · Today/)
  })

  test('in a group gets no answer at all', async () => {
    const group = telegram.group('Team')
    const eve = telegram.person({ first_name: 'Eve' })
    await eve.writesIn(group, '/pnl', { mention: true })
    await telegram.idle()
    expect(telegram.messages(group).filter(({ from }) => from?.is_bot)).toEqual([])
  })
})
