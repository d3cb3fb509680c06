import { describe, expect, test } from 'bun:test'
import { createUser, type Role } from '../../sql/users.ts'
import { problemOf, testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aStore } from '../support/factories.ts'

const PASSWORD = 'correct horse battery'

const database = await testDatabase()
const { sql } = database
const api = await testApi(database)
const nl = await aStore(sql, { slug: 'nl' })
const uk = await aStore(sql, { slug: 'uk' })
const owner = await api.someone('owner')
const admin = await api.someone('admin')
const limited = await api.someone('admin')
await sql`update users set store_ids = ${[uk.id]} where id = ${limited.id}`

let people = 0
const anAddress = () => `invited-${++people}@example.com`
const invite = (json: object = {}, { token } = owner) =>
  api.post('/users', { email: anAddress(), role: 'viewer', ...json }, token)
type Member = { id: number; email: string; role: Role; stores: string[] | null; disabled: boolean; active: boolean }
const invited = async (json: object = {}, by = owner) => {
  const { status, body } = await invite(json, by)
  expect(status).toBe(201)
  return { user: body['user'] as Member, link: String(body['set_password']) }
}
const secretOf = (link: string) => link.split('#')[1] ?? ''
const setPassword = (link: string, password = PASSWORD) =>
  api.post('/auth/set-password', { token: secretOf(link), password })
const login = (email: string) => api.post('/auth/login', { email, password: PASSWORD })
const patch = (id: number, json: object, { token } = owner, headers = {}) =>
  api.send(`/users/${id}`, { method: 'PATCH', token, json, headers })
const remove = (id: number, { token } = owner) => api.send(`/users/${id}`, { method: 'DELETE', token })
const me = async (token: string) => (await api.get('/auth/me', token)).status

describe('an invitation', () => {
  test('answers the user and a link that sets the first password, after which they can sign in', async () => {
    const { user, link } = await invited({ email: 'Ann@Example.com', role: 'finance', stores: ['nl'] })
    expect(user).toEqual({
      id: expect.any(Number),
      email: 'ann@example.com',
      role: 'finance',
      stores: ['nl'],
      disabled: false,
      active: false,
      second_factor: false,
      created_at: expect.stringMatching(/Z$/),
    } as object as Member)
    expect(link).toMatch(/^\/app\/set-password#[a-z2-7]{40}$/)
    expect((await login(user.email)).status).toBe(401)
    expect((await setPassword(link)).body).toEqual({ email: 'ann@example.com' })
    const { token } = (await login(user.email)).body as { token: string }
    expect((await api.get('/auth/me', token)).body).toMatchObject({ user: { role: 'finance' }, stores: ['nl'] })
    expect((await api.get(`/users/${user.id}`, owner.token)).body).toMatchObject({ active: true })
  })

  test('has a link that works once, and only its hash is stored', async () => {
    const { link } = await invited()
    const [row] = await sql<{ found: boolean }[]>`
      select exists (select 1 from password_links l where l::text like ${`%${secretOf(link)}%`})
          or exists (select 1 from audit_log a where a::text like ${`%${secretOf(link)}%`}) as found`
    expect(row?.found).toBe(false)
    const uses = await Promise.all([setPassword(link), setPassword(link, 'staple battery horse')])
    expect(uses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404])
    expect(problemOf(await setPassword(link), 404).detail).toContain('unknown, used or older than 24 hours')
  })

  test('has a link of 24 hours', async () => {
    const [early, late] = [await invited(), await invited()]
    expect((await api.at('2026-04-14T09:59:59Z', () => setPassword(early.link))).status).toBe(200)
    problemOf(await api.at('2026-04-14T10:00:00Z', () => setPassword(late.link)), 404)
  })

  test('does not use up its link with a password that is too short', async () => {
    const { link } = await invited()
    expect(problemOf(await setPassword(link, 'short'), 422).errors?.[0]?.field).toBe('password')
    expect((await setPassword(link)).status).toBe(200)
  })

  test('needs an e-mail address that is not taken, a role and stores that exist', async () => {
    problemOf(await invite({ email: owner.email.toUpperCase() }), 409)
    expect(problemOf(await invite({ email: 'ann', role: 'king' }), 422).errors?.map(({ field }) => field)).toEqual([
      'email',
      'role',
    ])
    problemOf(await invite({ stores: [] }), 422)
    expect(problemOf(await invite({ stores: ['nl', 'us'] }), 422).detail).toBe(
      'There is no store "us". Stores: nl, uk.',
    )
  })
})

