import { describe, expect, test } from 'bun:test'
import { says } from '../support/anthropic-turns.ts'
import { answerTo, startTeam } from '../support/team.ts'

const { sql, claude, telegram, api, service: first, start, aMember, textsTo } = await startTeam()

describe('a stop', () => {
  test('lets an answer that is being written arrive, and ends with code 0', async () => {
    const ann = await aMember()
    const asked = Promise.withResolvers<void>()
    claude.script([
      async () => {
        asked.resolve()
        await Bun.sleep(400)
        return says('Just in time.')
      },
    ])
    await ann.writes('Profit?')
    await asked.promise
    expect(await first.stop()).toBe(0)
    expect((await ann.hears()).text).toBe('Just in time.')
    await telegram.idle()
    expect(first.logs.at(-1)?.message).toBe('stopped')
  })

  test('leaves people paired: the next start knows them, and without a key commands still work', async () => {
    const service = await start({})
    const ann = await aMember()
    expect((await answerTo(ann, 'Profit?')).text).toBe(
      'I can only answer commands: no key for Claude is set (ANTHROPIC_API_KEY). Try /today or /pnl.',
    )
    expect((await answerTo(ann, '/today')).text).toMatch(/^All stores · Today/)
    expect(await service.stop()).toBe(0)
  })

  test('ends with code 0 also while Telegram cannot be reached, is silent or was just called', async () => {
    const silent = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Promise<Response>(() => {}) })
    for (const root of ['http://127.0.0.1:1', silent.url.href, telegram.root]) {
      const service = await start({ TELEGRAM_API_ROOT: root })
      expect((await api('/stores')).status).toBe(200)
      expect(await service.stop()).toBe(0)
    }
    await silent.stop(true)
  })
})

test('an update that Telegram delivers again after a crash is not answered twice', async () => {
  const crashing = await start()
  const ann = await aMember()
  // The next call after this update would confirm it.
  telegram.fail('getUpdates', { error_code: 500, description: 'Failed on purpose' })
  expect((await answerTo(ann, '/help')).text).toStartWith('Hi Ann')
  while (!telegram.calls.some(({ refused }) => refused === 'Failed on purpose')) await Bun.sleep(10)
  while ((await sql`select 1 from telegram_updates where handled_at is null`).length > 0) await Bun.sleep(10)
  await crashing.kill()
  await start()
  expect((await answerTo(ann, '/today')).text).toMatch(/^All stores · Today/)
  expect(textsTo(ann).filter((text) => text.startsWith('Hi Ann'))).toHaveLength(1)
})
