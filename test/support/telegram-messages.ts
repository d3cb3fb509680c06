import type { Message, User } from 'grammy/types'
import type { Chats, Room } from './telegram-chats.ts'
import type { Entity } from './telegram-entities.ts'
import { documentOf, type Files, type Held, photoSizesOf } from './telegram-files.ts'
import { inlineKeyboard } from './telegram-keyboard.ts'
import { badRequest } from './telegram-refusal.ts'
import { formatted, tooLong } from './telegram-text.ts'

/** The parameters that the methods below read; the checker has seen to their types before. */
export type MessageParams = {
  chat_id?: number | string
  message_id?: number
  message_thread_id?: number
  message_ids?: number[]
  inline_message_id?: string
  draft_id?: number
  text?: string
  entities?: Entity[]
  caption?: string
  caption_entities?: Entity[]
  parse_mode?: string
  show_caption_above_media?: boolean
  has_spoiler?: boolean
  protect_content?: boolean
  link_preview_options?: Message['link_preview_options']
  reply_markup?: object
  reply_parameters?: { message_id: number; allow_sending_without_reply?: boolean }
  document?: unknown
  photo?: unknown
  media?: Media | Media[]
  reaction?: { type: string; emoji?: string }[]
}
type Media = { type: string; media: string } & Pick<
  MessageParams,
  'caption' | 'caption_entities' | 'parse_mode' | 'show_caption_above_media'
>
export type Uploads = Map<string, File>

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content ' +
  'and reply markup of the message'
const REACTIONS = new Set(
  `❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻
  👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡`.split(/\s+/),
)

const present = (content: Partial<Message>): Partial<Message> =>
  Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined && value !== false))
const filled = <T>(list: T[]) => (list.length > 0 ? list : undefined)

