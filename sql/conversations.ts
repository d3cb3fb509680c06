import * as v from 'valibot'
import { command, find, get, query } from './query.ts'
import { Id } from './units.ts'

const Agent = v.picklist(['alfred', 'roos', 'elisa'])
const Channel = v.picklist(['telegram', 'api'])
export type AgentName = v.InferOutput<typeof Agent>
export type Channel = v.InferOutput<typeof Channel>

export const Conversation = v.object({ id: Id, agent: Agent, user_id: Id, channel: Channel })

type NewConversation = { agent: AgentName; user_id: number; channel: Channel }
const NEW: NewConversation = { agent: 'alfred', user_id: 1, channel: 'api' }

export const createConversation = get(
  Conversation,
  NEW,
  (sql, { agent, user_id, channel }: NewConversation) => sql`
    insert into conversations (agent, user_id, channel) values (${agent}, ${user_id}, ${channel})
    returning id, agent, user_id, channel`,
)

/** A conversation of this user; another's is not found. */
export const findConversation = find(
  Conversation,
  { conversation_id: 1, user_id: 1 },
  (sql, { conversation_id, user_id }: { conversation_id: number; user_id: number }) =>
    sql`select id, agent, user_id, channel from conversations where id = ${conversation_id} and user_id = ${user_id}`,
)

/** The user's last conversation on a channel with a message in the 12 hours before `now`: what a chat goes on with. */
export const findOpenConversation = find(
  Conversation,
  { user_id: 1, channel: 'telegram', now: new Date(0) },
  (sql, { user_id, channel, now }: { user_id: number; channel: Channel; now: Date }) => sql`
    select c.id, c.agent, c.user_id, c.channel
    from conversations c
    where c.user_id = ${user_id} and c.channel = ${channel}
      and exists (select 1 from messages m where m.conversation_id = c.id and m.created_at > ${now}::timestamptz - interval '12 hours')
    order by c.id desc
    limit 1`,
)

export const Message = v.object({ id: Id, role: v.picklist(['user', 'assistant', 'tool']), content: v.unknown() })

/** The messages of a conversation, oldest first, as the model's API takes them. */
export const listMessages = query(
  Message,
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) =>
    sql`select id, role, content from messages where conversation_id = ${conversation_id} order by id`,
)

/** Held until the end of the transaction, so that two answers to one conversation are stored one after the other. */
export const lockConversation = command(
  { conversation_id: 1 },
  (sql, { conversation_id }: { conversation_id: number }) =>
    sql`select id from conversations where id = ${conversation_id} for update`,
)

type NewMessage = { conversation_id: number; role: 'user' | 'assistant' | 'tool'; content: unknown }

export const addMessage = get(
  v.object({ id: Id }),
  { conversation_id: 1, role: 'user', content: [] },
  (sql, { conversation_id, role, content }: NewMessage) => sql`
    insert into messages (conversation_id, role, content)
    values (${conversation_id}, ${role}, ${sql.json(content as never)})
    returning id`,
)
