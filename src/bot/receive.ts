import type { Api } from 'grammy'
import type { Inbox } from './inbox.ts'

/** The kinds of updates that we ask for. */
export const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const
/** Seconds that Telegram holds a question for updates open. */
const HOLD = 30

/**
 * Long polling: every batch is stored before the next one is asked for, which tells Telegram that it may forget it. Ends when `signal`
 * aborts, throws when Telegram does not answer.
 */
export async function pollTelegram(api: Api, inbox: Inbox, signal: AbortSignal): Promise<void> {
  // The same thing under grammY's own type.
  const grammySignal = signal as unknown as NonNullable<Parameters<Api['getMe']>[0]>
  let offset = 0
  while (!signal.aborted) {
    const asked = { timeout: HOLD, limit: 100, offset, allowed_updates: ALLOWED_UPDATES }
    const updates = await api.getUpdates(asked, grammySignal)
    await inbox.store(updates)
    offset = updates.reduce((next, { update_id }) => Math.max(next, update_id + 1), offset)
  }
}
