import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'

const NAMES = { roos: 'Roos', elisa: 'Elisa' }

export const routeToAgent = tool({
  name: 'route_to_agent',
  description:
    'Asks a colleague who has other tools: roos for orders, products, stock, customers’ orders and changes in a shop; elisa for the ' +
    'team’s courses, videos and documents. The colleague sees only the question that you write, so put in it all that they need: store, ' +
    'days, order number, language. Answers what they wrote and the results of their tools, whose figures you may state.',
  input: v.object({
    agent: v.picklist(['roos', 'elisa']),
    question: v.pipe(v.string(), v.regex(/\S/), v.maxLength(4_000)),
  }),
  doing: ({ agent }) => `Asking ${NAMES[agent]}`,
  run: ({ askColleague }: AgentDeps, { agent, question }) => {
    if (!askColleague) throw new AppError('conflict', 'There is no colleague to ask here.')
    return askColleague(agent, question)
  },
})
