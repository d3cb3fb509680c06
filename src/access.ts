import { getWorkspace, findStore, listStores } from '../sql/stores.ts'
import type { SeenStores, Sql } from '../sql/connect.ts'
import type { Role } from '../sql/users.ts'
import { AppError } from './errors.ts'

export const SCOPES = [
  'financials:read',
  'financials:write',
  'products:read',
  'products:write',
  'stats:read',
  'orders:read',
  'orders:write',
  'knowledge:read',
  'knowledge:write',
  'tasks:write',
  'agents:use',
  'admin',
] as const
export type Scope = (typeof SCOPES)[number]

const READS = ['financials:read', 'products:read', 'stats:read', 'orders:read', 'knowledge:read', 'agents:use'] as const

const SCOPES_OF_ROLE: Record<Role, readonly Scope[]> = {
  owner: SCOPES,
  admin: SCOPES,
  finance: SCOPES.filter((scope) => scope !== 'admin'),
  marketer: [...READS, 'financials:write'],
  viewer: ['stats:read', 'agents:use'],
}

/** What a role may do at most; a token may do less. */
export const scopesOf = (role: Role): readonly Scope[] => SCOPES_OF_ROLE[role]

type Allowed = { role: Role; scopes?: readonly Scope[] | undefined }

export const mayDo = ({ role, scopes }: Allowed, scope: Scope): boolean =>
  scopesOf(role).includes(scope) && (scopes?.includes(scope) ?? true)

/** @throws AppError `forbidden` when the role lacks the scope, or the API token that was used */
export function mustBeAllowed(who: Allowed, scope: Scope): void {
  if (mayDo(who, scope)) return
  throw new AppError(
    'forbidden',
    mayDo({ role: who.role }, scope)
      ? `This API token does not include ${scope}. Make one that does.`
      : `Your role ${who.role} does not include ${scope}. Ask an owner of the workspace.`,
  )
}

/** Who asks: the same on every surface. */
export type Who = {
  user_id: number
  email: string
  role: Role
  stores: SeenStores
  /** What the API token that was used may do at most; without one the role alone decides. */
  scopes?: readonly Scope[]
  /** The API token that was used, if one was. */
  token_id?: number
  request_id?: string
}

/** The stores that two limits leave; null is no limit. */
export function storesOfBoth(one: readonly number[] | null, other: readonly number[] | null): SeenStores {
  if (one === null || other === null) return one ?? other ?? 'all'
  return one.filter((id) => other.includes(id))
}

/** What a figure is asked about: its stores, the currency it is told in, and whose clock decides what today is. */
export type StoreScope = {
  store: string | null
  name: string
  store_ids: number[]
  currency: string
  time_zone: string
}

/**
 * The stores behind a slug, or all that the asker sees in the reporting currency when none is named.
 * @throws AppError `not_found` for an unknown slug, with the slugs there are
 */
export async function storeScope(sql: Sql, slug: string | null | undefined): Promise<StoreScope> {
  if (slug) {
    const store = await findStore(sql, { slug })
    if (!store) {
      const known = (await listStores(sql, {})).map((s) => s.slug)
      throw new AppError(
        'not_found',
        `There is no store "${slug}". ${known.length ? `Stores: ${known.join(', ')}.` : 'No store has been set up yet.'}`,
      )
    }
    return {
      store: store.slug,
      name: store.name,
      store_ids: [store.id],
      currency: store.currency,
      time_zone: store.time_zone,
    }
  }
  const [workspace, stores] = await Promise.all([getWorkspace(sql, {}), listStores(sql, {})])
  return {
    store: null,
    name: 'All stores',
    store_ids: stores.map((s) => s.id),
    currency: workspace.reporting_currency,
    time_zone: workspace.time_zone,
  }
}
