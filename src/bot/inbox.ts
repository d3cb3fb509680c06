import type { Update } from 'grammy/types'
import type { Pool } from '../../sql/connect.ts'
import {
  finishTelegramUpdate,
  postponeTelegramUpdate,
  storeTelegramUpdates,
  takeTelegramUpdates,
  TELEGRAM_UPDATES,
  type WaitingUpdate,
} from '../../sql/telegram-updates.ts'
import { expectedError } from '../errors.ts'
import { storable } from '../storable.ts'
import { laneOf } from './lanes.ts'

/** Updates that are handled at the same time; each waits mostly for a model or for Telegram. */
const MOST = 200
/** After so many tries an update is given up: it may be what ends our process. */
const MOST_TRIES = 8
/** Milliseconds between looks for updates whose time has come; new ones are heard of at once. */
const LOOK = 1_000

/** Thrown by a handler that should run again, because something outside did not answer; `after` in milliseconds. */
export class TryAgain extends Error {
  override name = 'TryAgain'
  constructor(
    readonly after: number,
    options: ErrorOptions,
  ) {
    super('to be tried again', options)
  }
}

export type Handling = { update: Update; attempt: number }

/**
 * Updates on their way from Telegram to our handlers. They are stored first, so that Telegram may forget them, and handled at least once
 * each: in order within a lane, side by side over lanes. One process at a time handles them, any may store.
 */
export function createInbox({
  sql,
  now,
  handle,
  report,
}: {
  sql: Pool
  now: () => Date
  handle: (handling: Handling) => Promise<void>
  report: (error: unknown) => void
}) {
  const busy = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  let wake = () => {}

  /** A database that is away is no news: what is left in the inbox is handled when it is back. */
  const unexpected = (error: unknown) => {
    if (!expectedError(error)) report(error)
  }

  async function work({ update_id, lane, body, attempts }: WaitingUpdate): Promise<void> {
    const done = (failure: string | null) => finishTelegramUpdate(sql, { update_id, failure, now: now() })
    try {
      if (attempts > MOST_TRIES) {
        report(new Error(`telegram: update ${update_id} was given up after ${MOST_TRIES} tries`))
        await done(`given up after ${MOST_TRIES} tries`)
      } else {
        await handle({ update: body as Update, attempt: attempts })
        await done(null)
      }
    } catch (error) {
      if (!(error instanceof TryAgain)) unexpected(error)
      const after = error instanceof TryAgain ? error.after : 1_000 * 2 ** attempts
      await postponeTelegramUpdate(sql, { update_id, at: new Date(now().getTime() + after) }).catch(unexpected)
    } finally {
      busy.delete(lane)
      wake()
    }
  }

  return {
    /** Stores updates; those that are known already change nothing. */
    store: (updates: readonly Update[]) =>
      updates.length === 0
        ? Promise.resolve(0)
        : storeTelegramUpdates(sql, {
            updates: updates.map((update) => ({
              update_id: update.update_id,
              lane: laneOf(update),
              body: storable(update),
            })),
            now: now(),
          }),
    /** Handles what is stored until `stop`, as long as `mayRun` says that no other process does. */
    run: async (mayRun: () => Promise<boolean>): Promise<void> => {
      const heard = await sql.listen(TELEGRAM_UPDATES, () => wake())
      try {
        while (!stopping.signal.aborted && (await mayRun())) {
          const woken = Promise.withResolvers<void>()
          wake = woken.resolve
          const free = MOST - busy.size
          if (free > 0) {
            const taken = await takeTelegramUpdates(sql, { busy: [...busy.keys()], limit: free, now: now() })
            for (const update of taken) busy.set(update.lane, work(update))
          }
          const late = setTimeout(woken.resolve, LOOK)
          await woken.promise
          clearTimeout(late)
        }
      } finally {
        await heard.unlisten().catch(unexpected)
      }
    },
    /** Takes no more, and waits for what is being handled; what it leaves is handled by the next process. */
    stop: async (): Promise<void> => {
      stopping.abort()
      wake()
      await Promise.allSettled(busy.values())
    },
  }
}
export type Inbox = ReturnType<typeof createInbox>
