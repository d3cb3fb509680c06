import type { BotCommand, ChatFullInfo, ChatMember, UserFromGetMe } from 'grammy/types'
import type { Chats } from './telegram-chats.ts'
import type { Files } from './telegram-files.ts'
import { messageMethods, type MessageParams, type Uploads } from './telegram-messages.ts'
import { badRequest } from './telegram-refusal.ts'
import type { Updates } from './telegram-updates.ts'

/** What a tap on a button brings back: a notification over the chat, or an alert. */
export type Toast = { text: string; show_alert: boolean; url?: string }
type Scoped = { scope?: { type: string; chat_id?: number | string }; language_code?: string }
type Params = MessageParams &
  Scoped & {
    user_id?: number
    file_id?: string
    action?: string
    commands?: BotCommand[]
    description?: string
    short_description?: string
    callback_query_id?: string
    show_alert?: boolean
    url?: string
  }
export type Method = (params: Params, uploads: Uploads, signal: AbortSignal) => unknown

const ACTIONS = new Set(
  `typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location
  record_video_note upload_video_note`.split(/\s+/),
)

/** Every method the stand-in carries out, by name. `queries` holds the callback queries that still wait for an answer. */
export const createMethods = ({
  bot,
  chats,
  files,
  updates,
  queries,
}: {
  bot: UserFromGetMe
  chats: Chats
  files: Files
  updates: Updates
  queries: Map<string, (toast: Toast) => void>
}): Map<string, Method> => {
  const commandLists = new Map<string, BotCommand[]>()

  const listKey = ({ scope = { type: 'default' }, language_code = '' }: Scoped) => {
    if (!/^(?:[a-z]{2})?$/.test(language_code)) throw badRequest('invalid language code specified')
    if (scope.chat_id !== undefined) chats.target(scope.chat_id)
    return JSON.stringify([Object.entries(scope).sort(([a], [b]) => a.localeCompare(b)), language_code])
  }

  const checkCommands = (commands: BotCommand[]) => {
    if (commands.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH')
    for (const { command, description } of commands) {
      if (!/^\/?[a-z\d_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID')
      if (description.length === 0 || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID')
    }
  }

  const limited = (text: string | undefined, limit: number, error: string) => {
    if ((text ?? '').length > limit) throw badRequest(error)
    return true
  }

  const methods: Record<string, Method> = {
    ...messageMethods({ bot, chats, files }),
    getMe: () => bot,
    getUpdates: (params, _, signal) => updates.getUpdates(params as Parameters<Updates['getUpdates']>[0], signal),
    setWebhook: (params) => updates.setWebhook(params as Parameters<Updates['setWebhook']>[0]),
    deleteWebhook: (params) => updates.deleteWebhook(params as Parameters<Updates['deleteWebhook']>[0]),
    getWebhookInfo: () => updates.webhookInfo(),
    answerCallbackQuery: ({ callback_query_id = '', text = '', show_alert = false, url }) => {
      const show = queries.get(callback_query_id)
      if (!show) throw badRequest('query is too old and response timeout expired or query ID is invalid')
      if (text.length > 200) throw badRequest('MESSAGE_TOO_LONG')
      if (url !== undefined && !/^(?:https?:\/\/t\.me\/|tg:)/.test(url)) throw badRequest('URL_INVALID')
      queries.delete(callback_query_id)
      show({ text, show_alert, ...(url === undefined ? {} : { url }) })
      return true
    },
    sendChatAction: ({ chat_id, action = '' }) => {
      if (!ACTIONS.has(action)) throw badRequest('wrong parameter action in request')
      chats.target(chat_id)
      return true
    },
    setMyCommands: ({ commands = [], ...scoped }) => {
      checkCommands(commands)
      const stored = commands.map(({ command, description }) => ({ command: command.replace('/', ''), description }))
      commandLists.set(listKey(scoped), stored)
      return true
    },
    getMyCommands: (params) => commandLists.get(listKey(params)) ?? [],
    deleteMyCommands: (params) => {
      commandLists.delete(listKey(params))
      return true
    },
    setMyDescription: ({ description }) => limited(description, 512, 'description is too long'),
    setMyShortDescription: ({ short_description }) => limited(short_description, 120, 'short description is too long'),
    setChatMenuButton: ({ chat_id }) => chat_id === undefined || chats.target(chat_id) !== undefined,
    leaveChat: ({ chat_id }) => {
      const room = chats.target(chat_id)
      if (room.chat.type === 'private') throw badRequest("chat member status can't be changed in private chats")
      room.members.delete(bot.id)
      return true
    },
    getFile: ({ file_id = '' }) => files.describe(file_id),
    getChat: ({ chat_id }): ChatFullInfo => ({
      ...(chats.target(chat_id).chat as ChatFullInfo),
      accent_color_id: 0,
      max_reaction_count: 11,
      accepted_gift_types: {
        unlimited_gifts: false,
        limited_gifts: false,
        unique_gifts: false,
        premium_subscription: false,
        gifts_from_channels: false,
      },
    }),
    getChatMember: ({ chat_id, user_id = 0 }): ChatMember => {
      const user = chats.user(user_id)
      if (!user) throw badRequest('user not found')
      return { status: chats.target(chat_id).members.has(user_id) ? 'member' : 'left', user }
    },
  }
  return new Map(Object.entries(methods))
}
