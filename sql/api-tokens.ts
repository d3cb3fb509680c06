import * as v from 'valibot'
import { command, find, get, query } from './query.ts'
import { Id, Timestamp } from './units.ts'
import { Role } from './users.ts'

/** A token as the team sees it later: never the token itself. `stores`: the slugs it is limited to, null for all that its user sees. */
export const ApiToken = v.object({
  id: Id,
  name: v.string(),
  public_part: v.string(),
  email: v.string(),
  scopes: v.array(v.string()),
  stores: v.nullable(v.array(v.string())),
  created_at: v.string(),
  last_used_at: v.nullable(v.string()),
  expires_at: v.nullable(v.string()),
})

type Listing = { token_id: number | null; limit: number; offset: number; after: number | null }
const LISTING: Listing = { token_id: null, limit: 50, offset: 0, after: null }

/** Tokens that were not revoked, newest first; only the one of `token_id` when it is given. */
export const listApiTokens = query(
  ApiToken,
  LISTING,
  (sql, { token_id, limit, offset, after }: Listing) => sql`
    select t.id, t.name, t.public_part, u.email, t.scopes,
           case when t.store_ids is not null
                then array(select s.slug from stores s where s.id = any(t.store_ids) order by s.slug) end as stores,
           iso(t.created_at) as created_at, iso(t.last_used_at) as last_used_at, iso(t.expires_at) as expires_at
    from api_tokens t
    join users u on u.id = t.user_id
    where t.revoked_at is null and (${token_id}::bigint is null or t.id = ${token_id}) and (${after}::bigint is null or t.id < ${after})
    order by t.id desc
    limit ${limit} offset ${offset}`,
)

type NewToken = {
  user_id: number
  name: string
  public_part: string
  token_hash: Uint8Array
  scopes: string[]
  store_ids: number[] | null
  expires_at: Date | null
  now: Date
}
const NEW: NewToken = {
  user_id: 1,
  name: 'Sheet',
  public_part: 'dd_abcd2345',
  token_hash: new Uint8Array(32),
  scopes: ['stats:read'],
  store_ids: null,
  expires_at: null,
  now: new Date(0),
}

export const createApiToken = get(
  v.object({ id: Id }),
  NEW,
  (sql, { user_id, name, public_part, token_hash, scopes, store_ids, expires_at, now }: NewToken) => sql`
    insert into api_tokens (user_id, name, public_part, token_hash, scopes, store_ids, expires_at, created_at)
    values (${user_id}, ${name}, ${public_part}, ${token_hash}, ${scopes}, ${store_ids}, ${expires_at}, ${now})
    returning id`,
)

export const getApiTokenExpiry = get(
  v.object({ expires_at: v.nullable(Timestamp) }),
  { token_id: 1 },
  (sql, { token_id }: { token_id: number }) => sql`select expires_at from api_tokens where id = ${token_id}`,
)

/** Ends a token at once; nothing when there is none with this id. */
export const revokeApiToken = find(
  v.object({ id: Id, name: v.string(), public_part: v.string() }),
  { token_id: 1, now: new Date(0) },
  (sql, { token_id, now }: { token_id: number; now: Date }) => sql`
    update api_tokens set revoked_at = ${now} where id = ${token_id} and revoked_at is null
    returning id, name, public_part`,
)

/** Ends all tokens of a user at once. */
export const revokeApiTokensOf = command(
  { user_id: 1, now: new Date(0) },
  (sql, { user_id, now }: { user_id: number; now: Date }) =>
    sql`update api_tokens set revoked_at = ${now} where user_id = ${user_id} and revoked_at is null`,
)

const TokenUser = v.object({
  token_id: Id,
  id: Id,
  email: v.string(),
  role: Role,
  scopes: v.array(v.string()),
  token_store_ids: v.nullable(v.array(Id)),
  store_ids: v.nullable(v.array(Id)),
  expires_at: v.nullable(Timestamp),
})

/** The user behind a token that is neither revoked nor expired; notes its use, at most once a minute. */
export const findTokenUser = find(
  TokenUser,
  { token_hash: new Uint8Array(32), now: new Date(0) },
  (sql, { token_hash, now }: { token_hash: Uint8Array; now: Date }) => sql`
    with found as (
      select t.id as token_id, u.id, u.email, u.role, t.scopes, t.store_ids as token_store_ids, u.store_ids, t.expires_at
      from api_tokens t
      join users u on u.id = t.user_id
      where t.token_hash = ${token_hash} and t.revoked_at is null and (t.expires_at is null or t.expires_at > ${now})
        and u.disabled_at is null
    ),
    used as (
      update api_tokens set last_used_at = ${now}
      where id = (select token_id from found)
        and (last_used_at is null or last_used_at < ${now}::timestamptz - interval '1 minute')
    )
    select token_id, id, email, role, scopes, token_store_ids, store_ids, expires_at from found`,
)
