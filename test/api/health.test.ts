import { expect, test } from 'bun:test'
import { latestMigration } from '../../src/service.ts'
import { appPool, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const latest = await latestMigration()
const api = await testApi(database)
const behind = await testApi(database, { latestMigration: `${Number(latest) + 1}` })
const ahead = await testApi(database, { latestMigration: `${Number(latest) - 1}` })
const closed = appPool(database.appUrl)
await closed.end()
const alone = await testApi(database, { sql: closed })

test('a process that answers is healthy, also without its database', async () => {
  for (const { get } of [api, alone]) {
    const { status, body } = await get('/health')
    expect({ status, body }).toEqual({ status: 200, body: { status: 'ok' } })
  }
})

test('it is ready when the database answers and has every migration of this build', async () => {
  for (const { get } of [api, ahead]) {
    const { status, body } = await get('/ready')
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'ready', database: 'answers', migrations: 'applied', worker: 'not in this process' },
    })
  }
})

test('it is not ready while a migration is missing, and says what to do', async () => {
  const { status, body } = await behind.get('/ready')
  expect({ status, body }).toEqual({
    status: 503,
    body: {
      status: 'not ready',
      database: 'answers',
      migrations: 'missing: run "bun run migrate"',
      worker: 'not in this process',
    },
  })
})

test('it is not ready without its database', async () => {
  const { status, body } = await alone.get('/ready')
  expect({ status, body }).toEqual({
    status: 503,
    body: { status: 'not ready', database: 'does not answer', migrations: 'unknown', worker: 'not in this process' },
  })
})

test('it is not ready while the background jobs that it should run do not', async () => {
  for (const [state, status] of [
    ['starting', 503],
    ['failed', 503],
    ['runs', 200],
  ] as const) {
    const { get } = await testApi(database, { workerState: () => state })
    const answer = await get('/ready')
    expect({ status: answer.status, worker: answer.body['worker'] }).toEqual({ status, worker: state })
  }
})
