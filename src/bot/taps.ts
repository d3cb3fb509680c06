import { GrammyError, type MiddlewareFn } from 'grammy'
import type { BotContext, BotDeps } from './context.ts'

/** Checks every tapped button before a feature sees it. */
export const readTaps =
  ({ buttons }: BotDeps): MiddlewareFn<BotContext> =>
  async (ctx, next) => {
    const query = ctx.callbackQuery
    if (query) {
      const chat_id = ctx.chat?.id ?? query.from.id
      ctx.tap = buttons.read(query.data ?? '', { chat_id, person_id: query.from.id })
    }
    await next()
  }

/** Handles the taps on a feature's buttons; `answerCallbackQuery` is its own business. */
export const onTap =
  (name: string, handle: (ctx: BotContext) => Promise<unknown>): MiddlewareFn<BotContext> =>
  async (ctx, next) => {
    if (ctx.callbackQuery && ctx.tap.name === name) await handle(ctx)
    else await next()
  }

type Shown = [
  text: string,
  options: Pick<NonNullable<Parameters<BotContext['editMessageText']>[1]>, 'parse_mode' | 'reply_markup'>,
]

/** Shows what a tap asked for in place of the tapped message, or as a new one when the button is old, so that old figures stay as they were. */
export async function showTapped(ctx: BotContext, text: Shown[0], options: Shown[1]): Promise<void> {
  if (ctx.tap.expired) await ctx.reply(text, options)
  else
    try {
      await ctx.editMessageText(text, options)
    } catch (error) {
      // The same button again while nothing changed.
      if (!(error instanceof GrammyError && error.description.includes('message is not modified'))) throw error
    }
  await ctx.answerCallbackQuery()
}
