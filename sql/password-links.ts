import * as v from 'valibot'
import { command, find } from './query.ts'
import { Id } from './units.ts'

type NewLink = { token_hash: Uint8Array; user_id: number; now: Date }
const LINK: NewLink = { token_hash: new Uint8Array(32), user_id: 1, now: new Date(0) }

/** Makes a link of 24 hours. */
export const createPasswordLink = command(
  LINK,
  (sql, { token_hash, user_id, now }: NewLink) => sql`
    insert into password_links (token_hash, user_id, created_at, expires_at)
    values (${token_hash}, ${user_id}, ${now}, ${now}::timestamptz + interval '24 hours')`,
)

/** Ends the links of a user that were not used. */
export const endPasswordLinks = command(
  { user_id: 1 },
  (sql, { user_id }: { user_id: number }) =>
    sql`delete from password_links where user_id = ${user_id} and used_at is null`,
)

type Asked = { token_hash: Uint8Array; now: Date }
const ASKED: Asked = { token_hash: new Uint8Array(32), now: new Date(0) }
const Invited = v.object({ user_id: Id, email: v.string() })

/** Whom an open link is for: neither used nor older than 24 hours, and the user was not disabled. */
export const findPasswordLink = find(
  Invited,
  ASKED,
  (sql, { token_hash, now }: Asked) => sql`
    select l.user_id, u.email
    from password_links l
    join users u on u.id = l.user_id
    where l.token_hash = ${token_hash} and l.used_at is null and l.expires_at > ${now} and u.disabled_at is null`,
)

/** Uses up an open link; nothing when it is not open any more. */
export const usePasswordLink = find(
  Invited,
  ASKED,
  (sql, { token_hash, now }: Asked) => sql`
    update password_links l set used_at = ${now}
    from users u
    where u.id = l.user_id and l.token_hash = ${token_hash} and l.used_at is null and l.expires_at > ${now} and u.disabled_at is null
    returning l.user_id, u.email`,
)
