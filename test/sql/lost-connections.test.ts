import { afterAll, expect, test } from 'bun:test'
import { connect } from '../../sql/connect.ts'
import { testDatabase } from '../support/database.ts'
import { startProxy } from '../support/proxy.ts'

const { appUrl } = await testDatabase()
const proxy = await startProxy(appUrl)
afterAll(() => proxy.stop())

/** Many at once: which of them meets a connection between its error and its close is chance. */
const ASKERS = 40

test('what is asked the moment connections break is answered or refused, and never forgotten', async () => {
  const sql = connect(proxy.url, { max: 4 })
  try {
    for (let round = 0; round < 5; round++) {
      await sql`select 1`
      const settled = Array.from({ length: ASKERS }, () => {
        const ask = () => sql`select pg_sleep(0.05)`.then(() => 'answered')
        return ask()
          .catch(ask)
          .catch(ask)
          .catch(() => 'refused')
      })
      await Bun.sleep(20)
      proxy.drop()
      const late = Bun.sleep(20_000).then(() => 'forgotten')
      const ends = await Promise.all(settled.map((one) => Promise.race([one, late])))
      expect(ends).not.toContain('forgotten')
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}, 180_000)

test('a transaction whose connection was lost leaves every connection of its pool to others', async () => {
  const sql = connect(proxy.url, { max: 2 })
  try {
    for (let round = 0; round < 5; round++) {
      const lost = [1, 2].map(() =>
        sql
          .begin(async (tx) => {
            await tx`select 1`
            await Bun.sleep(30)
            await tx`select 1`
          })
          .then(
            () => 'kept',
            () => 'lost',
          ),
      )
      await Bun.sleep(15)
      proxy.drop()
      await Promise.all(lost)
      const both = Promise.all([1, 2].map(() => sql.begin((tx) => tx`select pg_sleep(0.05)`).then(() => 'answered')))
      const late = Bun.sleep(20_000).then(() => 'no connection is left')
      expect(await Promise.race([both.then(([one]) => one), late])).toBe('answered')
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}, 180_000)

test('a pool that is ended while its server takes no connection waits for none', async () => {
  const nowhere = new URL(appUrl)
  nowhere.pathname = '/there_is_no_such_database'
  const sql = connect(nowhere.href, { max: 4 })
  const asked = Promise.all(Array.from({ length: 12 }, () => sql`select 1`.catch(() => 'refused')))
  await Bun.sleep(2)
  const late = Bun.sleep(20_000).then(() => 'waits')
  expect(await Promise.race([sql.end({ timeout: 20 }).then(() => 'ended'), late])).toBe('ended')
  expect(new Set(await asked)).toEqual(new Set(['refused']))
})
