import type { AgentDeps } from '../agent-deps.ts'
import type { Tool } from '../tool.ts'
import { findProductsTool } from './find-products.ts'
import { getPnl } from './get-pnl.ts'

/** What only reads: Alfred's own tools, and those that any MCP client may call with the same rights. */
export const readTools: readonly Tool<AgentDeps>[] = [findProductsTool, getPnl]
