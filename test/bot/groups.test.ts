import { describe, expect, test } from 'bun:test'
import { says } from '../support/anthropic-turns.ts'
import { startTeam } from '../support/team.ts'

const { sql, claude, telegram, aMember } = await startTeam()
const saidIn = (group: { id: number }) =>
  telegram.messages(group).flatMap(({ from, text }) => (from?.is_bot ? [text ?? ''] : []))
const settled = async () => {
  await telegram.idle()
  while ((await sql`select 1 from telegram_updates where handled_at is null`).length > 0) await Bun.sleep(10)
}

describe('a group', () => {
  test('that a stranger takes the bot into is left at once', async () => {
    const group = telegram.group('Strangers')
    await settled()
    expect(telegram.calls.filter(({ method, body }) => method === 'leaveChat' && body['chat_id'] === group.id)).toHaveLength(1) // prettier-ignore
    expect(saidIn(group)).toEqual([])
  })

  test('gets answers to commands, mentions and replies of our people only, each with their own rights', async () => {
    const [ann, viewer] = [await aMember('Ann'), await aMember('Vic')]
    await sql`insert into users (email, role, store_ids) values ('vic@example.com', 'viewer', (select array_agg(id) from stores where slug = 'uk'))`
    await sql`update telegram_accounts set user_id = (select id from users where email = 'vic@example.com') where telegram_id = ${viewer.id}`
    const group = telegram.group('Team', { by: ann })
    await ann.writesIn(group, '/pnl 2026-04-13 nl')
    expect((await ann.hears({ in: group })).text).toMatch(/^Netherlands/)
    await viewer.writesIn(group, '/pnl 2026-04-13 nl')
    expect((await viewer.hears({ in: group, match: /not understand/ })).text).toEndWith('Stores: uk.')
    const before = saidIn(group).length
    await ann.writesIn(group, 'How was the weekend?')
    await telegram.person({ first_name: 'Eve' }).writesIn(group, '/pnl')
    await settled()
    expect(saidIn(group)).toHaveLength(before)
    claude.script([says('Quite fine.'), says('Because.')])
    await ann.writesIn(group, 'how was the weekend?', { mention: true })
    const answer = await ann.hears({ in: group, match: /Quite fine/ })
    expect(JSON.stringify(claude.requests.at(-1)!.body.messages)).not.toContain('@')
    await ann.writesIn(group, 'why?', { replyTo: answer })
    await ann.hears({ in: group, match: /Because/ })
  })

  test('with topics answers in the topic, about the store that was set there', async () => {
    const ann = await aMember('Ann')
    const group = telegram.group('Forum', { by: ann, forum: true })
    await ann.writesIn(group, '/store uk', { topic: 7 })
    expect((await ann.hears({ in: group })).text).toBe(
      'From now on United Kingdom is meant in this topic when you name none.',
    )
    await ann.writesIn(group, '/pnl 2026-04-13', { topic: 7 })
    const inTopic = await ann.hears({ in: group })
    expect([inTopic.text.split(' · ')[0], inTopic.message_thread_id]).toEqual(['United Kingdom', 7])
    await ann.writesIn(group, '/pnl 2026-04-13', { topic: 8 })
    const beside = await ann.hears({ in: group })
    expect([beside.text.split(' · ')[0], beside.message_thread_id]).toEqual(['All stores', 8])
    await ann.writesIn(group, '/store nl')
    await ann.hears({ in: group })
    await ann.writesIn(group, '/pnl 2026-04-13', { topic: 8 })
    expect((await ann.hears({ in: group })).text).toStartWith('Netherlands')
    await ann.writesIn(group, '/store all', { topic: 7 })
    expect((await ann.hears({ in: group })).text).toContain('all stores together are meant in this topic')
  })

  test('that gets a new id keeps what was set in it, and one that puts the bot out is forgotten', async () => {
    const ann = await aMember('Ann')
    const group = telegram.group('Growing', { by: ann })
    await ann.writesIn(group, '/store jp')
    await ann.hears({ in: group })
    const grown = telegram.migrates(group)
    await ann.writesIn(grown, '/pnl 2026-04-13')
    expect((await ann.hears({ in: grown, match: /·/ })).text).toStartWith('Japan')
    telegram.kicks(grown)
    await settled()
    expect(await sql`select title from telegram_chats where chat_id in ${sql([group.id, grown.id])}`).toHaveLength(0)
  })
})

test('a person who blocks the bot is noted, until they unblock it', async () => {
  const ann = await aMember('Ann')
  const blocked = async () => {
    await settled()
    const [row] =
      await sql`select blocked_at is not null as blocked from telegram_accounts where telegram_id = ${ann.id}`
    return row!['blocked'] as boolean
  }
  await ann.blocks()
  expect(await blocked()).toBe(true)
  await ann.unblocks()
  expect(await blocked()).toBe(false)
})

test('those who run the team are asked about a stranger, and let them in as somebody, once', async () => {
  const [ann, other] = [await aMember('Ann'), await aMember('Other')]
  await sql`update users set role = 'owner' where id = (select user_id from telegram_accounts where telegram_id = ${other.id})`
  const sam = telegram.person({ first_name: 'Sam <b>', username: 'sam' })
  await sam.writes('hello')
  const asked = await ann.hears({ match: /^Sam.*wants to be let in/ })
  expect(asked.text).toContain('Sam <b> (@sam) wants to be let in.')
  const choice = asked.buttons.find(({ text }) => text.startsWith('Let in as vic@example.com'))!.text
  await Promise.all([ann.taps(asked, choice), ann.taps(asked, choice), ann.taps(asked, choice)])
  expect((await ann.hears({ match: /is in as/ })).text).toBe('Sam <b> is in as vic@example.com.')
  await sam.hears({ match: /^You are in, Sam/ })
  await settled()
  expect(telegram.messages(sam).filter(({ text }) => text?.startsWith('You are in'))).toHaveLength(1)
  const [{ role } = {}] = await sql`
    select u.role from telegram_accounts a join users u on u.id = a.user_id where a.telegram_id = ${sam.id}`
  expect(role).toBe('viewer')
})

test('a stranger who was rejected for good hears nothing more, and a forged button does nothing', async () => {
  const ann = await aMember('Ann')
  const eve = telegram.person({ first_name: 'Eve' })
  await eve.writes('hello')
  await ann.taps(await ann.hears({ match: /Eve wants to be let in/ }), 'Reject for good')
  await ann.hears({ match: /^Eve was not let in, and/ })
  const before = telegram.messages(eve).length
  await eve.writes('hello?')
  await settled()
  expect(telegram.messages(eve)).toHaveLength(before + 1)
})
