import type Anthropic from '@anthropic-ai/sdk'
import * as v from 'valibot'
import type { Tool } from './tool.ts'
import { tool } from './tool.ts'

/**
 * A cheap model that takes the first step of a question, so that small talk costs no request to the big model and a plain question for
 * figures one instead of two. It answers small talk itself; for a plain look-up it calls the tools, and the big model answers from what
 * they gave; everything else it leaves to the big model, which then begins anew. test/agents/costs.test.ts prints what that saves.
 */
export type FirstStep = { models: readonly string[]; system: string }

export const FIRST_STEP = `You take the first step for Alfred. Do one of these three and nothing else:
- A greeting, thanks or small talk, in which nothing is asked about the business: answer it yourself in one or two friendly sentences, without any figure.
- A plain question that one or a few look-ups answer: call all the tools that it needs now, in one go, without a word. Alfred writes the answer from what they give.
- Anything else: call take_over. So for advice, reasons, plans, comparisons of your own, anything to remember, to schedule or to change, anything that refers to earlier figures, and whenever you are not sure.`

const TAKE_OVER = 'take_over'

/** The tools of the first step: the agent's own that only read, and the way out. */
export const firstStepTools = <Deps>(tools: readonly Tool<Deps>[]): Tool<Deps>[] => [
  ...tools.filter(({ writes }) => !writes),
  tool({ name: TAKE_OVER, description: 'Leaves this question to Alfred.', input: v.object({}), run: () => '' }),
]

/** Whether the first step counts; otherwise the agent begins anew as if it had not been taken. */
export function firstStepCounts({ content, stop_reason }: Anthropic.Message): boolean {
  const uses = content.filter((block) => block.type === 'tool_use')
  if (stop_reason === 'tool_use') return uses.length > 0 && uses.every(({ name }) => name !== TAKE_OVER)
  return stop_reason === 'end_turn' && content.some((block) => block.type === 'text' && block.text.trim() !== '')
}
