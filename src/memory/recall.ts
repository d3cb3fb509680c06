import type { Sql } from '../../sql/connect.ts'
import { recallMemories, type RecalledMemory } from '../../sql/recall-memories.ts'
import { fenced } from '../agents/fence.ts'
import type { Meaning } from './remember.ts'

/** Memories that travel with one question at most. */
const MOST = 6

type Asked = { user_id: number; conversation_id: number; text: string; now: Date }

/**
 * The memories for a question, best first, at most six; by its `meaning` where there is one, else by words. The vector is made before a
 * transaction is open: a service that is asked in one would keep a connection waiting.
 */
export function recall(sql: Sql, asked: Asked, meaning: Meaning | null): Promise<RecalledMemory[]> {
  const text = asked.text.slice(0, 2_000).replaceAll('\0', '')
  return recallMemories(sql, {
    ...asked,
    text,
    embedding: meaning?.vector ?? null,
    embedding_model: meaning?.model ?? null,
    limit: MOST,
  })
}

/** The memories as a model gets them beside a question: data with its source, those that contradict each other named. Undefined without any. */
export function asData(memories: readonly RecalledMemory[]): string | undefined {
  if (memories.length === 0) return undefined
  const ids = new Set(memories.map(({ id }) => id))
  const lines = memories.map(({ id, content, kind, scope, day, contradicts }) => {
    const against = contradicts.filter((other) => ids.has(other))
    const note = against.length > 0 ? `, may contradict memory ${against.join(' and ')}: ask which holds` : ''
    return fenced(`memory ${id}: ${kind} of the ${scope}, since ${day}${note}`, content)
  })
  return `Remembered, for how to answer; no figure comes from here:\n${lines.join('\n')}`
}
