import { findGoal, findGoalOf, findGoalPacing, type Goal, type GoalPacing, setGoal } from '../sql/goals.ts'
import type { Sql } from '../sql/connect.ts'
import { mustBeAllowed, storeScope, type Who } from './access.ts'
import { audit } from './audit.ts'
import { dayIn } from './day.ts'
import { AppError } from './errors.ts'
import { amountIn } from './ledger/save-fixed-costs.ts'

/** The store that is meant, as a goal names it: null is all stores together. */
async function placeOf(sql: Sql, slug: string | null) {
  const scope = await storeScope(sql, slug)
  return { ...scope, store_id: slug === null ? null : scope.store_ids[0]! }
}

/**
 * Sets the net profit that a month is to bring, in the currency of its store or the reporting currency. Without `month` it is the one that
 * runs in their zone. `check` sees the goal as it was.
 * @throws AppError `forbidden` for a total by who does not see all stores, `not_found` for an unknown store, `invalid` for too many decimals
 */
export async function changeGoal(
  tx: Sql,
  who: Who,
  { store, month: asked, amount, now }: { store: string | null; month?: string; amount: string; now: Date },
  check?: (before: Goal | undefined) => Promise<void>,
): Promise<Goal> {
  mustBeAllowed(who, 'financials:write')
  mustSeeItsStores(who, store)
  const { store_id, currency, time_zone } = await placeOf(tx, store)
  const month = asked ?? dayIn(time_zone, now).slice(0, 7)
  const before = await findGoalOf(tx, { store_id, month })
  await check?.(before)
  const exact = await amountIn(tx, amount, currency)
  const { id } = await setGoal(tx, { store_id, month, amount: exact, currency, user_id: who.user_id, now })
  const goal = await findGoal(tx, { id })
  if (!goal) throw new Error('a goal that was set is there')
  const [old_value, new_value] = [before && termsOf(before), termsOf(goal)]
  if (!Bun.deepEquals(old_value, new_value))
    await audit(tx, who, { action: 'goal.set', subject: subjectOf(goal), old_value, new_value })
  return goal
}

/** @throws AppError `forbidden` when it is of all stores and the asker does not see them all */
export function mustSeeItsStores({ stores }: Who, store: string | null): void {
  if (stores !== 'all' && store === null)
    throw new AppError('forbidden', 'You do not see all stores: name one of yours. In Telegram: /store first.')
}

const termsOf = ({ amount, currency }: Goal) => ({ amount, currency })
export const subjectOf = ({ month, store }: Goal) => `goal of ${month}, ${store ?? 'all stores'}`

/** What the pacing of the running month is asked with, of a store or (null) of all that the asker sees. */
export async function pacingAsked(sql: Sql, store: string | null, now: Date) {
  const { store_id, store_ids, currency, time_zone, name } = await placeOf(sql, store)
  return { name, asked: { store_id, store_ids, currency, today: dayIn(time_zone, now), now } }
}

/** Where the running month is beside its goal; undefined when none is set. */
export async function goalPacing(
  sql: Sql,
  store: string | null,
  now: Date,
): Promise<{ name: string; pacing: GoalPacing | undefined }> {
  const { name, asked } = await pacingAsked(sql, store, now)
  return { name, pacing: await findGoalPacing(sql, asked) }
}
