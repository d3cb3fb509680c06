import type { MiddlewareFn } from 'grammy'
import { findStoreHere } from '../../sql/telegram-chats.ts'
import { findTelegramPerson } from '../../sql/telegram.ts'
import { seeing } from '../../sql/connect.ts'
import { AppError } from '../errors.ts'
import { languageOf, wording } from '../wording.ts'
import type { BotContext, BotDeps } from './context.ts'
import { pairStrangers } from './pairing.ts'

/**
 * Who asks: rights follow the person who wrote or tapped, wherever the chat is. A stranger gets a code in private and nothing in a group,
 * where it would be everybody's. Bots, channels and anonymous admins are nobody.
 */
export const identify =
  (deps: BotDeps): MiddlewareFn<BotContext> =>
  async (ctx, next) => {
    const { from, chat } = ctx
    if (!from || from.is_bot || !chat || ctx.message?.sender_chat) return
    const person = await findTelegramPerson(deps.sql, { telegram_id: from.id })
    if (!person) {
      if (chat.type === 'private') await pairStrangers(deps)(ctx)
      else if (ctx.callbackQuery)
        await ctx.answerCallbackQuery({ text: 'I do not know you. Write to me in private first.' })
      return
    }
    const { user_id, email, role, store_ids } = person
    ctx.person = person
    ctx.who = { user_id, email, role, stores: store_ids ?? 'all' }
    ctx.db = (work) => seeing(deps.sql, ctx.who.stores, work, user_id)
    ctx.at = deps.now()
    ctx.words = wording(languageOf(person.language ?? from.language_code))
    ctx.thread_id = ctx.msg?.is_topic_message ? (ctx.msg.message_thread_id ?? 0) : 0
    ctx.storeHere = async () => {
      const place = { chat_id: chat.id, thread_id: ctx.thread_id, telegram_id: from.id }
      const here = await ctx.db((sql) => findStoreHere(sql, place))
      if (here && here.slug === null)
        throw new AppError('forbidden', 'This place is about a store that you may not see. Name one of yours.')
      return here?.slug ?? null
    }
    ctx.button = (name, args = [], only) =>
      deps.buttons.data({ chat_id: chat.id, name, args, ...(only && { person_id: from.id }) })
    await next()
  }
