import { revokeApiTokensOf } from '../sql/api-tokens.ts'
import type { Sql } from '../sql/connect.ts'
import { createPasswordLink, endPasswordLinks } from '../sql/password-links.ts'
import { jsonRows } from '../sql/query.ts'
import { endAllSessions } from '../sql/sessions.ts'
import { listStores } from '../sql/stores.ts'
import {
  countFullOwners,
  createUser,
  findCredentials,
  listUsers,
  lockOwners,
  lockUser,
  type Role,
  setPasswordHash,
  setUserTerms,
} from '../sql/users.ts'
import type { Who } from './access.ts'
import { audit } from './audit.ts'
import { AppError } from './errors.ts'
import { hashOf, newSecret } from './random-secret.ts'

/** Who acts: null is the terminal, which may do everything. */
type By = Who | null

/** A user as JSON text, see `Member`. @throws AppError `not_found` */
export async function memberText(sql: Sql, user_id: number): Promise<string> {
  const text = await jsonRows(sql, listUsers, { user_id, limit: 1, offset: 0, after: null })
  if (text === '[]') throw new AppError('not_found', `There is no user ${user_id}.`)
  return text.slice(1, -1)
}

/** The ids of stores by their slugs; null stays null. @throws AppError `invalid` for one that the asker does not see */
export async function storeIds(sql: Sql, slugs: readonly string[] | null): Promise<number[] | null> {
  if (slugs === null) return null
  const stores = await listStores(sql, {})
  return [...new Set(slugs)].map((slug) => {
    const store = stores.find((one) => one.slug === slug)
    if (store) return store.id
    throw new AppError('invalid', `There is no store "${slug}". Stores: ${stores.map((one) => one.slug).join(', ')}.`)
  })
}

/**
 * Makes a user without a password, and the path of the link to set one.
 * @throws AppError `conflict` when the address is taken, `forbidden` when it would give more than `by` has, `invalid` for an unknown store
 */
export async function inviteUser(
  tx: Sql,
  by: By,
  { email, role, stores, now }: { email: string; role: Role; stores: string[] | null; now: Date },
) {
  const store_ids = await storeIds(tx, stores)
  mustManage(by, { role, store_ids })
  const user = await createUser(tx, { email, role, password_hash: null, store_ids })
  if (!user) throw new AppError('conflict', `There is a user ${email.toLowerCase()} already. Change that one instead.`)
  await audit(tx, by, { action: 'user.created', subject: user.email, new_value: { role, stores } })
  return { ...user, link: await newLink(tx, user.id, now) }
}

/**
 * Another link to set a password; earlier ones end.
 * @throws AppError `not_found`, `forbidden`, `conflict` when the user is disabled
 */
export async function anotherPasswordLink(tx: Sql, by: By, { user_id, now }: { user_id: number; now: Date }) {
  const user = await lockedUser(tx, by, user_id)
  if (user.disabled) throw new AppError('conflict', `The user ${user.email} is disabled. Enable them first.`)
  await audit(tx, by, { action: 'user.password_link_made', subject: user.email })
  return { email: user.email, link: await newLink(tx, user_id, now) }
}

type Change = { role?: Role | undefined; stores?: string[] | null | undefined; disabled?: boolean | undefined }

/**
 * Changes what a user may do. Their sessions end; when they are disabled, also their API tokens and links, for good.
 * @param mustBe is given the user's JSON text before the change and may throw
 * @throws AppError `not_found`, `forbidden` for more than `by` has, `conflict` when no owner with all stores would be left
 */
export async function changeUser(
  tx: Sql,
  by: By,
  { user_id, change, now, mustBe }: { user_id: number; change: Change; now: Date; mustBe?: (text: string) => void },
): Promise<string> {
  await lockOwners(tx, {})
  const user = await lockedUser(tx, by, user_id)
  const text = await memberText(tx, user_id)
  mustBe?.(text)
  const { role = user.role, stores, disabled = user.disabled } = change
  const store_ids = stores === undefined ? user.store_ids : await storeIds(tx, stores)
  mustManage(by, { role, store_ids })
  if (role === user.role && disabled === user.disabled && sameStores(store_ids, user.store_ids)) return text
  await setUserTerms(tx, { user_id, role, store_ids, disabled, now })
  if (user.role === 'owner' && (await countFullOwners(tx, {})).owners === 0)
    throw new AppError('conflict', 'This is the last owner with all stores who can sign in. Make another one first.')
  await endAllSessions(tx, { user_id, now })
  if (disabled) {
    await revokeApiTokensOf(tx, { user_id, now })
    await endPasswordLinks(tx, { user_id })
  }
  const changed = await memberText(tx, user_id)
  const action = disabled === user.disabled ? 'user.changed' : disabled ? 'user.disabled' : 'user.enabled'
  await audit(tx, by, { action, subject: user.email, old_value: termsOf(text), new_value: termsOf(changed) })
  return changed
}

/** Stores a new password and ends the links to set one. `how` it came about goes to the audit log. */
export async function storePassword(
  tx: Sql,
  by: Partial<Who> | null,
  { user_id, email, password_hash, how }: { user_id: number; email: string; password_hash: string; how: string },
): Promise<void> {
  await setPasswordHash(tx, { user_id, password_hash })
  await endPasswordLinks(tx, { user_id })
  await audit(tx, by, { action: 'password.changed', subject: email, new_value: { how } })
}

/** @throws AppError `forbidden` when the user of this address may do more than `by`, so that nobody signs in as them */
export async function mustManageUser(tx: Sql, by: By, { email }: { email: string }): Promise<void> {
  const user = await findCredentials(tx, { email })
  if (user) await lockedUser(tx, by, user.id)
}

/** A user whom `by` may manage, held until the end of the transaction. @throws AppError `not_found`, `forbidden` */
export const mustManagePerson = (tx: Sql, by: By, { user_id }: { user_id: number }) => lockedUser(tx, by, user_id)

async function lockedUser(tx: Sql, by: By, user_id: number) {
  const user = await lockUser(tx, { user_id })
  if (!user) throw new AppError('not_found', `There is no user ${user_id}.`)
  mustManage(by, user)
  return user
}

/** Nobody gives, or takes, more than they have. */
function mustManage(by: By, { role, store_ids }: { role: Role; store_ids: number[] | null }) {
  if (!by) return
  if (role === 'owner' && by.role !== 'owner')
    throw new AppError('forbidden', 'Only an owner can make or change owners.')
  const { stores } = by
  if (stores === 'all' || store_ids?.every((id) => stores.includes(id))) return
  throw new AppError('forbidden', 'You are limited to some stores: you can manage people who are limited to those.')
}

/** The dashboard reads the secret from the fragment, which no browser sends to a server. */
async function newLink(tx: Sql, user_id: number, now: Date): Promise<string> {
  const token = newSecret(40)
  await endPasswordLinks(tx, { user_id })
  await createPasswordLink(tx, { token_hash: hashOf(token), user_id, now })
  return `/app/set-password#${token}`
}

const sameStores = (one: readonly number[] | null, other: readonly number[] | null) =>
  one === other ||
  (one !== null && other !== null && one.length === other.length && one.every((id) => other.includes(id)))

function termsOf(text: string) {
  const { role, stores, disabled } = JSON.parse(text) as Record<string, unknown>
  return { role, stores, disabled }
}
