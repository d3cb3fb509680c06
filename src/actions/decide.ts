import {
  addAction,
  addApproval,
  approveAction,
  expireActions,
  lockAction,
  settleAction,
  type TakenAction,
} from '../../sql/actions.ts'
import { seeing, type Sql, transaction } from '../../sql/connect.ts'
import { endAction, type Interrupted, markUndone, resumeAction, startAction } from '../../sql/run-action.ts'
import { mustBeAllowed, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError, expectedError } from '../errors.ts'
import type { Changed } from './executor.ts'
import { EXECUTORS } from './executors.ts'
import type { ShopifyAdmin } from '../shopify/admin.ts'
import { mustMay, scopesOfApp } from '../shopify/app-scopes.ts'
import { type OpenShop } from '../shopify/open-shop.ts'
import { bookChanged } from './book-changed.ts'
import { NEEDS } from './values.ts'

export type ActionDeps = { sql: Sql; now: () => Date; openShop: OpenShop }

const subjectOf = ({ id, kind, target }: TakenAction) => `action ${id}: ${kind} of ${target}`

/** The action, held until the end of the transaction. @throws AppError `not_found`, or `forbidden` for who may not decide on its kind */
async function taken(tx: Sql, who: Who, id: number, now: Date): Promise<TakenAction> {
  const action = await lockAction(tx, { id, now })
  if (!action) throw new AppError('not_found', `There is no action ${id}.`)
  mustBeAllowed(who, NEEDS[action.kind])
  return action
}

const SETTLED = {
  rejected: 'It was rejected.',
  expired: 'It expired before somebody approved it. Ask for a new proposal.',
  replaced: 'Another proposal took its place.',
}
const isSettled = (status: string): status is keyof typeof SETTLED => status in SETTLED

/**
 * A person's yes. With the last one that is needed the action is carried out, once, however often and by however many at the same time it
 * is approved; one whose outcome is not known goes on. Returns when it is done, has failed, or waits for a second person.
 * @throws AppError `conflict` for an action that does not wait any more, or that the limits forbid by now
 */
export async function approve({ sql, now, openShop }: ActionDeps, who: Who, id: number): Promise<void> {
  const begun = await seeing(sql, who.stores, async (tx) => {
    const action = await taken(tx, who, id, now())
    if (isSettled(action.status)) throw new AppError('conflict', SETTLED[action.status])
    if (action.status === 'executing') return (await resumeAction(tx, { id, now: now() })) === 1 ? action : undefined
    if (action.status !== 'pending') return undefined
    if ((await addApproval(tx, { id, user_id: who.user_id, email: who.email, now: now() })) === 0) return undefined
    await audit(tx, who, { action: 'action.approved', subject: subjectOf(action), new_value: action.new_value })
    if ((await approveAction(tx, { id, user_id: who.user_id, now: now() })) === 0) return undefined
    await startAction(tx, { id, now: now() })
    const executor = EXECUTORS[action.kind]
    if (executor.where !== 'here') return action
    await ended(tx, who, action, now(), () => transaction(tx, (inner) => executor.run(inner, action, now())))
    return undefined
  })
  if (begun) await carryOut({ sql, now, openShop }, who, begun)
}

/**
 * Goes on with an action that was approved and whose execution broke off: its process was killed, or the shop did not answer. Who approved
 * it last stands for it. Once, however many do so at the same time; nothing when it has gone on meanwhile.
 */
export async function resume(deps: ActionDeps, { id, ...approver }: Interrupted): Promise<void> {
  const { sql, now } = deps
  const action = await seeing(sql, 'all', async (tx) => {
    const found = await lockAction(tx, { id, now: now() })
    return found && (await resumeAction(tx, { id, now: now() })) === 1 ? found : undefined
  })
  if (action) await carryOut(deps, { ...approver, stores: 'all' }, action)
}

async function carryOut({ sql, now, openShop }: ActionDeps, who: Who, begun: TakenAction): Promise<void> {
  const done: InShop[] = []
  const outcome = await outcomeOf(async () => {
    const one = await inShop({ sql, now, openShop }, who, begun)
    done.push(one)
    return one.result
  })
  await seeing(sql, who.stores, (tx) => noted(tx, who, begun, now(), outcome))
  for (const { admin, changed } of done) await bookChanged({ sql, now, admin }, begun, changed)
}

type InShop = { admin: ShopifyAdmin; result: object; changed: Changed }

