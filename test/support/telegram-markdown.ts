import { byteOffset, type Entity, type Formatted, linkEntity } from './telegram-entities.ts'
import { badRequest } from './telegram-refusal.ts'

const RESERVED = new Set('_*[]()~`>#+-=|{}.!\n')
const NAMES: Record<string, string> = {
  bold: 'Bold',
  italic: 'Italic',
  underline: 'Underline',
  strikethrough: 'Strikethrough',
  spoiler: 'Spoiler',
  code: 'Code',
  pre: 'Pre',
  text_link: 'TextUrl',
  custom_emoji: 'CustomEmoji',
  blockquote: 'BlockQuote',
}
const END: Record<string, string> = {
  bold: '*',
  italic: '_',
  underline: '__',
  strikethrough: '~',
  spoiler: '||',
  code: '`',
  pre: '```',
  text_link: ']',
  custom_emoji: ']',
}

type Open = { type: string; offset: number; at: number; language?: string }

const refused = (what: string) => badRequest(`can't parse entities: ${what}`)

/** Parses `parse_mode` MarkdownV2; what Telegram cannot parse is refused in its words. */
export const parseMarkdown = (source: string): Formatted => {
  const entities: Entity[] = []
  const open: Open[] = []
  let text = ''
  let index = 0
  let quoting = false
  let lineStart = true

  const escaped = () => source[index] === '\\' && index + 1 < source.length && source.charCodeAt(index + 1) <= 126
  const reserved = () => refused(`Character '${source[index]}' is reserved and must be escaped with the preceding '\\'`)
  const unended = ({ type, at }: Open) =>
    refused(`Can't find end of ${NAMES[type]} entity at byte offset ${byteOffset(source, at)}`)

  const start = (type: string, width: number, language?: string) => {
    open.push({ type, offset: text.length, at: index, ...(language ? { language } : {}) })
    index += width
  }
  const finish = (details: Partial<Entity> | undefined) => {
    const { type, offset, language } = open.pop() as Open
    if (details && text.length > offset)
      entities.push({ type, offset, length: text.length - offset, ...(language ? { language } : {}), ...details })
  }

  /** The `(…)` after a `]`; undefined without one. */
  const readTarget = (what: string): string | undefined => {
    if (source[index] !== '(') return undefined
    const begin = ++index
    let target = ''
    for (; index < source.length && source[index] !== ')'; index++) {
      if (escaped()) index++
      target += source[index]
    }
    if (index++ >= source.length) throw refused(`Can't find end of ${what} at byte offset ${byteOffset(source, begin)}`)
    return target
  }

  const customDetails = (target: string | undefined): Partial<Entity> => {
    const emoji = /^tg:\/\/emoji\?id=([1-9]\d*)$/.exec(target ?? '')
    if (emoji) return { custom_emoji_id: emoji[1] ?? '' }
    const time = /^tg:\/\/time\?unix=([1-9]\d*)(?:&format=(\w*))?$/.exec(target ?? '')
    if (time) return { type: 'date_time', unix_time: Number(time[1]), date_time_format: time[2] ?? '' }
    throw refused('Custom emoji entity must contain a tg://emoji URL')
  }

  const endsHere = ({ type }: Open) => {
    const end = END[type]
    if (end === undefined || !source.startsWith(end, index)) return false
    return type !== 'italic' || source[index + 1] !== '_'
  }

  const end = ({ type, offset }: Open) => {
    index += END[type]?.length ?? 0
    if (type === 'text_link') finish(linkEntity(readTarget('a URL') ?? text.slice(offset)))
    else if (type === 'custom_emoji') finish(customDetails(readTarget('a custom emoji URL')))
    else finish({})
  }

  const endQuote = (type: string) => {
    const inner = open.at(-1)
    if (!inner || inner.type !== 'blockquote') throw inner ? unended(inner) : reserved()
    finish({ type })
    quoting = false
  }

  const begin = () => {
    const rest = source.slice(index)
    const quote = lineStart ? /^(?:\*\*)?>/.exec(rest)?.[0] : undefined
    if (quote) {
      quoting = true
      start('blockquote', quote.length)
    } else if (rest.startsWith('```')) {
      const [head = '', language] = /^```(?:([^\s`]+)(?=\s))?(?:\r\n|\n\r|\n|\r)?/.exec(rest) ?? []
      start('pre', head.length, language)
    } else if (rest.startsWith('`')) start('code', 1)
    else if (rest.startsWith('__')) start('underline', 2)
    else if (rest.startsWith('_')) start('italic', 1)
    else if (rest.startsWith('*')) start('bold', 1)
    else if (rest.startsWith('~')) start('strikethrough', 1)
    else if (rest.startsWith('||')) start('spoiler', 2)
    else if (rest.startsWith('![')) start('custom_emoji', 2)
    else if (rest.startsWith('[')) start('text_link', 1)
    else throw reserved()
    lineStart = false
  }

  const newLine = () => {
    const quoteEnds = quoting && source[index + 1] !== '>'
    if (quoteEnds) endQuote('blockquote')
    text += '\n'
    index += quoting ? 2 : 1
    lineStart = !quoting
  }

  while (index < source.length) {
    const character = source[index] as string
    const inner = open.at(-1)
    const monospace = inner?.type === 'code' || inner?.type === 'pre'
    if (escaped()) {
      text += source[index + 1]
      index += 2
      lineStart = false
    } else if (monospace ? character !== '`' : !RESERVED.has(character)) {
      text += character
      index += 1
      lineStart = false
    } else if (character === '\n') newLine()
    else if (inner?.type === 'blockquote' && /^\|\|(?:\n(?!>)|$)/.test(source.slice(index))) {
      endQuote('expandable_blockquote')
      index += 2
    } else if (inner && endsHere(inner)) end(inner)
    else if (monospace) throw reserved()
    else begin()
  }
  if (quoting && open.at(-1)?.type === 'blockquote') endQuote('blockquote')
  const last = open.at(-1)
  if (last) throw unended(last)
  return { text, entities }
}
