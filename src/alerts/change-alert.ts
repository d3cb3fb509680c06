import { type Alert, type AlertKind, findAlert, saveAlert } from '../../sql/alerts.ts'
import { seeing, type Sql } from '../../sql/connect.ts'
import { findStore } from '../../sql/stores.ts'
import { mustBeAllowed, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { ALERTS } from './kinds.ts'

export type AlertPlace = { chat_id: number; thread_id: number }
export type AlertChange = {
  active?: boolean | undefined
  threshold?: string | undefined
  at?: string | undefined
  urgent?: boolean | undefined
  muted_until?: Date | null | undefined
  /** The slug of the store it is about; null for all that its person sees. */
  store?: string | null | undefined
}
/** A subscription that nobody has touched yet is as this says. */
type Settings = Pick<Alert, 'store' | 'active' | 'threshold' | 'at' | 'urgent' | 'muted_until'>

export const untouched = (kind: AlertKind, store: string | null): Settings => {
  const { threshold = null, at = null, urgent } = ALERTS[kind]
  return { store, active: false, threshold, at, urgent, muted_until: null }
}

/**
 * Changes a subscription of a chat with the rights of `who`; doing it twice changes nothing more. `storeHere` is the store that the place is about.
 * `check` sees it as it was.
 * @throws AppError `forbidden` where the kind or its store is beyond their rights, `invalid` for what the kind does not have
 */
export async function changeAlert(
  { sql, now }: { sql: Sql; now: () => Date },
  who: Who,
  { chat_id, thread_id, kind }: AlertPlace & { kind: AlertKind },
  change: AlertChange,
  { storeHere = null, check }: { storeHere?: string | null; check?: (before: Alert | undefined) => void } = {},
): Promise<void> {
  const { needs, threshold, at } = ALERTS[kind]
  mustBeAllowed(who, needs)
  if (change.threshold !== undefined && threshold === undefined)
    throw new AppError('invalid', `The alert ${kind} has no limit.`)
  if (change.at !== undefined && at === undefined)
    throw new AppError('invalid', `The alert ${kind} has no time of the day.`)
  const place = { chat_id, thread_id, kind }
  const before = await seeing(sql, 'all', (tx) => findAlert(tx, place))
  await seeing(sql, who.stores, async (tx) => {
    if (before?.store && !(await findStore(tx, { slug: before.store })))
      throw new AppError('forbidden', 'This is about a store that you may not see.')
    check?.(before)
    const { store: slug, ...settings } = { ...(before ?? untouched(kind, storeHere)), ...given(change) }
    const store = slug ? await findStore(tx, { slug }) : undefined
    if (slug && !store) throw new AppError('not_found', `There is no store "${slug}".`)
    const muted_until = settings.muted_until === null ? null : new Date(settings.muted_until)
    const old_value = before && termsOf(before)
    const new_value = termsOf({ ...settings, store: slug })
    if (!Bun.deepEquals(old_value, new_value))
      await audit(tx, who, {
        action: 'alert.changed',
        subject: `alert ${kind} of chat ${chat_id}`,
        old_value,
        new_value,
      })
    await saveAlert(tx, {
      ...place,
      ...settings,
      user_id: who.user_id,
      store_id: store?.id ?? null,
      muted_until,
      now: now(),
    })
  })
}

/** What an entry of the audit log says of a subscription. */
const termsOf = ({ store, active, threshold, at, urgent, muted_until }: Settings) => ({
  store,
  active,
  threshold,
  at,
  urgent,
  muted_until: muted_until === null ? null : new Date(muted_until).toISOString(),
})

const given = (change: AlertChange) =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<Settings>
