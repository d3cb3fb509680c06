import * as v from 'valibot'
import type { Sql } from './connect.ts'
import { command, find, get, query, type Statement } from './query.ts'
import { Count, Id } from './units.ts'

export const AgentName = v.picklist(['alfred', 'roos', 'elisa'])
const Channel = v.picklist(['telegram', 'api', 'task'])
export type AgentName = v.InferOutput<typeof AgentName>
export type Channel = v.InferOutput<typeof Channel>

export const Conversation = v.object({ id: Id, agent: AgentName, user_id: Id, channel: Channel })

type NewConversation = {
  agent: AgentName
  user_id: number
  channel: Channel
  store_ids: readonly number[] | null
  chat_id: number | null
}
const NEW: NewConversation = { agent: 'alfred', user_id: 1, channel: 'api', store_ids: null, chat_id: null }

/** `store_ids`: the stores that the person is limited to now, null for all; whoever sees fewer later does not see the conversation. */
export const createConversation = get(
  Conversation,
  NEW,
  (sql, { agent, user_id, channel, store_ids, chat_id }: NewConversation) => sql`
    insert into conversations (agent, user_id, channel, store_ids, chat_id)
    values (${agent}, ${user_id}, ${channel}, ${store_ids && [...store_ids]}, ${chat_id})
    returning id, agent, user_id, channel`,
)

/** Held until the end of the transaction, so that two first questions in a chat do not begin two conversations. */
export const lockChat = command(
  { chat_id: 1 },
  (sql, { chat_id }: { chat_id: number }) =>
    sql`select pg_advisory_xact_lock(hashtextextended('chat ' || ${chat_id}::bigint, 0))`,
)

/** The Telegram chat of a conversation. */
export const chatOfConversation = find(
  v.object({ chat_id: v.nullable(v.number()) }),
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) =>
    sql`select chat_id from conversations where id = ${conversation_id}`,
)

/** A conversation of this user; another's is not found. */
export const findConversation = find(
  Conversation,
  { conversation_id: 1, user_id: 1 },
  (sql, { conversation_id, user_id }: { conversation_id: number; user_id: number }) =>
    sql`select id, agent, user_id, channel from conversations where id = ${conversation_id} and user_id = ${user_id}`,
)

/** The user's last conversation in a chat that began or had a message in the 12 hours before `now`: what the chat goes on with. */
export const findOpenConversation = find(
  Conversation,
  { user_id: 1, chat_id: 1, now: new Date(0) },
  (sql, { user_id, chat_id, now }: { user_id: number; chat_id: number; now: Date }) => sql`
    select c.id, c.agent, c.user_id, c.channel
    from conversations c
    where c.user_id = ${user_id} and c.chat_id = ${chat_id}
      and coalesce((select max(m.created_at) from messages m where m.conversation_id = c.id), c.created_at)
          > ${now}::timestamptz - interval '12 hours'
    order by c.id desc
    limit 1`,
)

/** The user's last conversation in a chat, however old. */
export const findLastConversation = find(
  v.object({ id: Id }),
  { user_id: 1, chat_id: 1 },
  (sql, { user_id, chat_id }: { user_id: number; chat_id: number }) =>
    sql`select id from conversations where user_id = ${user_id} and chat_id = ${chat_id} order by id desc limit 1`,
)

export const Message = v.object({ id: Id, role: v.picklist(['user', 'assistant', 'tool']), content: v.unknown() })

/** The messages of a conversation that go to the model again word for word, oldest first, as its API takes them. */
export const listMessages = query(
  Message,
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) => sql`
    select m.id, m.role, m.content
    from messages m
    join conversations c on c.id = m.conversation_id
    where m.conversation_id = ${conversation_id} and m.sent_again and m.id > c.folded_up_to
    order by m.id`,
)

/** The notes on the part of a conversation that no longer goes to the model word for word; empty at first. */
export const getSummary = get(
  v.object({ summary: v.string() }),
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) =>
    sql`select summary from conversations where id = ${conversation_id}`,
)

type Folded = { conversation_id: number; summary: string; up_to: number }

export const foldConversation = command(
  { conversation_id: 1, summary: 'Topics', up_to: 1 },
  (sql, { conversation_id, summary, up_to }: Folded) => sql`
    update conversations set summary = ${summary}, folded_up_to = ${up_to} where id = ${conversation_id}`,
)

type NewMessage = {
  conversation_id: number
  role: 'user' | 'assistant' | 'tool'
  content: unknown
  sent_again: boolean
}

/** The content is kept letter by letter: the driver's own way to send JSON would order keys anew. */
export const addMessage = get(
  v.object({ id: Id }),
  { conversation_id: 1, role: 'user', content: [], sent_again: true },
  (sql, { conversation_id, role, content, sent_again }: NewMessage) => sql`
    insert into messages (conversation_id, role, content, sent_again)
    values (${conversation_id}, ${role}, ${JSON.stringify(content)}::text::json, ${sent_again})
    returning id`,
)

/** From now on the question goes to the model again: it has its answer. */
export const sendAgain = command(
  { message_id: 1 },
  (sql, { message_id }: { message_id: number }) => sql`update messages set sent_again = true where id = ${message_id}`,
)

/**
 * Claims a conversation for half a minute, to answer a question in it; touches no row while another question is being answered there.
 * To be renewed with `keepClaim` and given back with `endClaim`.
 */
