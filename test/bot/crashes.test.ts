import { expect, test } from 'bun:test'
import { faultTable } from '../support/fault-table.ts'
import { startTeam } from '../support/team.ts'

const UPDATES = Number(process.env['UPDATES'] ?? 300)
const CHATS = 50

const table = faultTable('Messages in Telegram')
// At Telegram's own pace, so that it lasts long enough to be killed in.
const { sql, telegram, service, start, aMember, textsTo } = await startTeam({ pace: 1 })

test(`${UPDATES} messages from ${CHATS} chats while the process is killed again and again: each is answered, in order`, async () => {
  const first = await aMember('P0')
  const [{ user_id } = {}] = await sql`select user_id from telegram_accounts where telegram_id = ${first.id}`
  const people = [first]
  for (let at = 1; at < CHATS; at++) {
    const person = telegram.person({ first_name: `P${at}` })
    await sql`insert into telegram_accounts ${sql({ telegram_id: person.id, user_id: user_id as number, first_name: `P${at}` })}`
    people.push(person)
  }
  let running = service
  let kills = 0
  const over = new AbortController()
  const killer = (async () => {
    while (!over.signal.aborted) {
      await Bun.sleep(150 + Math.random() * 900)
      if (over.signal.aborted) return
      await running.kill()
      kills += 1
      running = await start()
    }
  })()
  const asked = new Map(people.map((person) => [person, 0]))
  for (let sent = 0; sent < UPDATES; sent++) {
    const person = people[sent % CHATS]!
    const count = asked.get(person)! + 1
    asked.set(person, count)
    await person.writes(`/unknown${count}`)
    if (sent % 5 === 0) await Bun.sleep(60)
  }
  for (let waited = 0; waited < 900; waited++) {
    await telegram.idle()
    const [{ open } = {}] = await sql`select count(*)::int as open from telegram_updates where handled_at is null`
    if (open === 0) break
    await Bun.sleep(100)
  }
  over.abort()
  await killer

  let twice = 0
  for (const [person, count] of asked) {
    const told = textsTo(person).filter((text) => text.startsWith('I do not know this command'))
    expect(told.length).toBeGreaterThanOrEqual(count)
    twice += told.length - count
  }
  const [stored] =
    await sql`select count(*)::int as updates, count(*) filter (where failure is not null)::int as given_up from telegram_updates`
  console.log(
    `${UPDATES} messages, ${kills} kills, ${twice} answers sent twice (killed between Telegram's yes and our note)`,
  )
  expect(stored!['given_up']).toBe(0)
  expect(kills).toBeGreaterThan(3)
  table.note({ fault: `kill -9 ${kills > 9 ? 'again and again' : `${kills} times`} while ${UPDATES} messages come from ${CHATS} chats`, saw: 'answers that came late', lost: 'nothing: each answered, in order; an answer may come twice', recovery: 'with the next start' }) // prettier-ignore
  // A kill can hit the moment between Telegram's yes and our note, in each chat that is being answered then; on a busy machine it is longer.
  expect(twice).toBeLessThanOrEqual(kills * CHATS)
}, 300_000)
