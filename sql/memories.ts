import * as v from 'valibot'
import { AgentName } from './conversations.ts'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { BusinessDay, Count, Id } from './units.ts'

export const MemoryScope = v.picklist(['person', 'chat', 'team'])
export type MemoryScope = v.InferOutput<typeof MemoryScope>
export const MemoryKind = v.picklist(['rule', 'preference', 'episode'])
export type MemoryKind = v.InferOutput<typeof MemoryKind>
export const MemoryStatus = v.picklist(['proposed', 'active', 'forgotten', 'superseded'])
export type MemoryStatus = v.InferOutput<typeof MemoryStatus>

/**
 * Something remembered, with its papers: who said it in which message, who approved it, how often it was used. `contradicts` are the ids of
 * memories that say otherwise; the last day it holds is `valid_until`.
 */
export const Memory = v.object({
  id: Id,
  content: v.string(),
  category: v.string(),
  scope: MemoryScope,
  kind: MemoryKind,
  status: MemoryStatus,
  store: v.nullable(v.string()),
  owner: v.string(),
  agent: v.nullable(AgentName),
  conversation_id: v.nullable(Id),
  message_id: v.nullable(Id),
  approved_by: v.nullable(v.string()),
  contradicts: v.array(Id),
  superseded_by: v.nullable(Id),
  valid_until: v.nullable(BusinessDay),
  use_count: Count,
  last_used_at: v.nullable(v.string()),
  created_at: v.string(),
})
export type Memory = v.InferOutput<typeof Memory>

const memories = (sql: Sql): Statement => sql`
    select m.id, m.content, m.category, m.scope, m.kind, m.status, s.slug as store, u.email as owner, m.agent, m.conversation_id, m.message_id,
           a.email as approved_by, m.contradicts, m.superseded_by, m.valid_until, m.use_count, iso(m.last_used_at) as last_used_at,
           iso(m.created_at) as created_at
    from memories m
    join users u on u.id = m.owner_id
    left join users a on a.id = m.approved_by
    left join stores s on s.id = m.store_id`

type Listing = {
  user_id: number | null
  chat_id: number | null
  scope: MemoryScope | null
  status: MemoryStatus | null
  q: string | null
  limit: number
  offset: number
  after: number | null
}
const LISTING: Listing = {
  user_id: 1,
  chat_id: null,
  scope: null,
  status: null,
  q: null,
  limit: 50,
  offset: 0,
  after: null,
}

/**
 * Memories, newest first, without forgotten ones unless asked for: the person's own, those of the team, and of chats that they said
 * themselves or that are of `chat_id`. `user_id` null: everybody's, as far as row-level security shows them.
 */
export const listMemories = query(
  Memory,
  LISTING,
  (sql, { user_id, chat_id, scope, status, q, limit, offset, after }: Listing) => sql`
    ${memories(sql)}
    where (${user_id}::bigint is null or m.owner_id = ${user_id} or m.scope = 'team' or (m.scope = 'chat' and m.chat_id = ${chat_id}))
      and (${scope}::text is null or m.scope = ${scope})
      and m.status = any(case when ${status}::text is null then array['proposed', 'active'] else array[${status}::text] end)
      and (${q}::text is null or strpos(lower(m.content), lower(${q})) > 0)
      and (${after}::bigint is null or m.id < ${after})
    order by m.id desc
    limit ${limit} offset ${offset}`,
)

export const findMemory = find(
  Memory,
  { id: 1 },
  (sql, { id }: { id: number }) => sql`${memories(sql)} where m.id = ${id}`,
)

/** Takes a memory for a change until the end of the transaction. */
export const lockMemory = find(
  v.object({ id: Id, owner_id: Id, scope: MemoryScope, status: MemoryStatus }),
  { id: 1 },
  (sql, { id }: { id: number }) =>
    sql`select id, owner_id, scope, status from memories where id = ${id} for no key update`,
)

/** From `related` on (0 to 1) two texts are about the same, from `same` on they say the same. */
type Alike = {
  content: string
  embedding: string | null
  embedding_model: string | null
  related: number
  same: number
}
const ALIKE: Alike = { content: 'Answer in Dutch', embedding: null, embedding_model: null, related: 0.35, same: 0.6 }

/**
 * Memories that say something like `content`, most alike first: by the trigrams that they share, or by how near their
 * meanings are. Whoever they are of, as far as they are seen.
 */
