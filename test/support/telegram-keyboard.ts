import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types'
import { checkedLink } from './telegram-entities.ts'
import { badRequest } from './telegram-refusal.ts'

const LABELS = new Set(['text', 'icon_custom_emoji_id', 'style'])

const checkButton = (button: InlineKeyboardButton) => {
  const cannot = (why: string) => badRequest(`can't parse inline keyboard button: ${why}`)
  const does = Object.entries(button).filter(([name, value]) => !LABELS.has(name) && value !== '')
  if (button.text.trim() === '') throw cannot('Text must be non-empty')
  if (does.length === 0) throw cannot('Text buttons are unallowed in the inline keyboard')
  if (does.length > 1) throw cannot(`exactly one of ${does.map(([name]) => name).join(', ')} must be used`)
  if (button.style !== undefined && !['danger', 'success', 'primary'].includes(button.style))
    throw cannot('invalid button style specified')
  if ('callback_data' in button && Buffer.byteLength(button.callback_data ?? '') > 64)
    throw badRequest('BUTTON_DATA_INVALID')
  if ('url' in button && checkedLink(button.url ?? '') === undefined)
    throw badRequest(`inline keyboard button URL '${button.url}' is invalid: Wrong HTTP URL`)
  if ('web_app' in button && !(button.web_app?.url ?? '').startsWith('https://'))
    throw badRequest(
      `inline keyboard button Web App URL '${button.web_app?.url}' is invalid: Only HTTPS links are allowed`,
    )
  if ('copy_text' in button && !/^[^]{1,256}$/u.test(button.copy_text?.text ?? ''))
    throw badRequest('BUTTON_COPY_TEXT_INVALID')
}

/** The inline keyboard as the message keeps it; undefined for none, an empty one, or another kind of markup. */
export const inlineKeyboard = (markup: object | undefined): InlineKeyboardMarkup | undefined => {
  if (!markup || !('inline_keyboard' in markup)) return undefined
  const rows = (markup as InlineKeyboardMarkup).inline_keyboard.filter((row) => row.length > 0)
  const buttons = rows.flat()
  for (const button of buttons) checkButton(button)
  if (buttons.length > 100) throw badRequest('REPLY_MARKUP_TOO_LONG')
  return buttons.length === 0 ? undefined : { inline_keyboard: rows }
}
