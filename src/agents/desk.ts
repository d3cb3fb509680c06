import type Anthropic from '@anthropic-ai/sdk'
import { seeing, type Sql, transaction } from '../../sql/connect.ts'
import {
  addMessage,
  type Channel,
  createConversation,
  findConversation,
  findOpenConversation,
  listMessages,
  lockConversation,
} from '../../sql/conversations.ts'
import { getWorkspace, listStores } from '../../sql/stores.ts'
import type { Who } from '../access.ts'
import { dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import type { AgentDeps } from './agent-deps.ts'
import { alfred } from './alfred.ts'
import { runLoop } from './loop.ts'
import type { Model } from './model.ts'

export type Question = {
  who: Who
  channel: Channel
  text: string
  /** Goes on with this conversation; without it a chat goes on with its last one, and the API starts a new one. */
  conversation_id?: number | undefined
  /** The slug of the store that the person is looking at. */
  store?: string | undefined
  signal?: AbortSignal
}
export type Answer = { conversation_id: number; agent: string; text: string }

export type Desk = { ask: (question: Question) => Promise<Answer> }

/** Requests to the model and tokens of all kinds that one question may take. */
const LIMITS = { turns: 12, tokens: 200_000 }
/** Messages of the past that travel with a question; the rest stays in the database. */
const REMEMBERED = 60

/**
 * Where questions in free text arrive, from Telegram and REST alike. A conversation is stored word for word.
 * Throws AppError `unavailable` when the model has no key or does not answer.
 */
export function createDesk({
  sql,
  now,
  model,
  alfredModel,
  report,
}: {
  sql: Sql
  now: () => Date
  model: Model
  alfredModel: string
  report: (error: unknown) => void
}): Desk {
  return {
    async ask({ who, channel, text, conversation_id, store, signal }) {
      const conversation = await conversationOf({ who, channel, conversation_id })
      const history = conversation ? pastOf(await listMessages(sql, { conversation_id: conversation.id })) : []
      const db: AgentDeps['db'] = (work) => seeing(sql, who.stores, work)
      const [workspace, stores] = await db((tx) => Promise.all([getWorkspace(tx, {}), listStores(tx, {})]))
      const result = await runLoop({
        model,
        agent: alfred({ model: alfredModel, workspace, stores, today: dayIn(workspace.time_zone, now()) }),
        deps: { db, now, who },
        history,
        question: store ? `${text}\n\n(The person is looking at the store "${store}".)` : text,
        limits: LIMITS,
        report,
        ...(signal && { signal }),
      })
      const id = await transaction(sql, async (tx) => {
        const kept = conversation ?? (await createConversation(tx, { agent: 'alfred', user_id: who.user_id, channel }))
        await lockConversation(tx, { conversation_id: kept.id })
        for (const message of result.messages)
          await addMessage(tx, {
            conversation_id: kept.id,
            role: storedRole(message),
            content: storable(message.content),
          })
        return kept.id
      })
      return { conversation_id: id, agent: 'alfred', text: result.text }
    },
  }

  async function conversationOf({
    who,
    channel,
    conversation_id,
  }: Pick<Question, 'who' | 'channel' | 'conversation_id'>) {
    if (conversation_id === undefined)
      return channel === 'telegram'
        ? findOpenConversation(sql, { user_id: who.user_id, channel, now: now() })
        : undefined
    const found = await findConversation(sql, { conversation_id, user_id: who.user_id })
    if (!found)
      throw new AppError(
        'not_found',
        `You have no conversation ${conversation_id}. Leave conversation_id out to start one.`,
      )
    return found
  }
}

/** The API sends the results of tools as the user; a reader of the conversation should see the difference. */
function storedRole({ role, content }: Anthropic.MessageParam): 'user' | 'assistant' | 'tool' {
  if (role === 'assistant') return 'assistant'
  return Array.isArray(content) && content.some((block) => block.type === 'tool_result') ? 'tool' : 'user'
}

/** A model may write what jsonb cannot hold: NUL and halves of surrogate pairs. */
const storable = (content: Anthropic.ContentBlockParam[]): unknown =>
  JSON.parse(JSON.stringify(content), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
  )

/** The last messages as the API takes them; it wants a person's question first. */
function pastOf(stored: { role: string; content: unknown }[]): Anthropic.MessageParam[] {
  const recent = stored.slice(-REMEMBERED)
  const start = recent.findIndex((message) => message.role === 'user')
  return start < 0
    ? []
    : recent.slice(start).map(({ role, content }) => ({
        role: role === 'assistant' ? 'assistant' : 'user',
        content: content as Anthropic.ContentBlockParam[],
      }))
}
