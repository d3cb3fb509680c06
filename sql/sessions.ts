import * as v from 'valibot'
import { command, find, get, query } from './query.ts'
import { Count, Id, Timestamp } from './units.ts'
import { User } from './users.ts'

const Session = v.object({ id: v.string(), expires_at: Timestamp })
const NOBODY = '00000000-0000-0000-0000-000000000000'

type NewSession = { user_id: number; now: Date; browser?: string }

/** Starts a session of 24 hours. */
export const createSession = get(
  Session,
  { user_id: 1, now: new Date(0), browser: 'Firefox on Windows' },
  (sql, { user_id, now, browser = '' }: NewSession) => sql`
    insert into sessions (user_id, created_at, last_used_at, expires_at, browser)
    values (${user_id}, ${now}, ${now}, ${now}::timestamptz + interval '24 hours', ${browser})
    returning id, expires_at`,
)

/** A session as people see it; `last_used_at` to five minutes, `browser` empty when nothing is known. */
export const ListedSession = v.object({
  id: v.string(),
  browser: v.string(),
  started_at: v.string(),
  last_used_at: v.nullable(v.string()),
  expires_at: v.string(),
  is_this: v.boolean(),
})

type Listing = { user_id: number; session_id: string | null; now: Date }

/** The open sessions of a user, the one used last first; `session_id` is the one that asks. */
export const listSessions = query(
  ListedSession,
  { user_id: 1, session_id: NOBODY, now: new Date(0) },
  (sql, { user_id, session_id, now }: Listing) => sql`
    select id::text || '' as id, browser, iso(created_at) as started_at, iso(last_used_at) as last_used_at, iso(expires_at) as expires_at,
           id is not distinct from ${session_id}::uuid as is_this
    from sessions
    where user_id = ${user_id} and ended_at is null and expires_at > ${now}
    order by coalesce(last_used_at, created_at) desc, id
    limit 500`,
)

/** Notes that a session is used, once in five minutes. */
export const noteSessionUse = command(
  { session_id: NOBODY, now: new Date(0) },
  (sql, { session_id, now }: { session_id: string; now: Date }) => sql`
    update sessions set last_used_at = ${now}
    where id = ${session_id} and (last_used_at is null or last_used_at < ${now}::timestamptz - interval '5 minutes')`,
)

/** Ends a session of a user; 0 when it is not theirs or has ended. */
export const endSessionOf = command(
  { session_id: NOBODY, user_id: 1, now: new Date(0) },
  (sql, { session_id, user_id, now }: { session_id: string; user_id: number; now: Date }) => sql`
    update sessions set ended_at = ${now}
    where id = ${session_id} and user_id = ${user_id} and ended_at is null and expires_at > ${now}`,
)

/** Gives a session another 24 hours from now, but none beyond 30 days after its login; nothing when it was ended. */
export const prolongSession = find(
  Session,
  { session_id: NOBODY, now: new Date(0) },
  (sql, { session_id, now }: { session_id: string; now: Date }) => sql`
    update sessions
    set expires_at = least(${now}::timestamptz + interval '24 hours', created_at + interval '30 days')
    where id = ${session_id} and ended_at is null and expires_at > ${now}
    returning id, expires_at`,
)

/** The user of a session that was neither ended nor expired. `must_set_up`: the team asks for a second factor and they have none yet. */
export const findSessionUser = find(
  v.object({ ...User.entries, store_ids: v.nullable(v.array(Id)), expires_at: Timestamp, must_set_up: v.boolean() }),
  { session_id: NOBODY, user_id: 1, now: new Date(0) },
  (sql, { session_id, user_id, now }: { session_id: string; user_id: number; now: Date }) => sql`
    select u.id, u.email, u.role, u.store_ids, s.expires_at,
           (select w.second_factor_required from workspace w)
             and not exists (select 1 from second_factors f where f.user_id = u.id and f.confirmed_at is not null) as must_set_up
    from sessions s
    join users u on u.id = s.user_id
    where s.id = ${session_id} and u.id = ${user_id} and s.ended_at is null and s.expires_at > ${now}
      and u.disabled_at is null`,
)

export const endSession = command(
  { session_id: NOBODY, now: new Date(0) },
  (sql, { session_id, now }: { session_id: string; now: Date }) =>
    sql`update sessions set ended_at = ${now} where id = ${session_id} and ended_at is null`,
)

/** Ends all sessions of a user but the one kept: after a change of password. */
export const endOtherSessions = command(
  { user_id: 1, keep: NOBODY, now: new Date(0) },
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

/** Held until the end of the transaction, so that logins at the same moment count one after the other. */
export const lockLogins = command(
  { email: 'owner@example.com', address: '127.0.0.1' },
  (sql, { email, address }: { email: string; address: string }) =>
    sql`select 1 from pg_advisory_xact_lock(hashtextextended(lower(${email}) || ' ' || ${address}, 0))`,
)

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

/** Notes a login as failed until it succeeds, and forgets those older than 15 minutes. */
export const noteLogin = get(
  v.object({ id: Id }),
  Attempt,
  (sql, { email, address, now }: typeof Attempt) => sql`
    with forgotten as (delete from login_failures where failed_at <= ${now}::timestamptz - interval '15 minutes')
    insert into login_failures (email, address, failed_at) values (lower(${email}), ${address}, ${now})
    returning id`,
)

export const forgetLogin = command(
  { login_id: 1 },
  (sql, { login_id }: { login_id: number }) => sql`delete from login_failures where id = ${login_id}`,
)

/** Forgets the newest of the other failures of an account and address: the first step of a login in two. */
export const forgetFirstStep = command(
  Attempt,
  (sql, { email, address, now }: typeof Attempt) => sql`
    delete from login_failures
    where id = (select id from login_failures
                where email = lower(${email}) and address = ${address} and failed_at > ${now}::timestamptz - interval '15 minutes'
                order by id desc limit 1)`,
)
