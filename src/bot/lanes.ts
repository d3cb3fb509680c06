import type { Update } from 'grammy/types'

/**
 * What has to be handled one after another: the commands and taps of a chat, beside them its files, and its questions, which may take a
 * model many seconds. A command is answered at once, whatever Alfred is thinking about.
 */
export function laneOf(update: Update): string {
  const message = update.message ?? update.edited_message
  const chat = message?.chat ?? update.callback_query?.message?.chat ?? update.my_chat_member?.chat
  const id = chat?.id ?? update.callback_query?.from.id ?? 0
  const thread = message?.is_topic_message ? `/${message.message_thread_id}` : ''
  if (message?.document) return `${id} files`
  return message && isQuestion(message.text) ? `${id}${thread} questions` : `${id}`
}

/** Free text is for Alfred; a command starts with a slash. */
export const isQuestion = (text: string | undefined): text is string => text !== undefined && !text.startsWith('/')
