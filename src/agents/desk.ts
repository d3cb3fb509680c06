import { seeing, type Sql } from '../../sql/connect.ts'
import { type AgentName, type Channel, listMessages } from '../../sql/conversations.ts'
import { getWorkspace, listStores } from '../../sql/stores.ts'
import type { Who } from '../access.ts'
import { dayIn } from '../day.ts'
import { type AgentDeps, newTurn } from './agent-deps.ts'
import { alfred } from './alfred.ts'
import type { Answer } from './answer.ts'
import { inTurn, keepAnswer, keepQuestion, openConversation, pastOf } from './conversation.ts'
import { runLoop, type StoredMessage } from './loop.ts'
import type { Model } from './model.ts'

export type Question = {
  who: Who
  channel: Channel
  text: string
  /** Goes on with this conversation. Without it the question goes on with the last one of its chat, or starts a new one. */
  conversation_id?: number | undefined
  /** Telegram's id of the chat. */
  chat_id?: number | undefined
  /** The slug of the store that the person is looking at. */
  store?: string | undefined
  /** Who is asked; Alfred unless named. */
  agent?: AgentName | undefined
  /** Gets short lines on what is being done. */
  onProgress?: (line: string) => void
  /** Gets pieces of the answer as soon as they are proven. The answer's text replaces them. */
  onText?: (piece: string) => void
  /** Stops the work; `ask` then rejects with its reason. */
  signal?: AbortSignal
}

export type Desk = { ask: (question: Question) => Promise<Answer> }

/** Requests to the model and tokens of all kinds that one question may take. */
const LIMITS = { turns: 12, tokens: 200_000 }

/**
 * Where questions in free text arrive, from Telegram, REST and tasks alike. A conversation is stored word for word; its questions are
 * answered one after the other. Throws AppError `unavailable` when the model has no key or does not answer.
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
    async ask(asked) {
      const { who, channel, conversation_id, chat_id, agent = 'alfred', signal } = asked
      const db: AgentDeps['db'] = (work) => seeing(sql, who.stores, work)
      const { id } = await db((tx) =>
        openConversation(tx, { who, channel, agent, conversation_id, chat_id, now: now() }),
      )
      return inTurn(db, id, signal, () => answerTo(asked, id, db))
    },
  }

  async function answerTo(asked: Question, conversation_id: number, db: AgentDeps['db']): Promise<Answer> {
    const { who, channel, text, store, signal, onProgress } = asked
    const [stored, workspace, stores] = await db((tx) =>
      Promise.all([listMessages(tx, { conversation_id }), getWorkspace(tx, {}), listStores(tx, {})]),
    )
    const question: StoredMessage = {
      role: 'user',
      content: [{ type: 'text', text: store ? `${text}\n\n(The person is looking at the store "${store}".)` : text }],
    }
    const message_id = await keepQuestion(db, conversation_id, question)
    const turn = newTurn()
    const deps: AgentDeps = {
      db,
      now,
      who,
      channel,
      conversation_id,
      message_id,
      turn,
      progress: (line) => onProgress?.(line),
    }
    const result = await runLoop({
      model,
      agent: alfred({ model: alfredModel, workspace, stores, today: dayIn(workspace.time_zone, now()) }),
      deps,
      history: pastOf(stored),
      question,
      limits: LIMITS,
      report,
      ...(signal && { signal }),
    })
    const answered = await db((tx) => keepAnswer(tx, { conversation_id, message_id, messages: result.messages }))
    return {
      conversation_id,
      message_id: answered,
      agent: 'alfred',
      text: result.text,
      receipt_ids: [],
      action_ids: turn.action_ids,
      citations: turn.citations,
      notice: null,
    }
  }
}