export const memoriesLike = query(
  v.object({ id: Id, content: v.string(), scope: MemoryScope, is_same: v.boolean() }),
  ALIKE,
  (sql, { content, embedding, embedding_model, related, same }: Alike) => sql`
    select id, content, scope, alike >= ${same}::float8 as is_same
    from (select id, content, scope,
                 greatest(similarity(lower(content), lower(${content})),
                          case when embedding_model = ${embedding_model}
                               then 1 - (embedding <=> ${embedding}::vector) else 0 end)::float8 as alike
          from memories
          where status in ('proposed', 'active')) near
    where alike >= ${related}::float8
    order by alike desc, id
    limit 5`,
)

type New = {
  scope: MemoryScope
  owner_id: number
  chat_id: number | null
  store_id: number | null
  kind: MemoryKind
  category: string
  content: string
  status: 'proposed' | 'active'
  agent: AgentName | null
  conversation_id: number | null
  message_id: number | null
  approved_by: number | null
  contradicts: number[]
  valid_until: string | null
  embedding: string | null
  embedding_model: string | null
  now: Date
}
const NEW: New = {
  scope: 'person',
  owner_id: 1,
  chat_id: null,
  store_id: null,
  kind: 'preference',
  category: 'language',
  content: 'Answer in Dutch',
  status: 'active',
  agent: 'alfred',
  conversation_id: null,
  message_id: null,
  approved_by: null,
  contradicts: [],
  valid_until: null,
  embedding: null,
  embedding_model: null,
  now: new Date(0),
}

export const addMemory = get(
  v.object({ id: Id }),
  NEW,
  (sql, m: New) => sql`
    insert into memories (
      scope, owner_id, chat_id, store_id, kind, category, content, status, agent, conversation_id, message_id, approved_by, contradicts,
      valid_until, embedding, embedding_model, created_at, updated_at)
    values (
      ${m.scope}, ${m.owner_id}, ${m.chat_id}, ${m.store_id}, ${m.kind}, ${m.category}, ${m.content}, ${m.status}, ${m.agent},
      ${m.conversation_id}, ${m.message_id}, ${m.approved_by}, ${m.contradicts}::bigint[], ${m.valid_until}::date, ${m.embedding}::vector,
      ${m.embedding_model}, ${m.now}, ${m.now})
    returning id`,
)

type Changed = {
  id: number
  content: string | null
  category: string | null
  valid_until: string | null | undefined
  now: Date
}
const CHANGED: Changed = { id: 1, content: null, category: 'language', valid_until: null, now: new Date(0) }

/** Changes the words of a memory, its category or its last day (null: none); what is left out stays. Other words need another vector. */
export const updateMemory = command(
  CHANGED,
  (sql, { id, content, category, valid_until, now }: Changed) => sql`
    update memories
    set content = coalesce(${content}, content), category = coalesce(${category}, category), updated_at = ${now}
        ${valid_until === undefined ? sql`` : sql`, valid_until = ${valid_until}::date`}
        ${content === null ? sql`` : sql`, embedding = null, embedding_model = null`}
    where id = ${id}`,
)

/** A person's yes to a memory. */
export const approveMemory = command(
  { id: 1, user_id: 1, now: new Date(0) },
  (sql, { id, user_id, now }: { id: number; user_id: number; now: Date }) => sql`
    update memories set status = 'active', approved_by = ${user_id}, updated_at = ${now} where id = ${id} and status = 'proposed'`,
)

/** Forgets a memory: its words are gone, only that there was one is kept. 0 when it was forgotten before. */
export const forgetMemory = command(
  { id: 1, now: new Date(0) },
  (sql, { id, now }: { id: number; now: Date }) => sql`
    update memories
    set status = 'forgotten', content = '', category = '', embedding = null, embedding_model = null, contradicts = '{}', updated_at = ${now}
    where id = ${id} and status <> 'forgotten'`,
)

/** A memory whose place another one took. */
export const supersedeMemory = command(
  { id: 1, superseded_by: 2, now: new Date(0) },
  (sql, { id, superseded_by, now }: { id: number; superseded_by: number; now: Date }) => sql`
    update memories set status = 'superseded', superseded_by = ${superseded_by}, updated_at = ${now}
    where id = ${id} and status in ('proposed', 'active')`,
)