export const claimConversation = command(
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) => sql`
    update conversations set answering_until = clock_timestamp() + interval '30 seconds'
    where id = ${conversation_id} and (answering_until is null or answering_until < clock_timestamp())`,
)

export const keepClaim = command(
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) => sql`
    update conversations set answering_until = clock_timestamp() + interval '30 seconds' where id = ${conversation_id}`,
)

export const endClaim = command(
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) =>
    sql`update conversations set answering_until = null where id = ${conversation_id}`,
)

/** A conversation as people read it: `title` is how it began, `summary` the notes on its older part, empty while it is short. */
export const ListedConversation = v.object({
  id: Id,
  agent: AgentName,
  user_id: Id,
  channel: Channel,
  title: v.string(),
  summary: v.string(),
  messages: Count,
  created_at: v.string(),
})

type Listing = { user_id: number; conversation_id: number | null; limit: number; offset: number; after: number | null }
const LISTING: Listing = { user_id: 1, conversation_id: null, limit: 50, offset: 0, after: null }

/** What a person said in a message: its texts, without what the desk put before them. */
const words = (sql: Sql, message: Statement) => sql`
  (select string_agg(part ->> 'text', E'\n' order by place)
   from json_array_elements(${message}) with ordinality parts (part, place)
   where part ->> 'type' = 'text' and not (place = 1 and starts_with(part ->> 'text', '<context>')))`

/** The conversations of a user, newest first, or the one of them that is named. */
export const listConversations = query(
  ListedConversation,
  LISTING,
  (sql, { user_id, conversation_id, limit, offset, after }: Listing) => sql`
    select c.id, c.agent, c.user_id, c.channel,
           coalesce(left((select ${words(sql, sql`m.content`)} from messages m
                          where m.conversation_id = c.id and m.role = 'user' order by m.id limit 1), 120), '') as title,
           c.summary,
           (select count(*) from messages m where m.conversation_id = c.id) as messages,
           iso(c.created_at) as created_at
    from conversations c
    where c.user_id = ${user_id}
      and (${conversation_id}::bigint is null or c.id = ${conversation_id})
      and (${after}::bigint is null or c.id < ${after})
    order by c.id desc
    limit ${limit} offset ${offset}`,
)

/** A user's id by a conversation that they had. */
export const findConversationOwner = find(
  v.object({ user_id: Id }),
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) =>
    sql`select user_id from conversations where id = ${conversation_id}`,
)

const Block = v.union([
  v.object({ type: v.literal('text'), text: v.string() }),
  v.object({ type: v.literal('tool_use'), id: v.string(), name: v.string(), input: v.unknown() }),
  v.object({ type: v.literal('tool_result'), id: v.string(), text: v.string(), is_error: v.boolean() }),
])

/**
 * A message as people read it. `content` is its text: what was said, which tools were called, what they gave; `blocks` are the same parts
 * one by one; `receipt_ids` prove the figures of an answer. Thoughts, and what a model wrote before it called its tools, are in neither: nothing proves their figures.
 */
export const ReadMessage = v.object({
  id: Id,
  conversation_id: Id,
  role: v.picklist(['user', 'assistant', 'tool']),
  content: v.string(),
  blocks: v.array(Block),
  receipt_ids: v.array(Id),
  created_at: v.string(),
})

type Reading = { conversation_id: number; limit: number; offset: number; after: number | null }

/** The messages of a conversation, oldest first. */
export const readMessages = query(
  ReadMessage,
  { conversation_id: 1, limit: 50, offset: 0, after: null },
  (sql, { conversation_id, limit, offset, after }: Reading) => sql`
    select m.id, m.conversation_id, m.role, coalesce(shown.content, '') as content, coalesce(shown.blocks, '[]') as blocks,
           (select coalesce(json_agg(r.id order by r.id), '[]') from receipts r where r.message_id = m.id) as receipt_ids,
           iso(m.created_at) as created_at
    from messages m
    cross join lateral (
      select string_agg(case part ->> 'type'
                          when 'text' then part ->> 'text'
                          when 'tool_use' then (part ->> 'name') || ' ' || (part -> 'input')::text
                          when 'tool_result' then part ->> 'content' end, E'\n' order by place) as content,
             json_agg(case part ->> 'type'
                        when 'text' then json_build_object('type', 'text', 'text', part ->> 'text')
                        when 'tool_use' then json_build_object(
                          'type', 'tool_use', 'id', part ->> 'id', 'name', part ->> 'name', 'input', part -> 'input')
                        else json_build_object(
                          'type', 'tool_result', 'id', part ->> 'tool_use_id', 'text', part ->> 'content',
                          'is_error', coalesce((part ->> 'is_error')::boolean, false)) end order by place) as blocks
      from json_array_elements(m.content) with ordinality parts (part, place)
      where part ->> 'type' in ('text', 'tool_use', 'tool_result')
        and not (m.role = 'user' and place = 1 and part ->> 'type' = 'text' and starts_with(part ->> 'text', '<context>'))
        and not (m.role = 'assistant' and part ->> 'type' = 'text' and m.content::jsonb @> '[{"type": "tool_use"}]')) shown
    where m.conversation_id = ${conversation_id} and (${after}::bigint is null or m.id > ${after})
    order by m.id
    limit ${limit} offset ${offset}`,
)

/** Deletes a conversation with its messages; touches no row while a question is being answered in it. */
export const deleteConversation = command(
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) => sql`
    delete from conversations
    where id = ${conversation_id} and (answering_until is null or answering_until < clock_timestamp())`,
)
