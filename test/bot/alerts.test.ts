import { expect, test } from 'bun:test'
import { startTeam } from '../support/team.ts'
import { until } from '../support/until.ts'

const { sql, telegram, service, start, aMember } = await startTeam()
const photosTo = (person: { id: number }) => telegram.messages(person).filter(({ photo }) => photo !== undefined)
const digests = (person: { id: number }) => telegram.messages(person).filter(({ text }) => text?.includes('➡️'))

test('/alerts lists what can be told, and its buttons switch, limit, mute and keep quiet', async () => {
  const ann = await aMember()
  await ann.writes('/alerts')
  const list = await ann.hears({ match: /^What I tell/ })
  expect(list.text).toContain('Quiet hours: 22:00–07:00.')
  expect(list.buttons.map(({ text }) => text)).toEqual([
    '▫️ Morning digest · 08:00',
    '▫️ Weekly review · 08:30',
    '▫️ Loss-making order',
    '▫️ Large refund · above €100.00',
    '▫️ Ads without sales · above €50.00',
    '▫️ CM3 below zero at noon',
    '▫️ Margin drop · above 10 points',
    '▫️ Not what Shopify says',
    '▫️ Something failed',
    '🌙 Quiet 22:00–07:00',
  ])
  await ann.taps(list, '▫️ Large refund · above €100.00')
  const off = await ann.hears({ match: /^Large refund · off/ })
  await ann.taps(off, 'Switch on')
  const on = await ann.hears({ match: /^Large refund · on/ })
  await ann.taps(on, '+')
  await until('the limit is higher', async () => (await sql`select 1 from alerts where kind = 'refund' and active and threshold = 250`).length === 1) // prettier-ignore
  await ann.taps(await ann.hears({ match: /^Large refund · on/ }), '🔕 Mute 7 days')
  expect((await ann.hears({ match: /Muted until/ })).message_id).toBe(list.message_id)
})

test('a digest is queued once while of three processes two are killed on the way, and arrives; due twice, it is not told again', async () => {
  // Otherwise a digest of the hour between midnight in Amsterdam and in London waits for London's.
  await sql`update stores set time_zone = 'Europe/Amsterdam'`
  const ann = await aMember()
  await ann.writes('/alerts')
  await ann.taps(await ann.hears({ match: /^What I tell/ }), '▫️ Morning digest · 08:00')
  await ann.taps(await ann.hears({ match: /^Morning digest · off/ }), 'Switch on')
  await ann.hears({ match: /^Morning digest · on/ })
  const other = await start()
  await sql`update alerts set next_run_at = now() - interval '1 second' where kind = 'morning' and chat_id = ${ann.id}`
  await until('a digest is queued', async () => (await sql`select 1 from deliveries where kind = 'digest'`).length > 0)
  await service.kill()
  const third = await start()
  await until('it came', () => digests(ann).length > 0)
  await other.kill()
  // Due again on the same day: nothing more is said about it.
  await sql`update alerts set next_run_at = now() - interval '1 second' where kind = 'morning' and chat_id = ${ann.id}`
  await until('it was looked at again', async () => (await sql`select 1 from alerts where kind = 'morning' and next_run_at > now()`).length > 0) // prettier-ignore
  await until('no job is left', async () => (await sql`select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier in ('send_digest', 'send_delivery')`).length === 0) // prettier-ignore
  expect(await sql`select 1 from deliveries where kind = 'digest'`).toHaveLength(1)
  // A kill between Telegram's yes and our note sends that one part again; nothing else does, and there were two.
  for (const parts of [photosTo(ann), digests(ann)]) {
    expect(parts.length).toBeGreaterThan(0)
    expect(parts.length).toBeLessThanOrEqual(3)
  }
  expect(third.running).toBe(true)
}, 180_000)
