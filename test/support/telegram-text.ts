import type { MessageEntity, User } from 'grammy/types'
import { type Entity, type Formatted, tidy, withPlainEntities } from './telegram-entities.ts'
import { parseHtml } from './telegram-html.ts'
import { parseMarkdown } from './telegram-markdown.ts'
import { badRequest } from './telegram-refusal.ts'

export type Text = { text: string; entities: MessageEntity[] }

const TYPED_ENTITIES = new Set(
  `mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler blockquote
  expandable_blockquote code pre text_link text_mention custom_emoji date_time`.split(/\s+/),
)

const parse = (source: string, mode: string, entities: Entity[]): Formatted => {
  switch (mode.toLowerCase()) {
    case '':
    case 'none':
      return { text: source, entities }
    case 'html':
      return parseHtml(source)
    case 'markdownv2':
      return parseMarkdown(source)
    case 'markdown':
      throw badRequest('the stand-in does not parse legacy Markdown; use MarkdownV2 or HTML')
    default:
      throw badRequest('unsupported parse_mode')
  }
}

const checkGiven = (source: string, entities: Entity[]) => {
  for (const { type, offset, length } of entities) {
    if (!TYPED_ENTITIES.has(type)) throw badRequest("can't parse MessageEntity: unsupported type specified")
    if (offset < 0 || length <= 0 || offset + length > source.length)
      throw badRequest(`can't parse MessageEntity: ${type} at ${offset}, ${length} long, lies outside of the text`)
  }
}

/**
 * Text as Telegram stores it: parsed, trimmed, with the entities that it finds by itself. `users` resolves mentions by
 * id; unknown ones are dropped, as the real server drops them.
 */
export const formatted = (
  source: string,
  { mode = '', entities = [], users }: { mode?: string; entities?: Entity[]; users: (id: number) => User | undefined },
): Text => {
  if (Buffer.byteLength(source) > 32_768) throw badRequest('text is too long')
  checkGiven(source, mode === '' ? entities : [])
  const { text, entities: found } = withPlainEntities(tidy(parse(source, mode, entities)))
  const known = found.flatMap((entity) => {
    if (entity.type !== 'text_mention') return [entity]
    const user = users(entity.user?.id ?? 0)
    return user ? [{ ...entity, user }] : []
  })
  return { text, entities: known as MessageEntity[] }
}

// Counted in UTF-16 units, which is never fewer than Telegram counts.
export const tooLong = (text: string, limit: number) => text.length > limit
