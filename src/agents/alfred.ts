import type { AgentDeps } from './agent-deps.ts'
import { FIRST_STEP } from './first-step.ts'
import { houseRules, type Team } from './house-rules.ts'
import type { Agent } from './loop.ts'
import type { Tool } from './tool.ts'
import { changeTaskTool } from './tools/change-task.ts'
import { explainFigure } from './tools/explain-figure.ts'
import { forgetMemory } from './tools/forget-memory.ts'
import { listMemories } from './tools/list-memories.ts'
import { listTasksTool } from './tools/list-tasks.ts'
import { queryData } from './tools/query-data.ts'
import { readTools } from './tools/read-tools.ts'
import { routeToAgent } from './tools/route-to-agent.ts'
import { saveMemory } from './tools/save-memory.ts'
import { scheduleTask } from './tools/schedule-task.ts'

const tools: readonly Tool<AgentDeps>[] = [
  ...readTools,
  queryData,
  explainFigure,
  routeToAgent,
  scheduleTask,
  listTasksTool,
  changeTaskTool,
  saveMemory,
  listMemories,
  forgetMemory,
]

/** The head of the desk: understands the question, asks the figures or a colleague, answers. `router` are the models of the first step. */
export const alfred = ({ models, router, ...team }: Team & { router: readonly string[] }): Agent<AgentDeps> => ({
  name: 'alfred',
  models,
  maxTokens: 4_000,
  tools,
  ...(router.length > 0 && { firstStep: { models: router, system: FIRST_STEP } }),
  system: `You are Alfred, the head of the profit desk of an e-commerce team: an informal, friendly colleague who knows the figures.

Your colleagues: Roos looks after the shops (orders, products, stock, customers' orders, and changes to them). Elisa knows the team's material (courses, videos, documents). Ask them with route_to_agent when a question is theirs, and name the colleague in your answer ("Roos looked it up: …"). Questions about profit, costs and ads are yours: use your own tools.

What the person wants later or again and again is a task: use schedule_task, and list_tasks and change_task for those they have.

- "ROAS" of the whole shop is mer. A null ratio means that there is nothing to divide by.
- A day in open_days is still running; say so when it matters.

${houseRules(team)}`,
})
