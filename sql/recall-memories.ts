import * as v from 'valibot'
import { MemoryKind, MemoryScope } from './memories.ts'
import { query } from './query.ts'
import { BusinessDay, Id } from './units.ts'

export const RecalledMemory = v.object({
  id: Id,
  content: v.string(),
  kind: MemoryKind,
  scope: MemoryScope,
  day: BusinessDay,
  contradicts: v.array(Id),
})
export type RecalledMemory = v.InferOutput<typeof RecalledMemory>

type Asked = {
  user_id: number
  conversation_id: number | null
  text: string
  embedding: string | null
  embedding_model: string | null
  now: Date
  limit: number
}
const ASKED: Asked = {
  user_id: 1,
  conversation_id: null,
  text: 'What did we earn?',
  embedding: null,
  embedding_model: null,
  now: new Date(0),
  limit: 6,
}

/**
 * What is worth knowing for a question, best first, and notes that it was used. Meaning counts most (by vector, or by how many telling words of
 * the question come close to one of it), then
 * that it is recent, then that it is the person's own. Preferences and rules hold for every question, so they come also without a shared
 * word when there is room; episodes only when they fit.
 */
export const recallMemories = query(
  RecalledMemory,
  ASKED,
  (sql, { user_id, conversation_id, text, embedding, embedding_model, now, limit }: Asked) => sql`
    with asked as (
      select distinct word
      from regexp_split_to_table(lower(${text}), '[^[:alnum:]]+') word
      where length(word) > 3
        and length(to_tsvector('english', word)) > 0 and length(to_tsvector('dutch', word)) > 0 and length(to_tsvector('german', word)) > 0
      limit 50
    ),
    scored as (
      select m.id, m.content, m.kind, m.scope, m.contradicts, m.created_at,
             greatest(least(1, 0.4 * (select count(*) from asked where word_similarity(word, lower(m.content)) >= 0.6)),
                      case when m.embedding_model = ${embedding_model}
                           then 1 - (m.embedding <=> ${embedding}::vector) else 0 end)::float8 as fit,
             0.2 * exp(extract(epoch from m.created_at - ${now}::timestamptz)::float8 / 2592000) as fresh
      from memories m
      left join conversations c on c.id = ${conversation_id}::bigint
      where m.status = 'active' and (m.valid_until is null or m.valid_until >= (${now}::timestamptz at time zone 'UTC')::date)
        and (m.scope = 'team' or (m.scope = 'person' and m.owner_id = ${user_id}) or (m.scope = 'chat' and m.chat_id = c.chat_id))
    ),
    best as (
      select id, content, kind, scope, contradicts, created_at,
             fit + fresh + case when scope = 'person' then 0.1 else 0 end + case when kind = 'episode' then 0 else 0.15 end as score
      from scored
      where fit >= 0.25 or kind <> 'episode'
      order by score desc, id desc
      limit ${limit}
    ),
    used as (
      update memories set use_count = use_count + 1, last_used_at = ${now} where id in (select id from best)
    )
    select id, content, kind, scope, (created_at at time zone 'UTC')::date as day, contradicts
    from best
    order by score desc, id desc`,
)
