import { bookModelUsage, getSpentToday } from '../../sql/model-usage.ts'
import { AppError } from '../errors.ts'
import { measureModelUse } from '../telemetry/measures.ts'
import type { AgentDeps } from './agent-deps.ts'
import type { Book } from './meter.ts'
import type { Prices } from './prices.ts'

const WARNS_AT = 0.8

/** Micro-dollars that a person's questions may cost on a day of the team. */
export type Budget = number

/** @throws AppError `too_many` when the person's budget is used up. Resolves to what was spent of it, in micro-dollars. */
export async function spentOf(
  db: AgentDeps['db'],
  { user_id, budget, now }: { user_id: number; budget: Budget; now: Date },
) {
  const { spent, seconds_left } = await db((tx) => getSpentToday(tx, { user_id, now }))
  if (spent < budget) return spent
  throw new AppError(
    'too_many',
    `Your budget for questions is used up for today (${usd(budget)}). It begins anew at midnight. Commands such as /today and /pnl still work.`,
    { retryAfter: seconds_left },
  )
}

/** Books what the models use for one question of a person. */
export const bookFor =
  (
    db: AgentDeps['db'],
    {
      prices,
      budget,
      now,
      ...asked
    }: {
      prices: Prices
      budget: Budget
      now: () => Date
      user_id: number
      conversation_id: number
      message_id: number
      task_id: number | null
    },
  ): Book =>
  async ({ agent, model, usage }) => {
    const price = prices[model]
    if (!price) throw new Error(`the price of ${model} is not known`)
    const { cost, spent } = await db((tx) =>
      bookModelUsage(tx, {
        ...asked,
        agent,
        model,
        price,
        now: now(),
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cache_read_tokens: usage.cache_read_input_tokens ?? 0,
        cache_write_tokens: usage.cache_creation_input_tokens ?? 0,
      }),
    )
    measureModelUse(
      { agent, model },
      {
        cost,
        input: usage.input_tokens,
        output: usage.output_tokens,
        cache_read: usage.cache_read_input_tokens ?? 0,
        cache_write: usage.cache_creation_input_tokens ?? 0,
      },
    )
    return { cost, left: budget - spent }
  }

/** A notice with the answer that took a person over four fifths of their budget, so once a day; otherwise null. */
export function budgetNotice({
  before,
  left,
  budget,
}: {
  before: number
  left: number
  budget: Budget
}): string | null {
  const spent = budget - left
  if (before >= budget * WARNS_AT || spent < budget * WARNS_AT) return null
  return `You have used ${Math.min(100, Math.floor((spent / budget) * 100))} % of today's budget for questions (${usd(budget)}).`
}

const usd = (micro: number) => `${(micro / 1_000_000).toFixed(2)} US dollars`
