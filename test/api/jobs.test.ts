import { expect, test } from 'bun:test'
import { insertJob } from '../../sql/jobs.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const { token } = await api.someone('owner')

const add = async (attempts: number, failed: number) => {
  const { id } = await insertJob(sql, {
    name: 'sweep',
    payload: '{}',
    queue: 'store 3',
    key: null,
    delay: 0,
    attempts,
  })
  await sql`update graphile_worker._private_jobs set attempts = ${failed}, last_error = 'the shop said no' where id = ${id}`
  return id
}

test('parked jobs are listed with what they failed with, and a retry makes them wait again', async () => {
  const [waiting, parked] = [await add(10, 1), await add(3, 3)]
  const list = async (query: string) => (await api.get(`/jobs${query}`, token)).body['data']
  expect(await list('?state=parked')).toEqual([
    {
      id: parked,
      name: 'sweep',
      queue: 'store 3',
      state: 'parked',
      attempts: 3,
      max_attempts: 3,
      error: 'the shop said no',
      run_at: expect.any(String),
      created_at: expect.any(String),
    },
  ])
  expect(await list('')).toMatchObject([{ id: parked }, { id: waiting, state: 'waiting' }])

  const { status, body } = await api.post(`/jobs/${parked}/retry`, {}, token)
  expect({ status, body }).toEqual({ status: 200, body: { id: parked } })
  expect(await list('?state=parked')).toEqual([])
  expect(await list('?state=waiting')).toMatchObject([{ id: parked, attempts: 0 }, { id: waiting }])
  const { text } = await api.get('/audit-log', token)
  expect(text).toContain('job.retried')
})

test('a job that waits, or is not there, cannot be retried', async () => {
  for (const id of [await add(10, 1), 999_999])
    expect(problemOf(await api.post(`/jobs/${id}/retry`, {}, token), 404).detail).toBe(`There is no parked job ${id}.`)
})
