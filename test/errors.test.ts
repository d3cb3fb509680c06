import { expect, test } from 'bun:test'
import net from 'node:net'
import { connect, transaction } from '../sql/connect.ts'
import { expectedError } from '../src/errors.ts'
import { testDatabase } from './support/database.ts'

const { sql } = await testDatabase()
const failureOf = (work: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(work).then(
    () => undefined,
    (error: unknown) => error,
  )

test('a connection that is cut is an expected failure, in a transaction too, and the next query works', async () => {
  for (const work of [
    () => sql`select pg_sleep(20)`,
    () => transaction(sql, (tx) => tx`select pg_sleep(20)`),
    () => transaction(sql, (tx) => transaction(tx, (inner) => inner`select pg_sleep(20)`)),
  ]) {
    const failure = failureOf(work())
    await untilRunning()
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep%' and datname = current_database()`
    expect(expectedError(await failure)).toMatchObject({ code: 'unavailable', retryAfter: 2 })
    await Bun.sleep(50) // what the driver does too late would come now
    expect(await sql`select 1 as one`).toMatchObject([{ one: 1 }])
  }
})

test('a database that nobody reaches is an expected failure', async () => {
  const nowhere = connect('postgres://somebody@127.0.0.1:1/nothing')
  for (const failure of [await failureOf(nowhere`select 1`), await failureOf(nowhere.begin((tx) => tx`select 1`))])
    expect(expectedError(failure)).toMatchObject({
      code: 'unavailable',
      message: 'The database does not answer right now. Try again in a moment.',
    })
  await nowhere.end()
  expect(expectedError(await failureOf(nowhere`select 1`))).toMatchObject({ code: 'unavailable' })
})

test('another service that nobody reaches is not taken for the database', async () => {
  const refused = new Promise((_, reject) => net.connect(1, '127.0.0.1').on('error', reject))
  const failure = await failureOf(refused)
  expect(failure).toMatchObject({ code: 'ECONNREFUSED' })
  expect(expectedError(failure)).toBeUndefined()
})

test('a statement that is wrong is not an expected failure', async () => {
  expect(expectedError(await failureOf(sql`select 1 / 0`))).toBeUndefined()
})

async function untilRunning() {
  for (;;) {
    const running = await sql`
      select 1 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active' and datname = current_database()`
    if (running.length > 0) return
    await Bun.sleep(10)
  }
}