test('another link ends the one before, and a new password ends both', async () => {
  const { user, link } = await invited()
  const again = await api.send(`/users/${user.id}/password-link`, { method: 'POST', token: owner.token })
  expect(again.status).toBe(201)
  problemOf(await setPassword(link), 404)
  expect((await setPassword(String(again.body['set_password']))).status).toBe(200)
  const { token } = (await login(user.email)).body as { token: string }
  const third = (await api.send(`/users/${user.id}/password-link`, { method: 'POST', token: owner.token })).body
  const change = { current_password: PASSWORD, new_password: 'staple battery horse' }
  expect((await api.post('/auth/password', change, token)).status).toBe(204)
  problemOf(await setPassword(String(third['set_password'])), 404)
})

test('a link ends the sessions of its user', async () => {
  const { id, token } = await api.someone('viewer')
  const { body } = await api.send(`/users/${id}/password-link`, { method: 'POST', token: owner.token })
  expect((await setPassword(String(body['set_password']))).status).toBe(200)
  expect(await me(token)).toBe(401)
})

describe('a change', () => {
  for (const change of [{ role: 'marketer' }, { stores: ['nl'] }, { disabled: true }])
    test(`of ${Object.keys(change).join()} ends the sessions of the user at once, and of nobody else`, async () => {
      const { id, token } = await api.someone('viewer')
      const { status, body } = await patch(id, change)
      expect([status, body]).toEqual([200, expect.objectContaining(change)])
      expect([await me(token), await me(owner.token)]).toEqual([401, 200])
    })

  test('that changes nothing leaves the sessions alone', async () => {
    const { id, token } = await api.someone('viewer')
    expect((await patch(id, { role: 'viewer', stores: null, disabled: false })).status).toBe(200)
    expect((await patch(id, {})).status).toBe(200)
    expect(await me(token)).toBe(200)
  })

  test('of somebody changed since they were read is refused', async () => {
    const { id } = await api.someone('viewer')
    const etag = (await api.get(`/users/${id}`, owner.token)).headers.get('etag') ?? ''
    expect((await patch(id, { role: 'finance' }, owner, { 'if-match': etag })).status).toBe(200)
    problemOf(await patch(id, { role: 'marketer' }, owner, { 'if-match': etag }), 412)
    expect((await api.get(`/users/${id}`, owner.token)).body).toMatchObject({ role: 'finance' })
  })

  test('of nobody is not found', async () => {
    for (const answer of [await patch(999_999, {}), await remove(999_999)])
      expect(problemOf(answer, 404).detail).toBe('There is no user 999999.')
  })
})

test('a removed user can do nothing any more, and stays in the list and in the history', async () => {
  const { user, link } = await invited({ role: 'admin' })
  await setPassword(link)
  const { token } = (await login(user.email)).body as { token: string }
  const machine = await api.anApiToken(user.id)
  const open = (await api.send(`/users/${user.id}/password-link`, { method: 'POST', token: owner.token })).body
  expect((await remove(user.id)).status).toBe(204)
  expect([await me(token), await me(machine.token), (await login(user.email)).status]).toEqual([401, 401, 401])
  problemOf(await setPassword(String(open['set_password'])), 404)
  expect((await api.get('/users', owner.token)).body['data']).toContainEqual({ ...user, active: true, disabled: true })
  problemOf(await api.send(`/users/${user.id}/password-link`, { method: 'POST', token: owner.token }), 409)

  expect((await patch(user.id, { disabled: false })).status).toBe(200)
  expect([(await login(user.email)).status, await me(machine.token)]).toEqual([200, 401])
})

