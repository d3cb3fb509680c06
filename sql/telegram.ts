import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Count, Id } from './units.ts'
import { Role } from './users.ts'

const LANGUAGES = ['en', 'nl', 'de'] as const

export const TelegramPerson = v.object({
  user_id: Id,
  email: v.string(),
  role: Role,
  first_name: v.string(),
  store_ids: v.nullable(v.array(Id)),
  language: v.nullable(v.picklist(LANGUAGES)),
  theme: v.picklist(['light', 'dark']),
})
export type TelegramPerson = v.InferOutput<typeof TelegramPerson>

/** The user behind a Telegram account that was paired. */
export const findTelegramPerson = find(
  TelegramPerson,
  { telegram_id: 1 },
  (sql, { telegram_id }: { telegram_id: number }) => sql`
    select a.user_id, u.email, u.role, a.first_name, u.store_ids, a.language, a.theme
    from telegram_accounts a
    join users u on u.id = a.user_id
    where a.telegram_id = ${telegram_id} and u.disabled_at is null`,
)

export const TelegramPairing = v.object({
  code: v.string(),
  first_name: v.string(),
  username: v.nullable(v.string()),
  created_at: v.string(),
  expires_at: v.string(),
})

/** Pairings that wait for a person's yes, oldest first. */
export const listTelegramPairings = query(
  TelegramPairing,
  { now: new Date(0) },
  (sql, { now }: { now: Date }) => sql`
    select code, first_name, username, iso(created_at) as created_at, iso(expires_at) as expires_at
    from telegram_pairings
    where settled_at is null and expires_at > ${now}
    order by created_at`,
)

/** Open pairings in all, and the code of this person's own open one, if any. */
export const openTelegramPairings = get(
  v.object({ open: Count, own: v.nullable(v.string()) }),
  { telegram_id: 1, now: new Date(0) },
  (sql, { telegram_id, now }: { telegram_id: number; now: Date }) => sql`
    select count(*) as open, max(code) filter (where telegram_id = ${telegram_id}) as own
    from telegram_pairings
    where settled_at is null and expires_at > ${now}`,
)

type NewPairing = { code: string; telegram_id: number; first_name: string; username: string | null; now: Date }

/** A code that is valid for an hour. */
export const createTelegramPairing = command(
  { code: 'ABCD2345', telegram_id: 1, first_name: 'Ann', username: null, now: new Date(0) },
  (sql, { code, telegram_id, first_name, username, now }: NewPairing) => sql`
    insert into telegram_pairings (code, telegram_id, first_name, username, created_at, expires_at)
    values (${code}, ${telegram_id}, ${first_name}, ${username}, ${now}, ${now}::timestamptz + interval '1 hour')`,
)

const Settled = v.object({ telegram_id: Id, first_name: v.string(), username: v.nullable(v.string()) })

/** Takes an open pairing out of the queue; nothing when the code is unknown, settled or expired. */
export const settleTelegramPairing = find(
  Settled,
  { code: 'ABCD2345', now: new Date(0) },
  (sql, { code, now }: { code: string; now: Date }) => sql`
    update telegram_pairings set settled_at = ${now}
    where code = upper(${code}) and settled_at is null and expires_at > ${now}
    returning telegram_id, first_name, username`,
)

type Link = { telegram_id: number; user_id: number; first_name: string; username: string | null }

/** Binds a Telegram account to a user. */
export const linkTelegramAccount = command(
  { telegram_id: 1, user_id: 1, first_name: 'Ann', username: null },
  (sql, { telegram_id, user_id, first_name, username }: Link) => sql`
    insert into telegram_accounts (telegram_id, user_id, first_name, username)
    values (${telegram_id}, ${user_id}, ${first_name}, ${username})
    on conflict (telegram_id) do update set user_id = excluded.user_id, first_name = excluded.first_name, username = excluded.username`,
)

