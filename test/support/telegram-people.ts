import type { CallbackQuery, InlineKeyboardButton, Message, MessageEntity, User } from 'grammy/types'
import type { Chats, Room } from './telegram-chats.ts'
import { documentOf, type Files } from './telegram-files.ts'
import { createLog } from './telegram-log.ts'
import type { Toast } from './telegram-methods.ts'
import { formatted } from './telegram-text.ts'
import type { UpdateContent, Updates } from './telegram-updates.ts'

/** A message as a person sees it: `text` is the caption where there is no text, `buttons` are those of all rows. */
export type Heard = Message & { text: string; entities: MessageEntity[]; buttons: InlineKeyboardButton[] }
export type Group = { id: number; title: string }
export type Profile = {
  id?: number
  first_name?: string
  last_name?: string
  username?: string
  language_code?: string
}
/** `topic` is the id of a topic of a forum. */
type Placed = { in?: Group; topic?: number; replyTo?: Pick<Message, 'message_id'> }

const heardOf = (message: Message): Heard => ({
  ...message,
  text: message.text ?? message.caption ?? '',
  entities: message.entities ?? message.caption_entities ?? [],
  buttons: message.reply_markup?.inline_keyboard.flat() ?? [],
})

/** People who use the bot. What they do is queued as updates; what the bot shows them is waited for with `hears`. */
export const createPeople = ({
  bot,
  chats,
  files,
  updates,
  queries,
  privacy,
  report,
}: {
  bot: User
  chats: Chats
  files: Files
  updates: Updates
  queries: Map<string, (toast: Toast) => void>
  privacy: boolean
  report: () => string
}) => {
  // Beyond 32 bits, as real ids are.
  let nextUserId = 7_000_000_001
  let nextQueryId = 1

  const aboutBot = (message: Message) =>
    message.reply_to_message?.from?.id === bot.id ||
    (message.entities ?? message.caption_entities ?? []).some(({ type, offset, length }) => {
      const marked = (message.text ?? message.caption ?? '').slice(offset, offset + length).toLowerCase()
      const name = `@${bot.username?.toLowerCase()}`
      return type === 'mention'
        ? marked === name
        : type === 'bot_command' && (!marked.includes('@') || marked.endsWith(name))
    })

  return (profile: Profile = {}) => {
    const user: User = {
      id: profile.id ?? nextUserId++,
      is_bot: false,
      first_name: profile.first_name ?? 'Alice',
      ...(profile.last_name ? { last_name: profile.last_name } : {}),
      ...(profile.username ? { username: profile.username } : {}),
      ...(profile.language_code ? { language_code: profile.language_code } : {}),
    }
    const own = chats.openPrivate(user)
    const toasts = createLog<Toast>()
    const heardUpTo = new Map<Room, number>()
    let toastsSeen = 0

    const roomOf = (chat: { id: number }) => {
      const room = chats.roomOf(chat)
      if (!room) throw new Error(`there is no chat ${chat.id}`)
      return room
    }
    const push = (room: Room, update: UpdateContent) => updates.push(update, room.chat.id)

    const say = (content: Partial<Message>, { in: group, topic, replyTo }: Placed) => {
      const room = group ? roomOf(group) : own
      room.started = true
      room.members.set(user.id, user)
      const original = replyTo && room.messages.get(replyTo.message_id)
      if (replyTo && !original) throw new Error(`there is no message ${replyTo.message_id} to reply to`)
      const reply = original ? { reply_to_message: original as NonNullable<Message['reply_to_message']> } : {}
      const place = topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true as const }
      const message = chats.post(room, user, { ...content, ...reply, ...place })
      if (room === own || !privacy || aboutBot(message)) push(room, { message } as UpdateContent)
      return message
    }

    const plain = (source: string) => {
      const { text, entities } = formatted(source, { users: chats.user })
      return { text, ...(entities.length > 0 ? { entities } : {}) }
    }

    const setMembership = (blocked: boolean) => {
      own.blocked = blocked
      const member = { status: 'member' as const, user: bot }
      const kicked = { status: 'kicked' as const, user: bot, until_date: 0 }
      const [old_chat_member, new_chat_member] = blocked ? [member, kicked] : [kicked, member]
      const change = { chat: own.chat, from: user, date: chats.seconds(), old_chat_member, new_chat_member }
      push(own, { my_chat_member: change })
    }

    const hears = async ({
      within = 30_000,
      match,
      in: group,
    }: { within?: number; match?: RegExp; in?: Group } = {}) => {
      const room = group ? roomOf(group) : own
      // What stands there while an answer is being made ends in dots; on a busy machine it is seen more often.
      const wanted = (message: Message) =>
        match ? match.test(heardOf(message).text) : !heardOf(message).text.endsWith('…')
      const position = await room.heard.find(heardUpTo.get(room) ?? 0, wanted, within)
      if (position === undefined) {
        const since = room.heard.entries.slice(heardUpTo.get(room) ?? 0).map((message) => heardOf(message).text)
        const what = match ? `nothing that matches ${match}` : 'nothing'
        throw new Error(`${user.first_name} heard ${what}, only ${JSON.stringify(since)}. ${report()}`)
      }
      heardUpTo.set(room, position + 1)
      return heardOf(structuredClone(room.heard.entries[position] as Message))
    }

    return {
      user,
      id: user.id,
      chat: own.chat,
      /** Sends a text to the bot in private. */
      writes: async (text: string, placed: Pick<Placed, 'replyTo'> = {}) => say(plain(text), placed),
      /** Sends a text to a group. The bot gets it only when it is mentioned, commanded or replied to (privacy mode). */
      writesIn: async (
        group: Group,
        text: string,
        options: { mention?: boolean; replyTo?: Message; topic?: number } = {},
      ) => say(plain(options.mention ? `@${bot.username} ${text}` : text), { ...options, in: group }),
      /** Sends a document; in private unless `in` names a group. */
      uploads: async (
        name: string,
        content: string | Uint8Array,
        mime?: string,
        { caption, ...placed }: Placed & { caption?: string } = {},
      ) => {
        const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)
        const { text, entities } = plain(caption ?? '')
        const captioned = text === '' ? {} : { caption: text, ...(entities ? { caption_entities: entities } : {}) }
        return say({ document: documentOf(files.put('document', name, bytes, mime)), ...captioned }, placed)
      },
      /** Changes a text that was sent before. */
      edits: async ({ chat, message_id }: Message, text: string) => {
        const room = roomOf(chat)
        const old = room.messages.get(message_id)
        if (old?.from?.id !== user.id) throw new Error(`${user.first_name} did not write message ${message_id}`)
        const edited = { ...old, ...plain(text), edit_date: chats.seconds() }
        room.messages.set(message_id, edited)
        push(room, { edited_message: edited } as UpdateContent)
        return edited
      },
      /** Taps a button by its text, as it stands in the chat now. Rejects where there is none or it sends nothing. */
      taps: async ({ chat, message_id }: Pick<Message, 'chat' | 'message_id'>, label: string) => {
        const room = roomOf(chat)
        const message = room.messages.get(message_id)
        const buttons = message?.reply_markup?.inline_keyboard.flat() ?? []
        const button = buttons.find(({ text }) => text === label)
        if (!message || !button)
          throw new Error(
            `no button "${label}" on message ${message_id}, only ${JSON.stringify(buttons.map((b) => b.text))}`,
          )
        if (!('callback_data' in button)) throw new Error(`the button "${label}" sends nothing to the bot`)
        const query = {
          id: `${user.id}${nextQueryId++}`,
          from: user,
          message,
          chat_instance: `${room.chat.id}`,
          data: button.callback_data,
        } as CallbackQuery
        queries.set(query.id, toasts.add)
        push(room, { callback_query: query })
        return query
      },
      /** Reacts to a message; the bot learns of it only when it asked for `message_reaction` updates. */
      reacts: async ({ chat, message_id }: Pick<Message, 'chat' | 'message_id'>, ...emoji: string[]) => {
        const new_reaction = emoji.map((one) => ({ type: 'emoji' as const, emoji: one }))
        const change = { chat, message_id, user, date: chats.seconds(), old_reaction: [], new_reaction }
        push(roomOf(chat), { message_reaction: change } as unknown as UpdateContent)
      },
      blocks: async () => setMembership(true),
      unblocks: async () => setMembership(false),
      /** The next message the bot sends or edits in the private chat (or in the group `in`), without `match` the next that is no step of an unfinished answer; rejects after `within` ms. */
      hears,
      /** The next answer to this person's taps; rejects after `within` ms. */
      toast: async ({ within = 30_000 }: { within?: number } = {}) => {
        const position = await toasts.find(toastsSeen, () => true, within)
        if (position === undefined) throw new Error(`${user.first_name} got no answer to a tap. ${report()}`)
        toastsSeen = position + 1
        return toasts.entries[position] as Toast
      },
    }
  }
}
export type Person = ReturnType<ReturnType<typeof createPeople>>
