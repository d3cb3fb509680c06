import { Composer } from 'grammy'
import { clearTopicStore, findTelegramChat, setTopicStore } from '../../sql/telegram-chats.ts'
import { setTelegramStore } from '../../sql/telegram.ts'
import { findStore, listStores } from '../../sql/stores.ts'
import { AppError } from '../errors.ts'
import type { BotContext, BotDeps } from './context.ts'

/** `/store nl` says which store is meant here from now on when none is named; `/store all` for all of them; alone it tells. */
export const storeCommand = ({ sql }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.command('store', async (ctx) => {
    const slug = ctx.match.trim().toLowerCase()
    const place = ctx.chat.type === 'private' ? 'here' : ctx.thread_id ? 'in this topic' : 'in this group'
    if (!slug) {
      const [here, stores] = await Promise.all([ctx.storeHere(), ctx.db((tx) => listStores(tx, {}))])
      const known = stores.map((store) => store.slug).join(', ')
      return ctx.reply(`${here ? `The store "${here}" is` : 'All stores are'} meant ${place}. Change it: /store ${stores[0]?.slug ?? 'nl'} or /store all. Stores: ${known}.`) // prettier-ignore
    }
    const store = slug === 'all' ? undefined : await ctx.db((tx) => findStore(tx, { slug }))
    if (slug !== 'all' && !store) throw new AppError('not_found', `There is no store "${slug}". /stores lists yours.`)
    await bind(ctx, store?.id)
    return ctx.reply(`From now on ${store ? store.name : 'all stores together'} ${store ? 'is' : 'are'} meant ${place} when you name none.`) // prettier-ignore
  })
  return composer

  async function bind(ctx: BotContext, store_id: number | undefined) {
    const { chat, thread_id } = ctx
    if (!chat) return
    if (chat.type === 'private') {
      await setTelegramStore(sql, { telegram_id: chat.id, store_id: store_id ?? null })
      return
    }
    if (!(await findTelegramChat(sql, { chat_id: chat.id })))
      throw new AppError('conflict', 'I do not know this group yet: put me out of it and take me in again.')
    if (store_id === undefined) await clearTopicStore(sql, { chat_id: chat.id, thread_id })
    else await setTopicStore(sql, { chat_id: chat.id, thread_id, store_id })
  }
}
