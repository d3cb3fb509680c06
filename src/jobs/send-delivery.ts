import { type Api, GrammyError, InputFile } from 'grammy'
import type { InlineKeyboardButton } from 'grammy/types'
import { seeing, type Sql } from '../../sql/connect.ts'
import { noteDeliveryError, noteDeliverySent, notePartSent, startDelivery } from '../../sql/deliveries.ts'
import { addJob } from '../../sql/jobs.ts'
import { setTelegramBlocked } from '../../sql/telegram.ts'
import { messagesOf } from '../bot/text-html.ts'
import { job } from './job.ts'

/** The same thing under grammY's own type. */
type Signal = AbortSignal & Parameters<Api['sendMessage']>[3]

/** Sends one queued message to Telegram. `telegram` is missing where no bot is configured. */
export const sendDeliveryJob = ({ sql, now, telegram }: { sql: Sql; now: () => Date; telegram: Api | undefined }) => {
  const all = <T>(work: (tx: Sql) => Promise<T>) => seeing(sql, 'all', work)

  return job('send_delivery', async ({ delivery_id }, { signal, last }) => {
    const delivery = await all((tx) => startDelivery(tx, { delivery_id }))
    if (!delivery) return // It was sent, and this job's end was not noted.
    const { chat_id, text, message_ids, thread_id, html, photo, caption, keyboard, refused } = delivery
    const giveUp = (error: string) => all((tx) => noteDeliveryError(tx, { delivery_id, error, failed: true }))
    if (!telegram) {
      await giveUp('No bot is configured: TELEGRAM_BOT_TOKEN is missing.')
      return
    }
    if (refused) {
      await giveUp(refused)
      return
    }
    const place = {
      ...(thread_id !== 0 && { message_thread_id: thread_id }),
      ...(html && { parse_mode: 'HTML' as const }),
    }
    const parts = messagesOf(text)
    const sends = parts.map((part, at) => (): Promise<{ message_id: number }> => {
      const buttons =
        at === parts.length - 1 && keyboard
          ? { reply_markup: { inline_keyboard: keyboard as InlineKeyboardButton[][] } }
          : {}
      return telegram.sendMessage(chat_id, part, { ...place, ...buttons }, signal as Signal)
    })
    if (photo) {
      const file = new InputFile(Buffer.from(photo, 'base64'), 'profit.png')
      sends.unshift(() =>
        telegram.sendPhoto(chat_id, file, { ...place, ...(caption && { caption }) }, signal as Signal),
      )
    }
    try {
      for (const send of sends.slice(message_ids.length)) {
        signal.throwIfAborted()
        // At least once: a process that dies between Telegram's answer and the note below sends this one part again. Telegram takes no key
        // to tell it from a new one, and noting it first could lose it instead.
        const { message_id } = await send()
        await all((tx) => notePartSent(tx, { delivery_id, message_id }))
      }
    } catch (error) {
      if (await isSettled(error, { delivery_id, chat_id, last })) return
      throw error
    }
    await all((tx) => noteDeliverySent(tx, { delivery_id, now: now() }))
  })

  /** Notes why Telegram did not take a message. False: it is to be tried again, with growing pauses. */
  function isSettled(error: unknown, { delivery_id, chat_id, last }: Failed): Promise<boolean> {
    const note = (tx: Sql, text: string, failed: boolean) => noteDeliveryError(tx, { delivery_id, error: text, failed })
    return all(async (tx) => {
      const code = error instanceof GrammyError ? error.error_code : 0
      if (error instanceof GrammyError && code === 429) {
        const delay = error.parameters.retry_after ?? 30
        await note(tx, `Telegram asked to wait ${delay} s.`, false)
        await addJob(tx, 'send_delivery', { delivery_id }, { queue: `chat ${chat_id}`, delay })
        return true
      }
      if (code === 403) {
        await setTelegramBlocked(tx, { telegram_id: chat_id, blocked_at: now() })
        await note(
          tx,
          chat_id < 0 ? 'The bot is not in this group any more.' : 'This person has blocked the bot.',
          true,
        )
        return true
      }
      if (error instanceof GrammyError && code < 500) {
        await note(tx, `Telegram refused it: ${error.description}`, true)
        return true
      }
      await note(tx, 'Telegram does not answer.', last)
      return false
    })
  }
}

type Failed = { delivery_id: number; chat_id: number; last: boolean }
