import { Composer, InlineKeyboard } from 'grammy'
import { unlink } from '../pairing.ts'
import type { BotContext, BotDeps } from './context.ts'
import { phrase } from './phrases.ts'
import { onTap } from './taps.ts'

/** `/unlink`: a person cuts their Telegram from their account, after a yes. */
export const unlinkCommand = ({ sql }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('unlink', (ctx) => {
    const { language } = ctx.words
    const keys = new InlineKeyboard()
      .text(phrase('unlink_yes', language), ctx.button('unlink', ['yes'], 'only this person'))
      .text(phrase('unlink_no', language), ctx.button('unlink', ['no'], 'only this person'))
    return ctx.reply(phrase('unlink', language, { email: ctx.who.email }), { reply_markup: keys })
  })
  composer.use(
    onTap('unlink', async (ctx) => {
      const { language } = ctx.words
      const isYes = ctx.tap.args[0] === 'yes'
      if (isYes && ctx.tap.expired) {
        await ctx.answerCallbackQuery({ text: phrase('unlink_old', language), show_alert: true })
        return
      }
      if (isYes) await unlink(sql, ctx.who, ctx.from!.id)
      await ctx.editMessageText(phrase(isYes ? 'unlinked' : 'still_linked', language, { email: ctx.who.email }))
      await ctx.answerCallbackQuery()
    }),
  )
  return composer
}
