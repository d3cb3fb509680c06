import { addAction, expireActions } from '../../sql/actions.ts'
import { drawInShop } from './draw-in-shop.ts'
import { drawOrder } from './draw-order.ts'
import { drawInventory, drawPrice, drawUnitCost } from './draw-product.ts'
import type { Drawn, Proposal, Proposer, Proposing } from './proposal.ts'

/** How long a proposal waits for an answer. */
const HOURS = 24

/**
 * Writes down what should be done, for a person to approve; nothing else happens. The same proposal that waits already is answered again.
 * @returns the id of the action
 * @throws AppError `not_found` for what it is about, `conflict` for a store that cannot do it, `invalid` or `conflict` for what the limits
 * forbid, `unavailable` when the shop must be asked and does not answer
 */
export async function propose(
  deps: Proposing,
  by: Proposer,
  { reason, ...proposal }: Proposal & { reason: string },
): Promise<number> {
  const drawn = await draw(deps, by, proposal)
  const { who, now, agent, conversation_id } = by
  return deps.db(async (sql) => {
    await expireActions(sql, { store_id: drawn.store_id, now })
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
  })
}

function draw(deps: Proposing, by: Proposer, proposal: Proposal): Promise<Drawn> {
  switch (proposal.kind) {
    case 'unit_cost':
      return deps.db((sql) => drawUnitCost(sql, by, proposal))
    case 'price':
      return drawPrice(deps, by, proposal)
    case 'inventory':
      return drawInventory(deps, proposal)
    case 'refund':
    case 'note':
      return deps.db((sql) => drawOrder(sql, proposal))
  }
  return drawInShop(deps, proposal)
}