describe('an admin who is no owner', () => {
  test('cannot make or change an owner, or sign in as one', async () => {
    const other = await api.someone('owner')
    const someone = await api.someone('viewer')
    const answers = [
      await invite({ role: 'owner' }, admin),
      await patch(someone.id, { role: 'owner' }, admin),
      await patch(admin.id, { role: 'owner' }, admin),
      await patch(other.id, { role: 'viewer' }, admin),
      await patch(other.id, { stores: ['nl'] }, admin),
      await patch(other.id, {}, admin),
      await remove(other.id, admin),
      await api.send(`/users/${other.id}/password-link`, { method: 'POST', token: admin.token }),
    ]
    for (const answer of answers) expect(problemOf(answer, 403).detail).toBe('Only an owner can make or change owners.')
    expect(await me(other.token)).toBe(200)
  })

  test('makes and changes everybody else', async () => {
    const { user } = await invited({ role: 'admin' }, admin)
    expect((await patch(user.id, { role: 'finance', stores: ['uk'] }, admin)).status).toBe(200)
    expect((await remove(user.id, admin)).status).toBe(204)
  })
})

describe('an admin who is limited to stores', () => {
  test('gives no more stores than they have, also not to themselves', async () => {
    const theirs = await invited({ stores: ['uk'] }, limited)
    for (const answer of [
      await invite({}, limited),
      await patch(theirs.user.id, { stores: null }, limited),
      await patch(limited.id, { stores: null }, limited),
    ])
      expect(problemOf(answer, 403).detail).toContain('You are limited to some stores')
    for (const answer of [
      await invite({ stores: ['nl'] }, limited),
      await patch(limited.id, { stores: ['nl', 'uk'] }, limited),
    ])
      expect(problemOf(answer, 422).detail).toBe('There is no store "nl". Stores: uk.')
  })

  test('does not manage people with other stores', async () => {
    const wider = await api.someone('viewer')
    await sql`update users set store_ids = ${[nl.id, uk.id]} where id = ${wider.id}`
    const everything = await api.someone('viewer')
    for (const { id } of [wider, everything])
      for (const answer of [
        await patch(id, { stores: ['uk'] }, limited),
        await remove(id, limited),
        await api.send(`/users/${id}/password-link`, { method: 'POST', token: limited.token }),
      ])
        problemOf(answer, 403)
  })
})

describe('the last owner', () => {
  const alone = async () => {
    await sql`update users set disabled_at = now() where role = 'owner'`
    return api.someone('owner')
  }

  test('cannot be removed, demoted, limited or disabled, also not by themselves', async () => {
    const last = await alone()
    for (const answer of [
      await remove(last.id, last),
      await patch(last.id, { role: 'admin' }, last),
      await patch(last.id, { stores: ['nl', 'uk'] }, last),
      await patch(last.id, { disabled: true }, last),
    ])
      expect(problemOf(answer, 409).detail).toContain('the last owner with all stores who can sign in')
    expect(await me(last.token)).toBe(200)
  })

  test('is last also beside owners who are invited only, or limited to stores', async () => {
    const last = await alone()
    const { user } = await invited({ role: 'owner' }, last)
    await invited({ role: 'owner', stores: ['nl'] }, last).then(({ link }) => setPassword(link))
    problemOf(await remove(last.id, last), 409)
    await sql`update users set password_hash = 'none' where id = ${user.id}`
    expect((await remove(last.id, last)).status).toBe(204)
  })

  test('stays when two owners remove each other at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, two] = [await alone(), await api.someone('owner')]
      const answers = await Promise.all([remove(two.id, one), remove(one.id, two)])
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)[0]).toBe(204)
      const left = await sql`select 1 from users where role = 'owner' and disabled_at is null`
      expect(left).toHaveLength(1)
    }
  })
})

test('users are listed newest first, page by page', async () => {
  const boss = await createUser(sql, { email: 'boss@example.com', role: 'owner', password_hash: 'none' })
  const { token } = await api.signIn(boss!.id)
  const first = (await api.get('/users?limit=2', token)).body
  const second = (await api.get(`/users?limit=2&cursor=${String(first['next'])}`, token)).body
  const ids = [first, second].flatMap(({ data }) => (data as Member[]).map(({ id }) => id))
  expect(ids).toEqual(ids.toSorted((a, b) => b - a))
  expect(new Set(ids).size).toBe(4)
})
