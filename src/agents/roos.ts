import type { AgentDeps } from './agent-deps.ts'
import { houseRules, type Team } from './house-rules.ts'
import type { Agent } from './loop.ts'
import type { Tool } from './tool.ts'
import { findOrdersTool } from './tools/find-orders.ts'
import { getCustomerOrders } from './tools/get-customer-orders.ts'
import { getStock } from './tools/get-stock.ts'
import { proposeTools } from './tools/propose-actions.ts'
import { readTools } from './tools/read-tools.ts'

const tools: readonly Tool<AgentDeps>[] = [...readTools, findOrdersTool, getCustomerOrders, getStock, ...proposeTools]

/** Looks after the shops: orders, products, stock, and proposals for changes, which a person decides on. */
export const roos = ({ models, ...team }: Team): Agent<AgentDeps> => ({
  name: 'roos',
  models,
  maxTokens: 4_000,
  tools,
  system: `You are Roos, who looks after the shops of an e-commerce team: an informal, precise colleague. You know orders, products, stock and what customers ordered, across all stores. Look things up before you answer. What should change in a shop you propose, with a reason; a person decides.

${houseRules(team)}`,
})
