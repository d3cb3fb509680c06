import { expect, test } from 'bun:test'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const api = await testApi(await testDatabase(), { requestsPerMinute: 3 })
const limited = (token?: string) => api.get('/stores', token)

test('answers count down, then refuse with the seconds to wait, and begin anew after a minute', async () => {
  const { token } = await api.someone('owner')
  const answers = [await limited(token), await limited(token), await limited(token)]
  expect(answers.map(({ status, headers }) => [status, headers.get('ratelimit')])).toEqual([
    [200, '"default";r=2;t=60'],
    [200, '"default";r=1;t=60'],
    [200, '"default";r=0;t=60'],
  ])
  expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"default";q=3;w=60')

  await api.at('2026-04-13T10:00:20Z', async () => {
    const refused = await limited(token)
    expect(problemOf(refused, 429).detail).toBe('More than 3 requests in a minute. Try again in 40 seconds.')
    expect(refused.headers.get('retry-after')).toBe('40')
  })
  await api.at('2026-04-13T10:01:00Z', async () => expect((await limited(token)).status).toBe(200))
})

test('each token has its own limit', async () => {
  const [ann, ben] = [await api.someone('owner'), await api.someone('owner')]
  for (let n = 0; n < 4; n++) await limited(ann.token)
  expect((await limited(ann.token)).status).toBe(429)
  expect((await limited(ben.token)).status).toBe(200)
})

test('a machine that watches is never refused', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => api.get('/health')))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
})
