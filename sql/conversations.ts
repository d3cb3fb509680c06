import * as v from 'valibot'
import { command, find, get, query } from './query.ts'
import { Id } from './units.ts'

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

export const addMessage = get(
  v.object({ id: Id }),
  { conversation_id: 1, role: 'user', content: [], sent_again: true },
  (sql, { conversation_id, role, content, sent_again }: NewMessage) => sql`
    insert into messages (conversation_id, role, content, sent_again)
    values (${conversation_id}, ${role}, ${sql.json(content as never)}, ${sent_again})
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
