import * as v from 'valibot'
import { command, find, get, query } from './query.ts'
import { Count, Id } from './units.ts'
import { Role } from './users.ts'

export const TelegramPerson = v.object({
  user_id: Id,
  email: v.string(),
  role: Role,
  first_name: v.string(),
  store_id: v.nullable(Id),
  store_ids: v.nullable(v.array(Id)),
})
export type TelegramPerson = v.InferOutput<typeof TelegramPerson>

/** The user behind a Telegram account that was paired. */
export const findTelegramPerson = find(
  TelegramPerson,
  { telegram_id: 1 },
  (sql, { telegram_id }: { telegram_id: number }) => sql`
    select a.user_id, u.email, u.role, a.first_name, a.store_id, u.store_ids
    from telegram_accounts a
    join users u on u.id = a.user_id
    where a.telegram_id = ${telegram_id} and u.disabled_at is null`,
)

/** Notes an update; 0 when it was handled before. Those older than two days are forgotten: Telegram keeps updates for one. */
export const claimTelegramUpdate = command(
  { update_id: 1 },
  (sql, { update_id }: { update_id: number }) => sql`
    with forgotten as (delete from telegram_updates where handled_at < now() - interval '2 days')
    insert into telegram_updates (update_id) values (${update_id}) on conflict do nothing`,
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

/** Tries to become the one process that polls Telegram; held until the connection ends. */
export const leaseTelegramPolling = get(
  v.object({ leased: v.boolean() }),
  {},
  (sql) => sql`select pg_try_advisory_lock(hashtext('telegram polling')) as leased`,
)