/** The methods that send, change and remove messages. */
export const messageMethods = ({ bot, chats, files }: { bot: User; chats: Chats; files: Files }) => {
  // Only messages without a reply keyboard can be edited.
  const fixed = new WeakSet<Message>()

  const textOf = (source: string, mode?: string, entities?: Entity[]) =>
    formatted(source, { users: chats.user, ...(mode ? { mode } : {}), ...(entities ? { entities } : {}) })

  const messageText = (
    { text = '', parse_mode, entities, link_preview_options }: MessageParams,
    tooLongError: string,
  ) => {
    if (text === '') throw badRequest('message text is empty')
    const parsed = textOf(text, parse_mode, entities)
    if (parsed.text === '') throw badRequest('text must be non-empty')
    if (tooLong(parsed.text, 4096)) throw badRequest(tooLongError)
    return { text: parsed.text, entities: filled(parsed.entities), link_preview_options }
  }

  const messageCaption = (params: MessageParams) => {
    const caption = textOf(params.caption ?? '', params.parse_mode, params.caption_entities)
    if (tooLong(caption.text, 1024)) throw badRequest('message caption is too long')
    return {
      caption: caption.text === '' ? undefined : caption.text,
      caption_entities: filled(caption.entities),
      show_caption_above_media: params.show_caption_above_media === true ? (true as const) : undefined,
    }
  }

  const repliedTo = (room: Room, { reply_parameters }: MessageParams) => {
    if (!reply_parameters) return undefined
    const original = room.messages.get(reply_parameters.message_id)
    if (!original && reply_parameters.allow_sending_without_reply !== true)
      throw badRequest('message to be replied not found')
    const { reply_to_message: _, ...copy } = original ?? ({} as Message)
    return original ? (copy as NonNullable<Message['reply_to_message']>) : undefined
  }

  const show = (room: Room, message: Message) => {
    room.messages.set(message.message_id, message)
    room.heard.add(structuredClone(message))
    return message
  }

  const send = (room: Room, params: MessageParams, content: Partial<Message>) => {
    const { message_thread_id } = params
    if (message_thread_id !== undefined && !('is_forum' in room.chat)) throw badRequest('message thread not found')
    const extras = present({
      ...(message_thread_id === undefined ? {} : { message_thread_id, is_topic_message: true as const }),
      reply_to_message: repliedTo(room, params),
      reply_markup: inlineKeyboard(params.reply_markup),
      ...(params.protect_content === true ? { has_protected_content: true as const } : {}),
    })
    const message = chats.post(room, bot, { ...present(content), ...extras })
    if (params.reply_markup && !('inline_keyboard' in params.reply_markup)) fixed.add(message)
    room.drafts.clear()
    return show(room, message)
  }

  const toEdit = ({ chat_id, message_id, inline_message_id }: MessageParams) => {
    if (inline_message_id !== undefined) throw badRequest('MESSAGE_ID_INVALID')
    if (chat_id === undefined) throw badRequest('chat_id is empty')
    if (message_id === undefined) throw badRequest('message identifier is not specified')
    const room = chats.target(chat_id)
    const message = room.messages.get(message_id)
    if (!message) throw badRequest('message to edit not found')
    if (message.from?.id !== bot.id || fixed.has(message)) throw badRequest("message can't be edited")
    return { room, message }
  }

  const edit = ({ room, message }: { room: Room; message: Message }, change: Partial<Message>, dated = true) => {
    const { edit_date, ...before } = message
    const after = present({ ...before, ...change }) as Message
    if (Bun.deepEquals(before, after)) throw badRequest(NOT_MODIFIED)
    const date = dated ? chats.seconds() : edit_date
    return show(room, date === undefined ? after : { ...after, edit_date: date })
  }

  const sendFile = async (kind: Held['kind'], params: MessageParams, uploads: Uploads) => {
    const room = chats.target(params.chat_id)
    const held = await files.accept(kind, params[kind], uploads)
    const content: Partial<Message> = kind === 'photo' ? { photo: photoSizesOf(held) } : { document: documentOf(held) }
    const spoiler = params.has_spoiler === true ? { has_media_spoiler: true as const } : {}
    return send(room, params, { ...content, ...spoiler, ...messageCaption(params) })
  }

  const mediaOf = async ({ type, media, ...captioned }: Media, uploads: Uploads): Promise<Partial<Message>> => {
    if (type !== 'photo' && type !== 'document') throw badRequest(`the stand-in knows no media of type ${type}`)
    const held = await files.accept(type, media, uploads)
    const content = type === 'photo' ? { photo: photoSizesOf(held) } : { document: documentOf(held) }
    return { ...content, ...messageCaption(captioned) }
  }

  const remove = (room: Room, messageId: number) => {
    const message = room.messages.get(messageId)
    if (!message) throw badRequest('message to delete not found')
    const old = chats.seconds() - message.date > 48 * 3600
    const foreign = message.from?.id !== bot.id && room.chat.type !== 'private'
    if (old || foreign) throw badRequest("message can't be deleted")
    room.messages.delete(messageId)
    return true
  }

  return {
    sendMessage: (params: MessageParams) =>
      send(chats.target(params.chat_id), params, messageText(params, 'message is too long')),
    sendPhoto: (params: MessageParams, uploads: Uploads) => sendFile('photo', params, uploads),
    sendDocument: (params: MessageParams, uploads: Uploads) => sendFile('document', params, uploads),
    sendMediaGroup: async (params: MessageParams, uploads: Uploads) => {
      const room = chats.target(params.chat_id)
      const album = Array.isArray(params.media) ? params.media : []
      if (album.length < 2 || album.length > 10) throw badRequest('media group must include 2-10 items')
      if (new Set(album.map(({ type }) => type)).size > 1) throw badRequest("photos and documents can't be mixed")
      const contents = await Promise.all(album.map((media) => mediaOf(media, uploads)))
      const media_group_id = String(chats.seconds())
      return contents.map((content) => send(room, params, { ...content, media_group_id }))
    },
    editMessageMedia: async (params: MessageParams, uploads: Uploads) => {
      const target = toEdit(params)
      const { media } = params
      if (!media || Array.isArray(media)) throw badRequest('media must be one item')
      if (target.message.text !== undefined && !target.message.photo) throw badRequest('there is no media in the message to edit') // prettier-ignore
      const { photo: _, document: __, caption: ___, caption_entities: ____, ...rest } = target.message
      return edit({ ...target, message: rest }, { ...(await mediaOf(media, uploads)), reply_markup: inlineKeyboard(params.reply_markup) }) // prettier-ignore
    },
    sendMessageDraft: ({ chat_id, draft_id = 0, text = '', parse_mode, entities }: MessageParams) => {
      const room = chats.target(chat_id)
      if (room.chat.type !== 'private') throw badRequest('message drafts can be sent to private chats only')
      if (draft_id === 0) throw badRequest('draft_id must be non-zero')
      const parsed = textOf(text, parse_mode, entities)
      if (tooLong(parsed.text, 4096)) throw badRequest('message is too long')
      room.drafts.set(draft_id, parsed.text)
      return true
    },
    editMessageText: (params: MessageParams) => {
      const target = toEdit(params)
      if (target.message.text === undefined) throw badRequest('there is no text in the message to edit')
      const text = messageText(params, 'MESSAGE_TOO_LONG')
      return edit(target, { ...text, reply_markup: inlineKeyboard(params.reply_markup) })
    },
    editMessageCaption: (params: MessageParams) => {
      const target = toEdit(params)
      if (target.message.text !== undefined) throw badRequest('there is no caption in the message to edit')
      return edit(target, { ...messageCaption(params), reply_markup: inlineKeyboard(params.reply_markup) })
    },
    editMessageReplyMarkup: (params: MessageParams) =>
      edit(toEdit(params), { reply_markup: inlineKeyboard(params.reply_markup) }, false),
    deleteMessage: ({ chat_id, message_id = 0 }: MessageParams) => remove(chats.target(chat_id), message_id),
    deleteMessages: ({ chat_id, message_ids = [] }: MessageParams) => {
      if (message_ids.length === 0 || message_ids.length > 100)
        throw badRequest('between 1 and 100 messages can be deleted')
      const room = chats.target(chat_id)
      for (const id of message_ids) if (room.messages.has(id)) remove(room, id)
      return true
    },
    setMessageReaction: ({ chat_id, message_id = 0, reaction = [] }: MessageParams) => {
      const room = chats.target(chat_id)
      if (!room.messages.has(message_id)) throw badRequest('message to react not found')
      if (reaction.length > 1) throw badRequest('REACTIONS_TOO_MANY')
      for (const { type, emoji } of reaction)
        if (type !== 'emoji' || !REACTIONS.has(emoji ?? '')) throw badRequest('REACTION_INVALID')
      return true
    },
  }
}
