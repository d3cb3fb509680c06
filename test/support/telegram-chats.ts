import type { Chat, Message, User } from 'grammy/types'
import { createLog } from './telegram-log.ts'
import { badRequest, Refusal } from './telegram-refusal.ts'

/** One chat as it stands now. `messages` misses what was deleted; `heard` holds every version the bot ever showed. */
export type Room = {
  chat: Chat
  members: Map<number, User>
  messages: Map<number, Message>
  heard: ReturnType<typeof createLog<Message>>
  drafts: Map<number, string>
  started: boolean
  blocked: boolean
  nextMessageId: () => number
}

const counter = (next: number) => () => next++

/** The users and chats that the bot can meet. `now` is in milliseconds. */
export const createChats = ({ bot, now }: { bot: User; now: () => number }) => {
  const rooms = new Map<number, Room>()
  const users = new Map<number, User>([[bot.id, bot]])
  // Private chats share one sequence of message ids and every group has its own, so ids of two chats collide.
  const privateMessageId = counter(1)

  const open = (chat: Chat, started: boolean, nextMessageId: () => number): Room => {
    const room = {
      chat,
      members: new Map([[bot.id, bot]]),
      messages: new Map(),
      heard: createLog<Message>(),
      drafts: new Map(),
      started,
      blocked: false,
      nextMessageId,
    }
    rooms.set(chat.id, room)
    return room
  }

  return {
    user: (id: number) => users.get(id),
    roomOf: (chat: number | { id: number }) => rooms.get(typeof chat === 'number' ? chat : chat.id),
    openPrivate: (user: User) => {
      users.set(user.id, user)
      const { id, first_name, last_name, username } = user
      const names = { first_name, ...(last_name ? { last_name } : {}), ...(username ? { username } : {}) }
      const room = open({ id, type: 'private', ...names }, false, privateMessageId)
      room.members.set(id, user)
      return room
    },
    openGroup: (id: number, title: string, forum: boolean) =>
      open({ id, type: 'supergroup', title, ...(forum && { is_forum: true as const }) }, true, counter(1)),
    /** A group gets a new id, with its members and messages; the old one is no chat any more. */
    move: (room: Room, id: number): Room => {
      rooms.delete(room.chat.id)
      const moved = { ...room, chat: { ...room.chat, id } }
      rooms.set(id, moved)
      return moved
    },
    /** The chat a bot's call names. 400 for one that never wrote to the bot, 403 for one that blocked it. */
    target: (chatId: number | string | undefined): Room => {
      const room = rooms.get(Number(chatId))
      if (!room?.started) throw badRequest('chat not found')
      if (room.blocked) throw new Refusal(403, 'Forbidden: bot was blocked by the user')
      if (!room.members.has(bot.id)) throw new Refusal(403, 'Forbidden: bot is not a member of the supergroup chat')
      return room
    },
    /** Adds a message to the chat, with the next id and the date in seconds. */
    post: (room: Room, from: User, content: Partial<Message>): Message => {
      const message = {
        message_id: room.nextMessageId(),
        from,
        chat: room.chat,
        date: Math.floor(now() / 1000),
        ...content,
      } as Message
      room.messages.set(message.message_id, message)
      return message
    },
    seconds: () => Math.floor(now() / 1000),
  }
}
export type Chats = ReturnType<typeof createChats>
