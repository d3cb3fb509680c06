import type { Sql } from '../../sql/connect.ts'
import { changesSince } from '../../sql/data-changes.ts'

/** Counts up whenever figures, or the rights of somebody, may have changed. */
export type Versions = { figures: number; access: number }
export type Freshness = { current: () => Promise<Versions> }

/** Before any transaction: everything that was ever noted is newer. */
const NOTHING = '3:3:'

/**
 * Tells whether what this process remembers is still true, exactly: `current` asks the database, in a question that begins after the call,
 * so that whatever was committed before it, by whatever process, is in the answer. All who wait share one question, and at most one is
 * under way, so the cost does not grow with the number of callers.
 */
export function createFreshness(sql: Sql): Freshness {
  const versions: Versions = { figures: 0, access: 0 }
  let seen = NOTHING
  let server = ''
  let asking: Promise<Versions> | undefined
  let following: Promise<Versions> | undefined

  async function ask(): Promise<Versions> {
    try {
      const found = await changesSince(sql, { seen })
      const elsewhere = found.server !== server
      if (found.figures || elsewhere) versions.figures += 1
      if (found.access || elsewhere) versions.access += 1
      seen = found.seen
      server = found.server
      return { ...versions }
    } finally {
      asking = undefined
    }
  }
  const start = () => (asking ??= ask())
  return {
    current: () => {
      if (!asking) return start()
      // The one under way may have begun before the caller's own change was committed.
      following ??= asking
        .catch(() => undefined)
        .then(() => {
          following = undefined
          return start()
        })
      return following
    },
  }
}