/** Whether this connection is the one that handles Telegram's updates, or becomes it now; it stays so until the connection ends. */
export const leaseTelegram = get(
  v.object({ leased: v.boolean() }),
  {},
  (sql) => sql`
    select exists (
             select 1 from pg_locks
             where locktype = 'advisory' and pid = pg_backend_pid() and granted and classid = 0 and objid = hashtext('telegram')::oid)
           or pg_try_advisory_lock(hashtext('telegram')::oid::bigint) as leased`,
)

/** Since when a person blocks the bot; null when they do not. */
export const setTelegramBlocked = command(
  { telegram_id: 1, blocked_at: null },
  (sql, { telegram_id, blocked_at }: { telegram_id: number; blocked_at: Date | null }) =>
    sql`update telegram_accounts set blocked_at = ${blocked_at} where telegram_id = ${telegram_id}`,
)

/** A Telegram account that was paired: Telegram's id of it, and whose it is. `blocked` is whether they block the bot. */
export const TelegramAccount = v.object({
  id: Id,
  user_id: Id,
  email: v.string(),
  first_name: v.string(),
  username: v.nullable(v.string()),
  paired_at: v.string(),
  blocked: v.boolean(),
})

const accounts = (sql: Sql): Statement => sql`
    select a.telegram_id as id, a.user_id, u.email, a.first_name, a.username, iso(a.paired_at) as paired_at, a.blocked_at is not null as blocked
    from telegram_accounts a
    join users u on u.id = a.user_id`

/** All of them, paired last first. */
export const listTelegramAccounts = query(
  TelegramAccount,
  {},
  (sql) => sql`${accounts(sql)} order by a.paired_at desc, a.telegram_id`,
)

export const findTelegramAccount = find(
  TelegramAccount,
  { telegram_id: 1 },
  (sql, { telegram_id }: { telegram_id: number }) => sql`${accounts(sql)} where a.telegram_id = ${telegram_id}`,
)

/** Unbinds a Telegram account; 0 when it was not bound. */
export const unlinkTelegramAccount = command(
  { telegram_id: 1 },
  (sql, { telegram_id }: { telegram_id: number }) =>
    sql`delete from telegram_accounts where telegram_id = ${telegram_id}`,
)

type Ban = { telegram_id: number; first_name: string; user_id: number | null }

/** Somebody who may not ask again to be let in. */
export const banFromTelegram = command(
  { telegram_id: 1, first_name: 'Eve', user_id: 1 },
  (sql, { telegram_id, first_name, user_id }: Ban) => sql`
    insert into telegram_bans (telegram_id, first_name, banned_by) values (${telegram_id}, ${first_name}, ${user_id}) on conflict do nothing`,
)

export const isBannedFromTelegram = get(
  v.object({ banned: v.boolean() }),
  { telegram_id: 1 },
  (sql, { telegram_id }: { telegram_id: number }) =>
    sql`select exists (select 1 from telegram_bans where telegram_id = ${telegram_id}) as banned`,
)

/** The store that a person means in private when they name none; null: all. */
export const setTelegramStore = command(
  { telegram_id: 1, store_id: 1 },
  (sql, { telegram_id, store_id }: { telegram_id: number; store_id: number | null }) =>
    sql`update telegram_accounts set store_id = ${store_id} where telegram_id = ${telegram_id}`,
)

/** People whom a Telegram account can be bound to, those without one first. */
export const listPairable = query(
  v.object({ id: Id, email: v.string(), role: Role }),
  {},
  (sql) => sql`
    select u.id, u.email, u.role
    from users u
    where u.disabled_at is null
    order by exists (select 1 from telegram_accounts a where a.user_id = u.id), u.id
    limit 8`,
)

type Look = { telegram_id: number; language: TelegramPerson['language']; theme: TelegramPerson['theme'] }
const LOOK: Look = { telegram_id: 1, language: 'nl', theme: 'dark' }

/** The language and colours that a person chose. */
export const setTelegramLook = command(
  LOOK,
  (sql, { telegram_id, language, theme }: Look) =>
    sql`update telegram_accounts set language = ${language}, theme = ${theme} where telegram_id = ${telegram_id}`,
)
