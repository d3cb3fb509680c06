import { expect, test } from 'bun:test'
import { testDatabase } from '../support/database.ts'
import { startService } from '../support/service.ts'

const { appUrl } = await testDatabase()
const OWNER = { email: 'owner@example.com', password: 'correct horse battery' }

test('whoever is not let in is written down, without what they sent', async () => {
  await using service = await startService({
    DATABASE_URL: appUrl,
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
    ROLES: 'api',
  })
  const ask = (path: string, token = '', method = 'GET') =>
    fetch(service.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'x-request-id': 'request-of-a-test' },
    })
  await ask('/users?q=something-typed', 'a-token-that-is-wrong')
  const login = await fetch(`${service.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...OWNER, password: 'a wrong password' }),
  })
  expect(login.status).toBe(401)
  await service.stop()
  const refused = service.logs.filter(({ message }) => message === 'a request was refused')
  expect(refused).toMatchObject([
    { level: 'warn', status: 401, method: 'GET', path: '/users', request_id: 'request-of-a-test' },
    { status: 401, method: 'POST', path: '/auth/login', reason: 'E-mail address or password is wrong.' },
  ])
  expect(JSON.stringify(service.logs)).not.toMatch(/a-token-that-is-wrong|something-typed|a wrong password/)
})
