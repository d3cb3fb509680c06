import type { Sql } from '../../sql/connect.ts'
import type { Channel } from '../../sql/conversations.ts'
import type { Who } from '../access.ts'
import type { Citation } from './answer.ts'
import type { ToolCall } from './tool.ts'

/** What every tool gets: the asker's rights decide what `db` sees, never the model's arguments. */
export type AgentDeps = {
  db: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>
  now: () => Date
  who: Who
  /** How the question came; `mcp` has no conversation. */
  channel: Channel | 'mcp'
  conversation_id?: number
  /** The stored question that is being answered. */
  message_id?: number
  /** Where tools put what becomes part of the answer beside its text. */
  turn: Turn
  /** Shows the person a short line on what is being done, such as "looking at the P&L of nl". */
  progress: (line: string) => void
}

/** What the tools of one question found and proposed, a colleague's included. */
export type Turn = { toolCalls: ToolCall[]; action_ids: number[]; citations: Citation[] }

export const newTurn = (): Turn => ({ toolCalls: [], action_ids: [], citations: [] })
