import type { StoreScope } from '../access.ts'

/** Scopes remembered at once; beyond it all are forgotten, so that memory stays bounded. */
const MOST_SCOPES = 10_000

export type KnownScopes = ReturnType<typeof createKnownScopes>

/**
 * The stores, currency and time zone behind what is asked, remembered as long as no figure changes, so that a read begins with its own
 * statement. What it was worked out from tells its changes, see `data_changes`.
 */
export function createKnownScopes() {
  let at = -1
  const known = new Map<string, Promise<StoreScope>>()
  return {
    /** What `ask` answers for `key`, which names who may see what; `figures` is the version of the figures that the asker begins with. */
    of: (figures: number, key: string, ask: () => Promise<StoreScope>): Promise<StoreScope> => {
      if (figures !== at || known.size >= MOST_SCOPES) known.clear()
      at = figures
      const found = known.get(key)
      if (found) return found
      const asked = ask()
      known.set(key, asked)
      asked.catch(() => known.get(key) === asked && known.delete(key))
      return asked
    },
  }
}
