import { addAction, expireActions } from '../../sql/actions.ts'
import type { Sql } from '../../sql/connect.ts'
import { drawOrder } from './draw-order.ts'
import { drawPrice, drawUnitCost } from './draw-product.ts'
import type { Drawn, Proposal, Proposer } from './proposal.ts'

/** How long a proposal waits for an answer. */
const HOURS = 24

/**
 * Writes down what should be done, for a person to approve; nothing else happens. The same proposal that waits already is answered again.
 * @returns the id of the action
 * @throws AppError `not_found` for what it is about, `conflict` for a store that cannot do it, `invalid` or `conflict` for what the limits forbid
 */
export async function propose(
  sql: Sql,
  by: Proposer,
  { reason, ...proposal }: Proposal & { reason: string },
): Promise<number> {
  const drawn = await draw(sql, by, proposal)
  await expireActions(sql, { store_id: drawn.store_id, now: by.now })
  const { who, now, agent, conversation_id } = by
  const { id } = await addAction(sql, {
    ...drawn,
    kind: proposal.kind,
    reason,
    proposed_by: who.user_id,
    agent,
    conversation_id,
    undo_of: null,
    now,
    hours: HOURS,
  })
  return id
}

function draw(sql: Sql, by: Proposer, proposal: Proposal): Promise<Drawn> {
  if (proposal.kind === 'unit_cost') return drawUnitCost(sql, by, proposal)
  if (proposal.kind === 'price') return drawPrice(sql, by, proposal)
  return drawOrder(sql, proposal)
}
