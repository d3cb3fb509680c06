import type { Sql } from '../../sql/connect.ts'
import type { AgentName, Channel } from '../../sql/conversations.ts'
import type { Embed } from '../memory/remember.ts'
import type { Who } from '../access.ts'
import type { OpenShop } from '../shopify/open-shop.ts'
import type { Citation } from './answer.ts'
import type { Passages } from './citations.ts'
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
  /** Opens the shop of a store, for proposals that show what is there now. */
  openShop?: OpenShop
  /** A text as a vector, when there is a key for embeddings. */
  embed?: Embed
  /** Shows the person a short line on what is being done, such as "looking at the P&L of nl". */
  progress: (line: string) => void
  /** Lets a colleague answer with their own tools, the asker's rights and what is left of this question's limits. Alfred has it. */
  askColleague?: (agent: Colleague, question: string) => Promise<ColleagueAnswer>
}

export type Colleague = Exclude<AgentName, 'alfred'>
/** `results` are what the colleague's tools gave: figures travel as data, not as prose to be retold. */
export type ColleagueAnswer = {
  colleague: string
  answer: string
  results: { tool: string; input: unknown; output: unknown }[]
  hint?: string
}

/** What the tools of one question found and proposed, a colleague's included. */
export type Turn = { toolCalls: ToolCall[]; action_ids: number[]; citations: Citation[]; passages: Passages }

export const newTurn = (): Turn => ({ toolCalls: [], action_ids: [], citations: [], passages: new Map() })
