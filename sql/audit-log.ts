import * as v from 'valibot'
import { command, query } from './query.ts'
import { Id } from './units.ts'

/** One change. `email` is of the person who made it, null when nobody was signed in; `token_id` the API token they used, if one. */
export const AuditEntry = v.object({
  id: Id,
  at: v.string(),
  email: v.nullable(v.string()),
  token_id: v.nullable(Id),
  action: v.string(),
  subject: v.string(),
  old_value: v.nullable(v.unknown()),
  new_value: v.nullable(v.unknown()),
  request_id: v.nullable(v.string()),
})

type Listing = { limit: number; offset: number; after: number | null }
const LISTING: Listing = { limit: 50, offset: 0, after: null }

/** Changes of money, access and secrets, newest first. */
export const listAuditLog = query(
  AuditEntry,
  LISTING,
  (sql, { limit, offset, after }: Listing) => sql`
    select id, iso(at) as at, email, token_id, action, subject, old_value, new_value, request_id
    from audit_log
    ${after === null ? sql`` : sql`where id < ${after}`}
    order by id desc
    limit ${limit} offset ${offset}`,
)

export type Audited = {
  user_id: number | null
  email: string | null
  token_id: number | null
  action: string
  subject: string
  old_value: unknown
  new_value: unknown
  request_id: string | null
}
const SAMPLE: Audited = {
  user_id: 1,
  email: 'a@b.c',
  token_id: null,
  action: 'user.created',
  subject: 'a@b.c',
  old_value: null,
  new_value: {},
  request_id: null,
}

/** Notes a change, in the transaction of the change itself. Secrets are never among the values. */
export const addAuditEntry = command(
  SAMPLE,
  (sql, { user_id, email, token_id, action, subject, old_value, new_value, request_id }: Audited) => sql`
    insert into audit_log (user_id, email, token_id, action, subject, old_value, new_value, request_id)
    values (${user_id}, ${email}, ${token_id}, ${action}, ${subject}, ${sql.json(old_value as never)}, ${sql.json(new_value as never)}, ${request_id})`,
)
