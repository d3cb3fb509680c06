import type Anthropic from '@anthropic-ai/sdk'
import { type Sql, transaction } from '../../sql/connect.ts'
import {
  addMessage,
  type AgentName,
  type Channel,
  claimConversation,
  createConversation,
  endClaim,
  findConversation,
  findOpenConversation,
  keepClaim,
  lockChat,
  sendAgain,
} from '../../sql/conversations.ts'
import type { Who } from '../access.ts'
import { AppError } from '../errors.ts'
import type { AgentDeps } from './agent-deps.ts'
import type { StoredMessage } from './loop.ts'
import { asBlock } from './summary.ts'

type Asked = {
  who: Who
  channel: Channel
  agent: AgentName
  conversation_id?: number | undefined
  chat_id?: number | undefined
  now: Date
}

/**
 * The conversation that a question belongs to: the named one, in a chat the last one that still goes on, or a new one.
 * @throws AppError `not_found` for one that is not the asker's, or that holds figures of stores which they do not see
 */
export async function openConversation(sql: Sql, { who, channel, agent, conversation_id, chat_id, now }: Asked) {
  const { user_id, stores } = who
  if (conversation_id !== undefined) {
    const found = await findConversation(sql, { conversation_id, user_id })
    if (found) return found
    throw new AppError(
      'not_found',
      `You have no conversation ${conversation_id}. Leave conversation_id out to start one.`,
    )
  }
  const begun = { agent, user_id, channel, store_ids: stores === 'all' ? null : stores, chat_id: chat_id ?? null }
  if (chat_id === undefined) return createConversation(sql, begun)
  await lockChat(sql, { chat_id })
  return (await findOpenConversation(sql, { user_id, chat_id, now })) ?? createConversation(sql, begun)
}

/** How often a question looks whether the one before it is answered, how long it waits for that, and how often it says that it is still at it; ms. */
const [LOOKS, WAITS, RENEWS] = [100, 120_000, 10_000]

/**
 * Does the work while no other question of this conversation is being answered, in any process.
 * @throws AppError `conflict` when the one before it takes too long, and the signal's reason when it aborts
 */
export async function inTurn<T>(
  db: AgentDeps['db'],
  conversation_id: number,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (let waited = 0; (await db((tx) => claimConversation(tx, { conversation_id }))) === 0; waited += LOOKS) {
    if (waited >= WAITS)
      throw new AppError('conflict', 'I am still busy with your question before this one. Ask again in a moment.')
    await Bun.sleep(LOOKS)
    signal?.throwIfAborted()
  }
  let renewing: Promise<unknown> = Promise.resolve()
  const renewal = setInterval(() => {
    // When the database does not answer, the work itself says so.
    renewing = db((tx) => keepClaim(tx, { conversation_id })).catch(() => undefined)
  }, RENEWS)
  try {
    return await work()
  } finally {
    clearInterval(renewal)
    await renewing
    await db((tx) => endClaim(tx, { conversation_id }))
  }
}

/** Stores a question that is not answered yet; resolves to its id. */
export async function keepQuestion(db: AgentDeps['db'], conversation_id: number, { role, content }: StoredMessage) {
  const { id } = await db((tx) =>
    addMessage(tx, { conversation_id, role, content: storable(content), sent_again: false }),
  )
  return id
}

/** Stores what followed the question `message_id`; resolves to the id of the last message, the answer. */
export function keepAnswer(
  sql: Sql,
  { conversation_id, message_id, messages }: { conversation_id: number; message_id: number; messages: StoredMessage[] },
): Promise<number> {
  return transaction(sql, async (tx) => {
    await sendAgain(tx, { message_id })
    let last = message_id
    for (const message of messages) {
      const content = storable(message.content)
      const { id } = await addMessage(tx, { conversation_id, role: storedRole(message), content, sent_again: true })
      last = id
    }
    return last
  })
}

/** The API sends the results of tools as the user; a reader of the conversation should see the difference. */
function storedRole({ role, content }: StoredMessage): 'user' | 'assistant' | 'tool' {
  if (role === 'assistant') return 'assistant'
  return content.some((block) => block.type === 'tool_result') ? 'tool' : 'user'
}

/** A model may write what the database cannot hold: NUL and halves of surrogate pairs. */
const storable = (content: Anthropic.ContentBlockParam[]): unknown =>
  JSON.parse(JSON.stringify(content), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
  )

/** The past as the API takes it, beginning with the notes on what is not sent word for word any more. */
export function pastOf(summary: string, stored: { role: string; content: unknown }[]): StoredMessage[] {
  return stored.map(({ role, content }, at) => ({
    role: role === 'assistant' ? 'assistant' : 'user',
    content: [...(at === 0 && summary ? [asBlock(summary)] : []), ...(content as Anthropic.ContentBlockParam[])],
  }))
}
