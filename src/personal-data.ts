import { type Sql, seeing } from '../sql/connect.ts'
import {
  customerDataOf,
  eraseActionsOfCustomer,
  eraseCustomer,
  eraseUser,
  personalDataOf,
} from '../sql/personal-data.ts'
import { jsonRows } from '../sql/query.ts'
import { removeSecondFactor } from '../sql/second-factors.ts'
import { findStore } from '../sql/stores.ts'
import type { Who } from './access.ts'
import { audit } from './audit.ts'
import { AppError } from './errors.ts'
import { newSecret } from './random-secret.ts'
import { changeUser } from './users.ts'

/** Who does it; null for a command of the terminal. */
type By = Who | null

/** @throws AppError `forbidden` for who is limited to some stores: a person's rows are of all of them */
function mustSeeAll(by: By): void {
  if (by && by.stores !== 'all')
    throw new AppError('forbidden', 'You are limited to some stores, and what we know of a person is of all of them.')
}

/**
 * All that is kept about a member of the team, as JSON text, without secrets.
 * @throws AppError `not_found`, `forbidden`
 */
export function exportPerson(sql: Sql, by: By, { user_id }: { user_id: number }): Promise<string> {
  mustSeeAll(by)
  return seeing(
    sql,
    'all',
    async (tx) => {
      const rows = await jsonRows(tx, personalDataOf, { user_id })
      if (rows === '[]') throw new AppError('not_found', `There is no user ${user_id}.`)
      await audit(tx, by, { action: 'person.exported', subject: `user ${user_id}` })
      return rows.slice(1, -1)
    },
    'all',
  )
}

/**
 * Takes a member of the team out of the records: what was theirs alone is gone, what others rely on names a pseudonym, every figure stays.
 * @throws AppError `not_found`, `forbidden`, `conflict` for the last owner
 */
export async function erasePerson(
  tx: Sql,
  by: By,
  { user_id, now }: { user_id: number; now: Date },
): Promise<{ pseudonym: string }> {
  mustSeeAll(by)
  await changeUser(tx, by, { user_id, change: { disabled: true }, now })
  await removeSecondFactor(tx, { user_id })
  const { pseudonym } = await eraseUser(tx, { user_id, now })
  if (pseudonym === null) throw new AppError('not_found', `There is no user ${user_id}.`)
  await audit(tx, by, { action: 'person.erased', subject: pseudonym })
  return { pseudonym }
}

type Customer = { store: string; customer: string }

/** The orders of a customer of a store, as JSON text. @throws AppError `not_found` */
export async function exportCustomer(tx: Sql, by: By, { store: slug, customer }: Customer): Promise<string> {
  const store_id = await idOf(tx, slug)
  const rows = await jsonRows(tx, customerDataOf, { store_id, customer })
  if (rows === '[]') throw new AppError('not_found', `The store ${slug} has no orders of this customer.`)
  await audit(tx, by, { action: 'customer.exported', subject: `a customer of ${slug}` })
  return rows.slice(1, -1)
}

/**
 * Gives a customer of a store a pseudonym, now and in every import to come, and takes them out of what was done to their orders. Twice is
 * the same as once.
 * @throws AppError `not_found`, `conflict` while something is being done to one of their orders
 */
export async function forgetCustomer(
  tx: Sql,
  by: By,
  { store: slug, customer, now }: Customer & { now: Date },
): Promise<{ pseudonym: string; orders: number; actions: number }> {
  const store_id = await idOf(tx, slug)
  const { actions } = await eraseActionsOfCustomer(tx, { store_id, customer })
  const erased = await eraseCustomer(tx, { store_id, customer, pseudonym: `erased-${newSecret(16)}`, now })
  const done = { ...erased, actions }
  await audit(tx, by, { action: 'customer.erased', subject: `a customer of ${slug}`, new_value: done })
  return done
}

async function idOf(tx: Sql, slug: string): Promise<number> {
  const store = await findStore(tx, { slug })
  if (!store) throw new AppError('not_found', `There is no store "${slug}".`)
  return store.id
}
