import { type AgentName, chatOfConversation } from '../../sql/conversations.ts'
import type { Sql } from '../../sql/connect.ts'
import {
  addMemory,
  findMemory,
  type Memory,
  memoriesLike,
  type MemoryKind,
  type MemoryScope,
} from '../../sql/memories.ts'
import { personSaid } from '../../sql/person-said.ts'
import { findStore } from '../../sql/stores.ts'
import { mayDo, storeScope, type Who } from '../access.ts'
import { AppError } from '../errors.ts'
import { mustHoldNoFigure } from './no-figures.ts'

export type Remembered = {
  content: string
  scope: MemoryScope
  kind: MemoryKind
  category?: string | undefined
  /** Slug of the store that it is about. */
  store?: string | undefined
  /** The last day on which it holds. */
  valid_until?: string | undefined
}
/** Who asked for it and where; `agent` null: the person wrote it down themselves. */
export type Source = {
  who: Who
  now: Date
  agent: AgentName | null
  conversation_id?: number | undefined
  message_id?: number | undefined
}
/** A text as a vector; null without a key for embeddings. */
export type Embed = (text: string) => Promise<Meaning | null>
export type Meaning = { vector: string; model: string }

/** From here on two memories say the same, and from here on they are about the same. */
const [SAME, RELATED] = [0.75, 0.35]

/**
 * Remembers something: at once what a person said for themselves, in their own words; all else as a proposal that a person approves. What is remembered already,
 * also what was recalled for this question, is not stored a second time. What may say otherwise is shown beside it.
 * @throws AppError `invalid` for figures, `conflict` for a chat that is none
 */
export async function remember(
  sql: Sql,
  { who, now, agent, conversation_id, message_id }: Source,
  { content: given, scope, kind, category = '', store: slug, valid_until }: Remembered,
  meaning: Meaning | null = null,
): Promise<{ result: 'remembered' | 'known'; memory: Memory; others: { id: number; content: string }[] }> {
  const content = given.replaceAll(/\s+/g, ' ').trim()
  mustHoldNoFigure(content)
  const chat = conversation_id === undefined ? undefined : await chatOfConversation(sql, { conversation_id })
  if (scope === 'chat' && chat?.chat_id == null)
    throw new AppError('conflict', 'This is no chat of several people. Remember it for the person or for the team.')
  if (slug) await storeScope(sql, slug)
  const store = slug ? await findStore(sql, { slug }) : undefined
  const alike = await memoriesLike(sql, {
    content,
    embedding: meaning?.vector ?? null,
    embedding_model: meaning?.model ?? null,
    related: RELATED,
    same: SAME,
  })
  const same = alike.find((other) => other.is_same && denies(other.content) === denies(content))
  if (same) return { result: 'known', memory: await shown(sql, same.id), others: [] }
  const others = alike.map((other) => ({ id: other.id, content: other.content }))
  const own = scope === 'person' && (agent === null || (await saidThemselves(sql, conversation_id, content)))
  const approves = agent === null && scope === 'team' && mayDo(who, 'admin')
  const { id } = await addMemory(sql, {
    scope,
    owner_id: who.user_id,
    chat_id: scope === 'chat' ? (chat?.chat_id ?? null) : null,
    store_id: store?.id ?? null,
    kind,
    category,
    content,
    status: own || approves ? 'active' : 'proposed',
    agent,
    conversation_id: conversation_id ?? null,
    message_id: message_id ?? null,
    approved_by: approves ? who.user_id : null,
    contradicts: others.map((other) => other.id),
    valid_until: valid_until ?? null,
    embedding: meaning?.vector ?? null,
    embedding_model: meaning?.model ?? null,
    now,
  })
  return { result: 'remembered', memory: await shown(sql, id), others }
}

/** What a document or an order says is not what the person said: it waits for their yes. */
const saidThemselves = async (sql: Sql, conversation_id: number | undefined, content: string) =>
  conversation_id !== undefined && (await personSaid(sql, { conversation_id, content })).said

async function shown(sql: Sql, id: number): Promise<Memory> {
  const memory = await findMemory(sql, { id })
  if (!memory) throw new Error('a memory is gone right after it was written')
  return memory
}

/** Two sentences of nearly the same words of which one denies say the opposite. */
const denies = (text: string): boolean =>
  /(?<!\p{L})(?:not|never|no|don'?t|doesn'?t|without|stop|niet|nooit|geen|zonder|nicht|nie|kein\p{L}*|ohne)(?!\p{L})/iu.test(
    text,
  )
