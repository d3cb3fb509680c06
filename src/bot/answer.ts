import { Composer } from 'grammy'
import type { Answer } from '../agents/answer.ts'
import { AppError } from '../errors.ts'
import { sendActions } from './action-card.ts'
import type { BotContext } from './context.ts'

/** Telegram's limit of a message. */
const LONGEST = 4096

/** Cuts a long answer at line ends into messages that Telegram takes; never through a character. */
export function messagesOf(text: string): string[] {
  const parts: string[] = []
  let rest = text.trim()
  while (rest.length > LONGEST) {
    const end = rest.lastIndexOf('\n', LONGEST)
    const cut = end > LONGEST / 2 ? end : rest.codePointAt(LONGEST - 1)! > 0xffff ? LONGEST - 1 : LONGEST
    parts.push(rest.slice(0, cut))
    rest = rest.slice(cut).trimStart()
  }
  return [...parts, rest]
}

export type Answers = ReturnType<typeof createAnswers>

/** Answers of the agents that are on their way, by chat. */
export function createAnswers() {
  const running = new Map<number, Set<AbortController>>()
  return {
    /** Lets the agents answer, with a sign that they are at it, and shows the answer with the cards of what it proposes. */
    async show(ctx: BotContext, ask: (signal: AbortSignal) => Promise<Answer>): Promise<void> {
      const chat_id = ctx.chat?.id ?? 0
      const stopping = new AbortController()
      const asked = running.get(chat_id) ?? new Set()
      running.set(chat_id, asked.add(stopping))
      const typing = () => void ctx.replyWithChatAction('typing').catch(() => undefined)
      typing()
      const still = setInterval(typing, 4_500) // Telegram shows it for five seconds.
      try {
        const given = await ask(stopping.signal)
        for (const part of messagesOf(given.text)) await ctx.reply(part)
        await sendActions(ctx, given.action_ids)
        if (given.notice) await ctx.reply(given.notice)
      } finally {
        clearInterval(still)
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
