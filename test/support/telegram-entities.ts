import type { User } from 'grammy/types'

/** Offsets and lengths count UTF-16 code units, as JavaScript strings do. */
export type Entity = {
  type: string
  offset: number
  length: number
  url?: string
  user?: User
  language?: string
  custom_emoji_id?: string
  unix_time?: number
  date_time_format?: string
}
export type Formatted = { text: string; entities: Entity[] }

/** Telegram's errors count bytes of UTF-8. */
export const byteOffset = (source: string, index: number) => Buffer.byteLength(source.slice(0, index))

/** The link as Telegram keeps it, or undefined for one that it drops: a web address needs a host with a dot. */
export const checkedLink = (link: string): string | undefined => {
  if (/^(?:tg|ton):/i.test(link)) return link
  const address = /^https?:\/\//i.test(link) ? link : `http://${link}`
  if (!URL.canParse(address) || (link.includes('://') && !/^https?:/i.test(link))) return undefined
  const { hostname, href } = new URL(address)
  return hostname.includes('.') || hostname.startsWith('[') ? href : undefined
}

/** What an inline link marks: a mention of a user by `tg://user?id=`, a link, or nothing when the address is refused. */
export const linkEntity = (link: string): Pick<Entity, 'type' | 'url' | 'user'> | undefined => {
  const id = /^tg:\/\/user\/?\?id=(\d+)$/i.exec(link)?.[1]
  if (id) return { type: 'text_mention', user: { id: Number(id), is_bot: false, first_name: '' } }
  const url = checkedLink(link)
  return url === undefined ? undefined : { type: 'text_link', url }
}

const SPLITTABLE = new Set(['bold', 'italic', 'underline', 'strikethrough', 'spoiler'])
const QUOTES = new Set(['blockquote', 'expandable_blockquote'])
const MONOSPACE = new Set(['code', 'pre'])

const outside = (entity: Entity, hole: Entity): Entity[] => {
  const [end, holeEnd] = [entity.offset + entity.length, hole.offset + hole.length]
  if (end <= hole.offset || entity.offset >= holeEnd) return [entity]
  return [
    { ...entity, length: hole.offset - entity.offset },
    { ...entity, offset: holeEnd, length: end - holeEnd },
  ].filter((part) => part.length > 0)
}

/** Monospace holds and joins nothing but quotes: bold and the like are cut around it, links within it are dropped. */
const apartFromMonospace = (entities: Entity[]) => {
  const holes = entities.filter((entity) => MONOSPACE.has(entity.type))
  return entities.flatMap((entity) => {
    if (MONOSPACE.has(entity.type) || QUOTES.has(entity.type)) return [entity]
    const parts = holes.reduce((left, hole) => left.flatMap((part) => outside(part, hole)), [entity])
    const whole = parts.length === 1 && parts[0]?.length === entity.length
    return SPLITTABLE.has(entity.type) || whole ? parts : []
  })
}

const inOrder = (entities: Entity[]) => entities.sort((a, b) => a.offset - b.offset || b.length - a.length)

/** Trims the ends as Telegram does (leading space only up to the first entity) and keeps the first 100 entities. */
export const tidy = ({ text, entities }: Formatted): Formatted => {
  const firstAt = Math.min(text.length, ...entities.map(({ offset }) => offset))
  const lead = /^\s*/.exec(text.slice(0, firstAt))?.[0].length ?? 0
  const trimmed = text.slice(lead).trimEnd()
  const moved = (entity: Entity): Entity => {
    const offset = entity.offset - lead
    return { ...entity, offset, length: Math.min(entity.length, trimmed.length - offset) }
  }
  const kept = apartFromMonospace(entities).map(moved)
  return { text: trimmed, entities: inOrder(kept.filter(({ length }) => length > 0)).slice(0, 100) }
}

const TOP_LEVEL = 'com|org|net|io|me|dev|app|co|ai|shop|store|info|biz|eu|de|uk|fr|nl|es|it|ru|se'
const PLAIN: [type: string, pattern: RegExp][] = [
  ['email', /(?<![\w.+-])[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}(?!\w)/giu],
  ['url', /(?<![\w@.])https?:\/\/[^\s/?#<>"]+\.[^\s<>"]*[^\s<>"'.,:;!?)\]}]/giu],
  [
    'url',
    new RegExp(`(?<![\\w@./])(?:[a-z\\d-]+\\.)+(?:${TOP_LEVEL})(?![\\w@])(?:/[^\\s<>"]*[^\\s<>"'.,:;!?)])?`, 'giu'),
  ],
  ['mention', /(?<![\w@/])@[a-z]\w{2,31}(?!\w)/giu],
  ['bot_command', /(?<![\p{L}\p{N}_/<>])\/\w{1,64}(?:@[a-z]\w{2,31})?(?![\p{L}\p{N}_/<>])/giu],
  ['hashtag', /(?<![\p{L}\p{N}_&])#[\p{L}\p{N}_]*\p{L}[\p{L}\p{N}_]*/gu],
  ['cashtag', /(?<![\p{L}\p{N}_$])\$[A-Z]{1,8}(?![\p{L}\p{N}_$])/gu],
]

/** The entities Telegram finds by itself (commands, mentions, links, tags) where no link or monospace is yet. */
export const withPlainEntities = ({ text, entities }: Formatted): Formatted => {
  const taken = entities.filter(({ type }) => !SPLITTABLE.has(type) && !QUOTES.has(type))
  for (const [type, pattern] of PLAIN)
    for (const { 0: found, index } of text.matchAll(pattern))
      if (!taken.some(({ offset, length }) => index < offset + length && offset < index + found.length))
        taken.push({ type, offset: index, length: found.length })
  const decoration = entities.filter((entity) => !taken.includes(entity))
  return { text, entities: inOrder([...decoration, ...taken]).slice(0, 100) }
}