/** Carries an action out in the shop of its store. Nothing is sent when the app may not do all of it. */
async function inShop({ sql, openShop }: ActionDeps, who: Who, action: TakenAction): Promise<InShop> {
  const executor = EXECUTORS[action.kind]
  if (executor.where !== 'shop') throw new AppError('conflict', `The kind "${action.kind}" is not one of shops.`)
  const admin = await seeing(sql, who.stores, (tx) => openShop(tx, { id: action.store_id, slug: action.store }))
  mustMay(await scopesOfApp(admin), executor.writes, executor.what)
  return { admin, ...(await executor.run(admin, action)) }
}

type Outcome = { status: 'executed' | 'failed' | 'executing'; result: object | null; error: string | null }

/** An expected failure is part of the action's story; `unavailable` leaves open whether the shop has done it. Others are thrown. */
async function outcomeOf(work: () => Promise<object>): Promise<Outcome> {
  try {
    return { status: 'executed', result: await work(), error: null }
  } catch (error) {
    const expected = expectedError(error)
    if (!expected) throw error
    return { status: expected.code === 'unavailable' ? 'executing' : 'failed', result: null, error: expected.message }
  }
}

async function noted(tx: Sql, who: Who, action: TakenAction, now: Date, outcome: Outcome): Promise<void> {
  await endAction(tx, { id: action.id, ...outcome, now })
  if (outcome.status === 'executed' && action.undo_of !== null) await markUndone(tx, { id: action.undo_of })
  const { old_value, new_value } = action
  if (outcome.status !== 'executing')
    await audit(tx, who, {
      action: `action.${outcome.status}`,
      subject: subjectOf(action),
      old_value,
      new_value: { value: new_value, result: outcome.result, error: outcome.error },
    })
}

const ended = async (tx: Sql, who: Who, action: TakenAction, now: Date, work: () => Promise<object>) =>
  noted(tx, who, action, now, await outcomeOf(work))

/** A person's no. Saying it again changes nothing. @throws AppError `conflict` for an action that was decided otherwise */
export function reject({ sql, now }: ActionDeps, who: Who, id: number): Promise<void> {
  return seeing(sql, who.stores, async (tx) => {
    const action = await taken(tx, who, id, now())
    if (action.status === 'rejected') return
    if (isSettled(action.status)) throw new AppError('conflict', SETTLED[action.status])
    if (action.status !== 'pending') throw new AppError('conflict', `It was approved already and is ${action.status}.`)
    await settleAction(tx, { id, status: 'rejected', user_id: who.user_id, replaced_by: null, now: now() })
    await audit(tx, who, { action: 'action.rejected', subject: subjectOf(action), new_value: action.new_value })
  })
}

/** Ends a proposal that another one took the place of, unless it was decided on meanwhile. */
export function replace(
  { sql, now }: Pick<ActionDeps, 'sql' | 'now'>,
  who: Who,
  id: number,
  replaced_by: number,
): Promise<void> {
  return seeing(sql, who.stores, async (tx) => {
    if ((await settleAction(tx, { id, status: 'replaced', user_id: who.user_id, replaced_by, now: now() })) === 0)
      return
    await audit(tx, who, { action: 'action.replaced', subject: `action ${id}`, new_value: { replaced_by } })
  })
}

/**
 * Takes back what an executed action did, as an action of its own that the same person approves.
 * @returns the id of that action
 * @throws AppError `conflict` for what cannot be taken back
 */
export async function undo(deps: ActionDeps, who: Who, id: number): Promise<number> {
  const { sql, now } = deps
  const undoing = await seeing(sql, who.stores, async (tx) => {
    const action = await taken(tx, who, id, now())
    if (!EXECUTORS[action.kind].undo)
      throw new AppError(
        'conflict',
        `A ${action.kind} cannot be taken back here. Propose the opposite, or do it in the shop.`,
      )
    if ('erased' in (action.old_value as object))
      throw new AppError('conflict', 'The customer was taken out of the records, and with them what there was before.')
    if (action.status !== 'executed')
      throw new AppError('conflict', `Only what was executed can be taken back; it is ${action.status}.`)
    await expireActions(tx, { store_id: action.store_id, now: now() })
    const { kind, store_id, order_id, product_id, target, old_value, new_value, conversation_id } = action
    const back = await addAction(tx, {
      kind,
      store_id,
      order_id,
      product_id,
      product_ids: product_id === null ? [] : [product_id],
      target,
      old_value: new_value as object,
      new_value: old_value as object,
      reason: `undo of action ${id}`,
      effect: [],
      proposed_by: who.user_id,
      agent: null,
      conversation_id,
      undo_of: id,
      now: now(),
      hours: 24,
    })
    return back.id
  })
  await approve(deps, who, undoing)
  return undoing
}
