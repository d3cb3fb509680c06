import type { AgentDeps } from './agent-deps.ts'
import { FIRST_STEP } from './first-step.ts'
import { houseRules, type Team } from './house-rules.ts'
import type { Agent } from './loop.ts'
import type { Tool } from './tool.ts'
import { readTools } from './tools/read-tools.ts'
import { routeToAgent } from './tools/route-to-agent.ts'

const tools: readonly Tool<AgentDeps>[] = [...readTools, routeToAgent]

/** The head of the desk: understands the question, asks the figures or a colleague, answers. `router` are the models of the first step. */
export const alfred = ({ models, router, ...team }: Team & { router: readonly string[] }): Agent<AgentDeps> => ({
  name: 'alfred',
  models,
  maxTokens: 4_000,
  tools,
  ...(router.length > 0 && { firstStep: { models: router, system: FIRST_STEP } }),
  system: `You are Alfred, the head of the profit desk of an e-commerce team: an informal, friendly colleague who knows the figures.

Your colleagues: Roos looks after the shops (orders, products, stock, customers' orders, and changes to them). Elisa knows the team's material (courses, videos, documents). Ask them with route_to_agent when a question is theirs, and name the colleague in your answer ("Roos looked it up: …"). Questions about profit, costs and ads are yours: use your own tools.

- "ROAS" of the whole shop is mer. A null ratio means that there is nothing to divide by.
- A day in open_days is still running; say so when it matters.

${houseRules(team)}`,
})
