import { Composer } from 'grammy'
import { fenced } from '../agents/fence.ts'
import type { BotContext, BotDeps } from './context.ts'
import { isQuestion } from './lanes.ts'

/** Characters of a message that is replied to. */
const QUOTED = 2_000

/** In a group a question names the bot, which is no part of it. */
const withoutMention = (text: string, username: string) =>
  text.replace(new RegExp(`(^|\\s)@${username}\\b[,:]?`, 'i'), '$1').trim()

/** Everything that is not a command goes to Alfred; see `lanes.ts` for what waits for it. */
export const questions = ({ desk, answers }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.on(['message:text', 'edited_message:text'], async (ctx) => {
    const message = ctx.message ?? ctx.editedMessage
    const text = withoutMention(message?.text ?? '', ctx.me.username)
    if (!isQuestion(text)) return ctx.message && ctx.reply('I do not know this command. /help lists what I can do.')
    if (text === '') return ctx.reply('Ask me something, or try /help.')
    const store = (await ctx.storeHere()) ?? undefined
    const question = {
      who: ctx.who,
      channel: 'telegram' as const,
      chat_id: ctx.chat.id,
      store,
      text: withContext(ctx, text),
    }
    return answers.show(ctx, ({ signal, progress }) => desk.ask({ ...question, signal, onProgress: progress }))
  })
  composer.on(['message:voice', 'message:audio', 'message:video_note'], (ctx) =>
    ctx.reply('I cannot listen yet. Write it to me, please.'),
  )
  composer.on('message:photo', (ctx) =>
    ctx.reply('I cannot look at pictures yet. Send a file (CSV, XLSX) or write it to me.'),
  )
  composer.on('message', (ctx) => ctx.reply('I read text and files only. Ask me in words, or try /help.'))
  return composer
}

/** The question with the message that it replies to, or that was forwarded with it, as data that others wrote. */
function withContext(ctx: BotContext, text: string): string {
  const message = ctx.message ?? ctx.editedMessage
  const original = message?.quote?.text ?? message?.reply_to_message?.text ?? message?.reply_to_message?.caption
  if (message?.forward_origin)
    return `What follows was forwarded, say what you make of it:\n${fenced('a forwarded message', text)}`
  return original ? `${text}\n\n${fenced('the message that this replies to', original.slice(0, QUOTED))}` : text
}
