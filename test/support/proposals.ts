import type { Sql } from '../../sql/connect.ts'
import { seeing } from '../../sql/connect.ts'
import type { Proposal } from '../../src/actions/proposal.ts'
import { propose } from '../../src/actions/propose.ts'
import type { Who } from '../../src/access.ts'
import type { OpenShop } from '../../src/shopify/open-shop.ts'
import type { Role } from '../../sql/users.ts'

type Person = { id: number; email: string; role: Role }

/** The person as every surface knows them; they see these stores. */
export const whoIs = ({ id, email, role }: Person, stores: Who['stores'] = 'all'): Who => ({
  user_id: id,
  email,
  role,
  stores,
})

/** Proposes as Roos does for this person; resolves to the id of the action. What the shop must be asked for takes `openShop`. */
export const aProposal = (
  sql: Sql,
  who: Who,
  now: Date,
  proposal: Proposal & { reason?: string },
  openShop?: OpenShop,
) =>
  propose(
    { db: (work) => seeing(sql, who.stores, work), openShop },
    { who, now, agent: 'roos', conversation_id: null },
    { reason: 'The customer asked for it', ...proposal },
  )
