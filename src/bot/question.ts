import { Composer } from 'grammy'
import { AppError } from '../errors.ts'
import type { BotContext, BotDeps } from './context.ts'
import { isQuestion } from './lanes.ts'

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

/** In a group a question names the bot, which is no part of it. */
const withoutMention = (text: string, username: string) =>
  text.replace(new RegExp(`(^|\\s)@${username}\\b[,:]?`, 'i'), '$1').trim()

/** Everything that is not a command goes to Alfred; see `lanes.ts` for what waits for it. /stop ends what is being answered in the chat. */
export const questions = ({ desk }: BotDeps) => {
  const composer = new Composer<BotContext>()
  const running = new Map<number, Set<AbortController>>()
  composer.command('stop', (ctx) => {
    const asked = running.get(ctx.chat.id)
    if (!asked?.size) return ctx.reply('There is nothing to stop.')
    for (const question of asked) question.abort(new AppError('conflict', 'Stopped.'))
    return undefined
  })
  composer.on('message:text', (ctx) => {
    const text = withoutMention(ctx.message.text, ctx.me.username)
    return isQuestion(text) ? answer(ctx, text) : ctx.reply('I do not know this command. /help lists what I can do.')
  })
  composer.on('message', (ctx) => ctx.reply('I read text only. Ask me in words, or try /help.'))
  return composer

  async function answer(ctx: BotContext, text: string) {
    const typing = () => void ctx.replyWithChatAction('typing').catch(() => undefined)
    typing()
    const still = setInterval(typing, 4_500) // Telegram shows it for five seconds.
    const stopping = new AbortController()
    const chat_id = ctx.chat?.id ?? 0
    const asked = running.get(chat_id) ?? new Set()
    running.set(chat_id, asked.add(stopping))
    try {
      const given = await desk.ask({ who: ctx.who, channel: 'telegram', chat_id, text, signal: stopping.signal })
      for (const part of messagesOf(given.text)) await ctx.reply(part)
      if (given.notice) await ctx.reply(given.notice)
    } finally {
      asked.delete(stopping)
      if (asked.size === 0) running.delete(chat_id)
      clearInterval(still)
    }
  }
}
