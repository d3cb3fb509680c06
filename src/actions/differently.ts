import { lockAction } from '../../sql/actions.ts'
import { seeing } from '../../sql/connect.ts'
import type { Channel } from '../../sql/conversations.ts'
import type { Who } from '../access.ts'
import type { Answer } from '../agents/answer.ts'
import type { Desk } from '../agents/desk.ts'
import { AppError } from '../errors.ts'
import { type ActionDeps, replace } from './decide.ts'

type Wish = {
  id: number
  /** How it should be instead, in the person's words. */
  text: string
  channel: Channel
  chat_id?: number | undefined
  signal?: AbortSignal
}

/**
 * Takes a wish for another proposal back to the agents; the new proposal takes the place of this one, which goes on waiting without one.
 * @throws AppError `not_found`, `conflict` for an action that does not wait any more
 */
export async function differently(
  { desk, ...deps }: Pick<ActionDeps, 'sql' | 'now'> & { desk: Desk },
  who: Who,
  { id, text, channel, chat_id, signal }: Wish,
): Promise<Answer> {
  const action = await seeing(deps.sql, who.stores, (sql) => lockAction(sql, { id, now: deps.now() }))
  if (!action) throw new AppError('not_found', `There is no action ${id}.`)
  if (action.status !== 'pending')
    throw new AppError('conflict', `The action does not wait for an answer any more; it is ${action.status}.`)
  const { kind, target, new_value } = action
  const own = action.proposed_by === who.user_id && action.conversation_id !== null
  const answer = await desk.ask({
    who,
    channel,
    chat_id,
    text: `About the proposal that waits as action ${id}, which is this data: ${JSON.stringify({ kind, target, new_value })}\nDo it differently: ${text}`,
    ...(own && action.conversation_id !== null && { conversation_id: action.conversation_id }),
    ...(signal && { signal }),
  })
  const other = answer.action_ids.findLast((made) => made !== id)
  if (other !== undefined) await replace(deps, who, id, other)
  return answer
}
