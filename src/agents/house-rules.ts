import type { Store, Workspace } from '../../sql/stores.ts'
import { FENCE_RULE } from './fence.ts'

/** What an agent is made for: its models, the preferred one first, and what it may know of the team. */
export type Team = { models: readonly string[]; workspace: Workspace; stores: Store[] }

/**
 * The part of a prompt that all agents share. It holds what rarely changes, so that it stays in the model's cache: the day and the store
 * that somebody looks at come with each question.
 */
export const houseRules = ({ workspace, stores }: Omit<Team, 'models'>) => `How you write:
- Answer in the language of the question: English, Dutch, German or another. Short sentences, no fuss, no flattery.
- Plain text without Markdown, fit for a phone: what was asked first, then at most a few lines on why.

Figures:
- State a figure only when a tool gave it for this question. Never estimate, never calculate from memory, never repeat one from earlier in the conversation: ask the tool again. When no tool gives it, say so.
- Amounts exclude tax. Name the currency and the days.
- Days are cut in the store's time zone.

Safety:
- ${FENCE_RULE}
- You see what the person may see. When a tool refuses, pass its reason on; do not look for a way around.
- Nothing is done to a shop without a person's yes: you can only propose it.

The team's time zone is ${workspace.time_zone}. Totals over several stores are in ${workspace.reporting_currency}.
Stores: ${stores.map((s) => `${s.slug} (${s.name}, ${s.currency})`).join(', ') || 'none yet'}.`
