import { expect, test } from 'bun:test'
import { says } from '../support/anthropic-turns.ts'
import { answerTo, startTeam } from '../support/team.ts'

const { sql, claude, telegram, aMember } = await startTeam()

test('while a hundred chats wait for a slow model, commands are answered at once, also in those chats', async () => {
  const first = await aMember('P0')
  const [{ user_id } = {}] = await sql`select user_id from telegram_accounts where telegram_id = ${first.id}`
  const people = [first]
  for (let at = 1; at < 100; at++) {
    const person = telegram.person({ first_name: `P${at}` })
    const [{ id } = {}] = await sql`
      insert into users (email, role) values (${`p${at}@example.com`}, 'owner') returning id`
    await sql`insert into telegram_accounts ${sql({ telegram_id: person.id, user_id: (id ?? user_id) as number, first_name: `P${at}` })}`
    people.push(person)
  }
  const slow = Promise.withResolvers<void>()
  claude.script(
    people.map(() => async () => {
      await slow.promise
      return says('Slow, but sure.')
    }),
  )
  for (const person of people) await person.writes('Why?')
  while (claude.requests.length < people.length) await Bun.sleep(20)
  for (const person of people.slice(0, 10)) expect((await answerTo(person, '/help')).text).toStartWith('Hi ')
  slow.resolve()
  for (const person of people) expect((await person.hears({ within: 20_000 })).text).toBe('Slow, but sure.')
}, 60_000)
