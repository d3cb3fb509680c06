import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Count, Id } from './units.ts'

export const Role = v.picklist(['owner', 'admin', 'finance', 'marketer', 'viewer'])
export type Role = v.InferOutput<typeof Role>

export const User = v.object({ id: Id, email: v.string(), role: Role })
export type User = v.InferOutput<typeof User>

const Credentials = v.object({
  id: Id,
  email: v.string(),
  role: Role,
  password_hash: v.nullable(v.string()),
  second_factor: v.boolean(),
})

const hasSecondFactor = (sql: Sql): Statement =>
  sql`exists (select 1 from second_factors f where f.user_id = users.id and f.confirmed_at is not null)`

/** The user who signs in with this e-mail address, in any case; not one who was disabled. */
export const findCredentials = find(
  Credentials,
  { email: 'owner@example.com' },
  (sql, { email }: { email: string }) =>
    sql`select id, email, role, password_hash, ${hasSecondFactor(sql)} as second_factor from users where email = lower(${email}) and disabled_at is null`,
)

export const findCredentialsById = find(
  Credentials,
  { user_id: 1 },
  (sql, { user_id }: { user_id: number }) =>
    sql`select id, email, role, password_hash, ${hasSecondFactor(sql)} as second_factor from users where id = ${user_id}`,
)

export const countUsers = get(v.object({ users: Count }), {}, (sql) => sql`select count(*) as users from users`)

/** The first owner: whom a pairing without a named user is bound to. */
export const findFirstOwner = find(
  User,
  {},
  (sql) => sql`select id, email, role from users where role = 'owner' and disabled_at is null order by id limit 1`,
)

type NewUser = { email: string; role: Role; password_hash: string | null; store_ids?: number[] | null }
const NEW: NewUser = { email: 'owner@example.com', role: 'owner', password_hash: 'x', store_ids: null }

/** Creates the user, or answers nothing when the e-mail address is taken. */
export const createUser = find(
  User,
  NEW,
  (sql, { email, role, password_hash, store_ids = null }: NewUser) => sql`
    insert into users (email, role, password_hash, store_ids) values (lower(${email}), ${role}, ${password_hash}, ${store_ids})
    on conflict (email) do nothing
    returning id, email, role`,
)

export const setPasswordHash = command(
  { user_id: 1, password_hash: 'x' },
  (sql, { user_id, password_hash }: { user_id: number; password_hash: string }) =>
    sql`update users set password_hash = ${password_hash} where id = ${user_id}`,
)

/** A user as the team sees them. `stores`: the slugs they are limited to, null for all; `active`: they have set a password. */
export const Member = v.object({
  id: Id,
  email: v.string(),
  role: Role,
  stores: v.nullable(v.array(v.string())),
  disabled: v.boolean(),
  active: v.boolean(),
  second_factor: v.boolean(),
  created_at: v.string(),
})

type Listing = { user_id: number | null; limit: number; offset: number; after: number | null }
const LISTING: Listing = { user_id: null, limit: 50, offset: 0, after: null }

/** Users, newest first, disabled ones included; only the one of `user_id` when it is given. */
export const listUsers = query(
  Member,
  LISTING,
  (sql, { user_id, limit, offset, after }: Listing) => sql`
    select u.id, u.email, u.role,
           case when u.store_ids is not null
                then array(select s.slug from stores s where s.id = any(u.store_ids) order by s.slug) end as stores,
           u.disabled_at is not null as disabled, u.password_hash is not null as active,
           exists (select 1 from second_factors f where f.user_id = u.id and f.confirmed_at is not null) as second_factor, iso(u.created_at) as created_at
    from users u
    where (${user_id}::bigint is null or u.id = ${user_id}) and (${after}::bigint is null or u.id < ${after})
    order by u.id desc
    limit ${limit} offset ${offset}`,
)

/** What a change of a user is judged by; held until the end of the transaction. */
export const lockUser = find(
  v.object({ ...User.entries, store_ids: v.nullable(v.array(Id)), disabled: v.boolean() }),
  { user_id: 1 },
  (sql, { user_id }: { user_id: number }) => sql`
    select id, email, role, store_ids, disabled_at is not null as disabled from users where id = ${user_id} for update`,
)

/** Held until the end of the transaction, so that two owners cannot each remove the other. */
export const lockOwners = command({}, (sql) => sql`select id from users where role = 'owner' order by id for update`)

/** Owners who can sign in and are not limited to stores. */
export const countFullOwners = get(
  v.object({ owners: Count }),
  {},
  (sql) => sql`
    select count(*) as owners from users
    where role = 'owner' and store_ids is null and disabled_at is null and password_hash is not null`,
)

type Terms = { user_id: number; role: Role; store_ids: number[] | null; disabled: boolean; now: Date }
const TERMS: Terms = { user_id: 1, role: 'viewer', store_ids: [1], disabled: false, now: new Date(0) }

export const setUserTerms = command(
  TERMS,
  (sql, { user_id, role, store_ids, disabled, now }: Terms) => sql`
    update users set role = ${role}, store_ids = ${store_ids},
                     disabled_at = case when ${disabled} then coalesce(disabled_at, ${now}) end
    where id = ${user_id}`,
)
