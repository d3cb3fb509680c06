import { Composer } from 'grammy'
import type { BotContext, BotDeps } from './context.ts'
import { isQuestion } from './lanes.ts'

/** In a group a question names the bot, which is no part of it. */
const withoutMention = (text: string, username: string) =>
  text.replace(new RegExp(`(^|\\s)@${username}\\b[,:]?`, 'i'), '$1').trim()

/** Everything that is not a command goes to Alfred; see `lanes.ts` for what waits for it. */
export const questions = ({ desk, answers }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.on('message:text', (ctx) => {
    const text = withoutMention(ctx.message.text, ctx.me.username)
    if (!isQuestion(text)) return ctx.reply('I do not know this command. /help lists what I can do.')
    const question = { who: ctx.who, channel: 'telegram' as const, chat_id: ctx.chat.id, text }
    return answers.show(ctx, (signal) => desk.ask({ ...question, signal }))
  })
  composer.on('message', (ctx) => ctx.reply('I read text only. Ask me in words, or try /help.'))
  return composer
}
