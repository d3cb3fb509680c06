import * as v from 'valibot'
import { command, find, get } from './query.ts'
import { Count, Id, Timestamp } from './units.ts'

export const Role = v.picklist(['owner', 'admin', 'finance', 'marketer', 'viewer'])
export type Role = v.InferOutput<typeof Role>

export const User = v.object({ id: Id, email: v.string(), role: Role })
export type User = v.InferOutput<typeof User>

const Credentials = v.object({ id: Id, email: v.string(), role: Role, password_hash: v.nullable(v.string()) })

/** The user who signs in with this e-mail address, in any case. */
export const findCredentials = find(
  Credentials,
  { email: 'owner@example.com' },
  (sql, { email }: { email: string }) =>
    sql`select id, email, role, password_hash from users where email = lower(${email})`,
)

export const findCredentialsById = find(
  Credentials,
  { user_id: 1 },
  (sql, { user_id }: { user_id: number }) =>
    sql`select id, email, role, password_hash from users where id = ${user_id}`,
)

export const countUsers = get(v.object({ users: Count }), {}, (sql) => sql`select count(*) as users from users`)

/** The first owner: whom a pairing without a named user is bound to. */
export const findFirstOwner = find(
  User,
  {},
  (sql) => sql`select id, email, role from users where role = 'owner' order by id limit 1`,
)

/** Creates the user, or answers nothing when the e-mail address is taken. */
export const createUser = find(
  User,
  { email: 'owner@example.com', role: 'owner', password_hash: 'x' },
  (sql, { email, role, password_hash }: { email: string; role: Role; password_hash: string }) => sql`
    insert into users (email, role, password_hash) values (lower(${email}), ${role}, ${password_hash})
    on conflict (email) do nothing
    returning id, email, role`,
)

export const setPasswordHash = command(
  { user_id: 1, password_hash: 'x' },
  (sql, { user_id, password_hash }: { user_id: number; password_hash: string }) =>
    sql`update users set password_hash = ${password_hash} where id = ${user_id}`,
)

/** Starts a session of 24 hours. */
export const createSession = get(
  v.object({ id: v.string(), expires_at: Timestamp }),
  { user_id: 1, now: new Date(0) },
  (sql, { user_id, now }: { user_id: number; now: Date }) => sql`
    insert into sessions (user_id, created_at, expires_at) values (${user_id}, ${now}, ${now}::timestamptz + interval '24 hours')
    returning id, expires_at`,
)

/** The user of a session that was neither ended nor expired. */
export const findSessionUser = find(
  v.object({ ...User.entries, store_ids: v.nullable(v.array(Id)) }),
  { session_id: '00000000-0000-0000-0000-000000000000', user_id: 1, now: new Date(0) },
  (sql, { session_id, user_id, now }: { session_id: string; user_id: number; now: Date }) => sql`
    select u.id, u.email, u.role, u.store_ids
    from sessions s
    join users u on u.id = s.user_id
    where s.id = ${session_id} and u.id = ${user_id} and s.ended_at is null and s.expires_at > ${now}
      and u.disabled_at is null`,
)

export const endSession = command(
  { session_id: '00000000-0000-0000-0000-000000000000', now: new Date(0) },
  (sql, { session_id, now }: { session_id: string; now: Date }) =>
    sql`update sessions set ended_at = ${now} where id = ${session_id} and ended_at is null`,
)

/** Ends all sessions of a user but the one kept: after a change of password. */
export const endOtherSessions = command(
  { user_id: 1, keep: '00000000-0000-0000-0000-000000000000', now: new Date(0) },
  (sql, { user_id, keep, now }: { user_id: number; keep: string; now: Date }) =>
    sql`update sessions set ended_at = ${now} where user_id = ${user_id} and id <> ${keep} and ended_at is null`,
)

export const endAllSessions = command(
  { user_id: 1, now: new Date(0) },
  (sql, { user_id, now }: { user_id: number; now: Date }) =>
    sql`update sessions set ended_at = ${now} where user_id = ${user_id} and ended_at is null`,
)

const LoginFailures = v.object({ failures: Count, seconds_left: v.nullable(Count) })
const Attempt = { email: 'owner@example.com', address: '127.0.0.1', now: new Date(0) }

/** Failed logins of the last 15 minutes for an account and an address, and the seconds until the oldest is forgotten. */
export const loginFailures = get(
  LoginFailures,
  Attempt,
  (sql, { email, address, now }: typeof Attempt) => sql`
    select count(*) as failures,
           ceil(extract(epoch from min(failed_at) + interval '15 minutes' - ${now}::timestamptz))::int as seconds_left
    from login_failures
    where email = lower(${email}) and address = ${address} and failed_at > ${now}::timestamptz - interval '15 minutes'`,
)

/** Notes a failed login, and forgets those older than 15 minutes. */
export const noteLoginFailure = command(
  Attempt,
  (sql, { email, address, now }: typeof Attempt) => sql`
    with forgotten as (delete from login_failures where failed_at <= ${now}::timestamptz - interval '15 minutes')
    insert into login_failures (email, address, failed_at) values (lower(${email}), ${address}, ${now})`,
)
