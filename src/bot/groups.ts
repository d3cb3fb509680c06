import { Composer } from 'grammy'
import { moveAlerts, removeAlerts } from '../../sql/alerts.ts'
import { addTelegramChat, moveTelegramChat, removeTelegramChat } from '../../sql/telegram-chats.ts'
import { seeing } from '../../sql/connect.ts'
import { findTelegramPerson, setTelegramBlocked } from '../../sql/telegram.ts'
import type { BotContext, BotDeps } from './context.ts'

const IN = new Set(['member', 'administrator', 'creator'])

/** Being taken into groups and put out of them, groups that move, and people who block the bot: no person asks anything here. */
export const groupEvents = ({ sql, now }: BotDeps) => {
  const composer = new Composer<BotContext>()
  composer.on('my_chat_member', async (ctx) => {
    const { chat, from, new_chat_member } = ctx.myChatMember
    const isIn = IN.has(new_chat_member.status)
    if (chat.type === 'private') {
      await setTelegramBlocked(sql, { telegram_id: from.id, blocked_at: isIn ? null : now() })
      return
    }
    if (!isIn) {
      await removeTelegramChat(sql, { chat_id: chat.id })
      await seeing(sql, 'all', (tx) => removeAlerts(tx, { chat_id: chat.id }))
      return
    }
    const person = await findTelegramPerson(sql, { telegram_id: from.id })
    if (!person || chat.type === 'channel') {
      await ctx.leaveChat()
      return
    }
    await addTelegramChat(sql, { chat_id: chat.id, title: chat.title, user_id: person.user_id })
  })
  const move = async (ids: { from: number; to: number }) => {
    await moveTelegramChat(sql, ids)
    await seeing(sql, 'all', (tx) => moveAlerts(tx, ids))
  }
  // Told in both chats, and chats are handled side by side: what is written in the new one comes after its own note only.
  composer.on('message:migrate_to_chat_id', (ctx) => move({ from: ctx.chat.id, to: ctx.message.migrate_to_chat_id }))
  composer.on('message:migrate_from_chat_id', (ctx) => move({ from: ctx.message.migrate_from_chat_id, to: ctx.chat.id })) // prettier-ignore
  return composer
}

/** In a group the bot answers a command for it, a mention, a reply to it and a tap, and nothing else. */
export function isForUs(ctx: BotContext): boolean {
  if (ctx.chat?.type === 'private' || ctx.callbackQuery) return true
  const message = ctx.message ?? ctx.editedMessage
  if (!message) return false
  if (message.reply_to_message?.from?.id === ctx.me.id) return true
  const text = message.text ?? message.caption ?? ''
  const name = `@${ctx.me.username.toLowerCase()}`
  return (message.entities ?? message.caption_entities ?? []).some(({ type, offset, length }) => {
    const marked = text.slice(offset, offset + length).toLowerCase()
    if (type === 'mention') return marked === name
    return type === 'bot_command' && offset === 0 && (!marked.includes('@') || marked.endsWith(name))
  })
}
