import type { Transformer } from 'grammy'
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Sql } from '../../sql/connect.ts'
import { findTelegramSend, noteTelegramSend } from '../../sql/telegram-updates.ts'

/** What makes a new message; everything else may be done twice without harm. */
const SENDS = /^(send(?!ChatAction|MessageDraft)|copy|forward)/

type Step = { update_id: number; attempt: number; steps: number }
const handling = new AsyncLocalStorage<Step>()

/** Runs the handling of an update so that `sendOnce` knows which messages it sends. */
export const whileHandling = <T>(update_id: number, attempt: number, run: () => Promise<T>): Promise<T> =>
  handling.run({ update_id, attempt, steps: 0 }, run)

/**
 * Does not send again what was sent when the update was handled before and our process died in the middle: the n-th message of an update
 * is noted once Telegram has it. Only a death between Telegram's yes and the note, about a millisecond, sends a message twice.
 */
export const sendOnce =
  (sql: Sql): Transformer =>
  async (call, method, payload, signal) => {
    const current = handling.getStore()
    if (!current || !SENDS.test(method)) return call(method, payload, signal)
    const { update_id, attempt } = current
    const step = ++current.steps
    if (attempt > 1) {
      const sent = await findTelegramSend(sql, { update_id, step })
      if (sent) return { ok: true, result: sent.result as never }
    }
    const answer = await call(method, payload, signal)
    if (answer.ok) await noteTelegramSend(sql, { update_id, step, result: receiptOf(answer.result) })
    return answer
  }

/** Enough of a message to edit it or to reply to it; its content is nobody's business here. */
function receiptOf(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(receiptOf)
  const { message_id, date, chat } = result as { message_id: number; date: number; chat: { id: number; type: string } }
  return { message_id, date, chat: { id: chat.id, type: chat.type } }
}
