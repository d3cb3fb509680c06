import { test } from 'bun:test'
import { says } from '../support/anthropic-turns.ts'
import { readFileSync } from 'node:fs'
import { startTeam } from '../support/team.ts'

const { sql, claude, telegram, aMember, service } = await startTeam({ pace: 1 })

/** Memory of the service in MB, where the system tells. */
const memory = () => {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024)
  } catch {
    return Number.NaN
  }
}

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
  const before = memory()
  for (const person of people) await person.writes('Why?')
  while (claude.requests.length < people.length) await Bun.sleep(20)
  const waited: number[] = []
  for (const person of people.slice(0, 10)) {
    const began = performance.now()
    await person.writes('/help')
    await person.hears({ match: /^Hi / })
    waited.push(Math.round(performance.now() - began))
  }
  const whileWaiting = memory()
  await Bun.sleep(10_000 - waited.reduce((sum, ms) => sum + ms, 0))
  slow.resolve()
  for (const person of people) await person.hears({ within: 20_000, match: /^Slow, but sure\.$/ })
  console.log(
    `/help while 100 chats wait: ${waited.toSorted((a, b) => a - b).join(', ')} ms; memory ${before} MB before, ${whileWaiting} MB while they wait, ${memory()} MB after`,
  )
}, 180_000)
