import { Composer, GrammyError, type InlineKeyboard } from 'grammy'
import { findTelegramAnswer, keepTelegramAnswer, noteTelegramAnswer } from '../../sql/telegram-answers.ts'
import type { Sql } from '../../sql/connect.ts'
import type { Answer } from '../agents/answer.ts'
import { AppError } from '../errors.ts'
import { withSources } from './citations.ts'
import { storable } from '../storable.ts'
import { sendActions } from './action-card.ts'
import type { BotContext } from './context.ts'
import { proofKeys } from './proof.ts'
import { messagesOf, textHtml } from './text-html.ts'

/** Milliseconds until a person sees that their question is being worked on, and between two lines of progress. */
const [FIRST_SIGN, BETWEEN_LINES] = [800, 2_000]
/** Telegram shows "typing" for five seconds. */
const TYPING = 4_500
const HTML = { parse_mode: 'HTML' as const }

/** Asks the agents; `progress` takes short lines on what is being done. */
export type Ask = (told: { signal: AbortSignal; progress: (line: string) => void }) => Promise<Answer>
export type Answers = ReturnType<typeof createAnswers>

/** Answers of the agents that are on their way, by chat. */
export function createAnswers({ sql, report }: { sql: Sql; report: (error: unknown) => void }) {
  const running = new Map<number, Set<AbortController>>()

  return {
    /**
     * Lets the agents answer in one message that lives: a sign within a second, then what is being done, then the answer in its place, with
     * the cards of what it proposes. An edited question is answered where it was answered before. An answer that was given when the
     * process died is shown by the next one, without asking again.
     */
    async show(ctx: BotContext, ask: Ask): Promise<void> {
      const chat_id = ctx.chat?.id ?? 0
      const question_id = ctx.msg?.message_id ?? 0
      const stopping = new AbortController()
      const asked = running.get(chat_id) ?? new Set()
      running.set(chat_id, asked.add(stopping))
      const { update_id } = ctx.update
      const earlier = await findTelegramAnswer(sql, { chat_id, question_id })
      const kept = earlier?.update_id === update_id ? (earlier.answer as Answer | null) : null
      const living = livingMessage(ctx, { report, message_id: earlier?.message_ids[0] })
      try {
        const given = kept ?? (await ask({ signal: stopping.signal, progress: living.progress }))
        if (!kept) await keepTelegramAnswer(sql, { chat_id, question_id, update_id, answer: storable(given) })
        await living.end()
        const message_ids: number[] = []
        const parts = messagesOf(withSources(given))
        for (const [at, part] of parts.entries())
          message_ids.push(await living.show(part, at === parts.length - 1 ? proofKeys(ctx, given) : undefined))
        for (const old of earlier?.message_ids.slice(1) ?? [])
          if (!message_ids.includes(old)) await ctx.api.deleteMessage(chat_id, old).catch(report)
        const noted = { answer_id: given.message_id, citations: given.citations }
        await noteTelegramAnswer(sql, { chat_id, question_id, message_ids, ...noted })
        await sendActions(ctx, given.action_ids)
        if (given.notice) await ctx.reply(given.notice)
      } catch (error) {
        await living.end()
        await living.remove()
        throw error
      } finally {
        asked.delete(stopping)
        if (asked.size === 0) running.delete(chat_id)
      }
    },
    /** `/stop` ends what is being answered in the chat. */
    stopCommand: () => {
      const composer = new Composer<BotContext>()
      composer.command('stop', (ctx) => {
        const asked = running.get(ctx.chat.id)
        if (!asked?.size) return ctx.reply('There is nothing to stop.')
        for (const question of asked) question.abort(new AppError('conflict', 'Stopped.'))
        return undefined
      })
      return composer
    },
  }
}

/** The one message of an answer, from its first sign on; `message_id` names one that is there already. */
function livingMessage(
  ctx: BotContext,
  { report, message_id }: { report: (error: unknown) => void; message_id: number | undefined },
) {
  let own = message_id
  let line = '…'
  let shown = ''
  let ended = false
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other; what cannot be shown now is replaced by the answer anyway. */
  const update = () => {
    last = last.then(shownLine).catch(report)
  }
  async function shownLine(): Promise<void> {
    if (ended || line === shown) return
    const text = line
    if (own === undefined) own = (await ctx.reply(text)).message_id
    else await ctx.api.editMessageText(ctx.chat!.id, own, text)
    shown = text
  }
  const typing = () => void ctx.replyWithChatAction('typing').catch(() => undefined)
  typing()
  const sign = setTimeout(update, FIRST_SIGN)
  const isTyping = setInterval(typing, TYPING)
  const still = setInterval(() => own !== undefined && update(), BETWEEN_LINES)

  return {
    progress: (told: string) => {
      line = `${told} …`
    },
    /** No more signs; resolves when the last one is out. */
    end: async () => {
      ended = true
      clearTimeout(sign)
      clearInterval(isTyping)
      clearInterval(still)
      await last
    },
    /** A part of the answer: the first in place of the signs. `keys` stand under it. */
    show: async (part: string, keys: InlineKeyboard | undefined): Promise<number> => {
      const html = textHtml(part)
      const options = { ...HTML, ...(keys && { reply_markup: keys }) }
      if (own === undefined) return (await ctx.reply(html, options)).message_id
      const id = own
      own = undefined
      try {
        await ctx.api.editMessageText(ctx.chat!.id, id, html, options)
        return id
      } catch (error) {
        if (!(error instanceof GrammyError)) throw error
        // The same text again, or somebody deleted the message.
        return error.description.includes('message is not modified') ? id : (await ctx.reply(html, options)).message_id
      }
    },
    /** Takes the signs away, but not an answer that was there before. */
    remove: async () => {
      if (own !== undefined && message_id === undefined) await ctx.api.deleteMessage(ctx.chat!.id, own).catch(report)
    },
  }
}
