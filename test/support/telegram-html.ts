import { byteOffset, type Entity, type Formatted, linkEntity } from './telegram-entities.ts'
import { badRequest } from './telegram-refusal.ts'

const TYPE_OF_TAG: Record<string, string> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
  a: 'text_link',
  'tg-emoji': 'custom_emoji',
  'tg-time': 'date_time',
  pre: 'pre',
  code: 'code',
  blockquote: 'blockquote',
}
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' }

type Attributes = Record<string, string>
type OpenTag = { tag: string; attributes: Attributes; offset: number }

const refused = (what: string) => badRequest(`can't parse entities: ${what}`)

const decodeReferences = (source: string) =>
  source.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]+));?/gi, (whole, hex, decimal, name: string | undefined) => {
    if (name !== undefined) return NAMED[name] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code < 0x10ffff ? String.fromCodePoint(code) : whole
  })

const readAttributes = (source: string, tag: string, at: string): Attributes => {
  const attributes: Attributes = {}
  let rest = source.trimStart()
  while (rest !== '') {
    const name = /^[^\s=]*/.exec(rest)?.[0] ?? ''
    if (name === '') throw refused(`Empty attribute name in the tag "${tag}" ${at}`)
    const value = /^\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)(?=\s|$))/.exec(rest.slice(name.length))
    if (!value && !(tag === 'blockquote' && name === 'expandable')) {
      const why = rest.slice(name.length).trimStart().startsWith('=')
        ? `Unexpected end of name token in the tag "${tag}"`
        : `Expected equal sign in declaration of an attribute of the tag "${tag}"`
      throw refused(`${why} ${at}`)
    }
    attributes[name] = decodeReferences(value?.[1] ?? value?.[2] ?? value?.[3]?.toLowerCase() ?? '')
    rest = rest.slice(name.length + (value?.[0].length ?? 0)).trimStart()
  }
  return attributes
}

/** Reads a start tag that begins at `<`; a `>` inside a quoted value does not end it. */
const readStartTag = (source: string, begin: number) => {
  const at = `at byte offset ${byteOffset(source, begin)}`
  const tag = /^[^\s>]*/.exec(source.slice(begin + 1))?.[0] ?? ''
  const from = begin + 1 + tag.length
  if (from >= source.length) throw refused(`Unclosed start tag ${at}`)
  const name = tag.toLowerCase()
  if (!(name in TYPE_OF_TAG)) throw refused(`Unsupported start tag "${name}" ${at}`)
  const inside = /^(?:"[^"]*"|'[^']*'|[^>"'])*(?=>)/.exec(source.slice(from))?.[0]
  if (inside === undefined) throw refused(`Unclosed start tag "${name}" ${at}`)
  const attributes = readAttributes(inside, name, at)
  if (name === 'span' && attributes['class'] !== 'tg-spoiler')
    throw refused(`Tag "span" must have class "tg-spoiler" ${at}`)
  return { tag: name, attributes, end: from + inside.length + 1 }
}

const languageOf = ({ tag, attributes }: OpenTag) =>
  tag === 'code' && attributes['class']?.startsWith('language-') ? attributes['class'].slice('language-'.length) : ''

const detailsOf = ({ tag, attributes }: OpenTag, content: string): Partial<Entity> | undefined => {
  switch (tag) {
    case 'a':
      return linkEntity(attributes['href'] || content)
    case 'tg-emoji':
      if (!/^[1-9]\d*$/.test(attributes['emoji-id'] ?? '')) throw refused('Invalid custom emoji identifier specified')
      return { custom_emoji_id: attributes['emoji-id'] ?? '' }
    case 'tg-time':
      if (!/^[1-9]\d*$/.test(attributes['unix'] ?? '')) throw refused('Invalid Unix time specified')
      return { unix_time: Number(attributes['unix']), date_time_format: attributes['format'] ?? '' }
    case 'blockquote':
      return 'expandable' in attributes ? { type: 'expandable_blockquote' } : {}
    default:
      return {}
  }
}

/** Parses `parse_mode` HTML; what Telegram cannot parse is refused in its words. */
export const parseHtml = (source: string): Formatted => {
  const entities: Entity[] = []
  const open: OpenTag[] = []
  const languages = new Map<Entity, string>()
  let text = ''

  const close = () => {
    const closed = open.pop()
    if (!closed || text.length === closed.offset) return
    const { tag, offset } = closed
    const span = { offset, length: text.length - offset }
    // <pre><code class="language-x"> and its mirror image are one block with a language.
    const last = entities.at(-1)
    const language = tag === 'pre' && last ? languages.get(last) : languageOf(closed)
    const pair = { pre: 'code', code: 'pre' }[tag]
    if (language && last?.type === pair && last?.offset === offset && last.length === span.length) {
      entities[entities.length - 1] = { type: 'pre', ...span, language }
      return
    }
    const details = detailsOf(closed, text.slice(offset))
    if (!details) return
    const entity = { type: TYPE_OF_TAG[tag] ?? tag, ...span, ...details }
    entities.push(entity)
    if (language) languages.set(entity, language)
  }

  for (let index = 0; index < source.length;) {
    if (source[index] !== '<') {
      const run = /^[^<]*/.exec(source.slice(index))?.[0] ?? ''
      text += decodeReferences(run)
      index += run.length
    } else if (source[index + 1] === '/') {
      const at = `at byte offset ${byteOffset(source, index)}`
      const expected = open.at(-1)?.tag
      if (expected === undefined) throw refused(`Unexpected end tag ${at}`)
      const [whole, found] = /^<\/([^\s>]*)\s*>/.exec(source.slice(index)) ?? []
      if (whole === undefined) throw refused(`Unclosed end tag ${at}`)
      const name = found?.toLowerCase()
      if (name && name !== expected)
        throw refused(`Unmatched end tag ${at}, expected "</${expected}>", found "</${name}>"`)
      close()
      index += whole.length
    } else {
      const { tag, attributes, end } = readStartTag(source, index)
      open.push({ tag, attributes, offset: text.length })
      index = end
    }
  }
  const unclosed = open.at(-1)
  if (unclosed) throw refused(`Can't find end tag corresponding to start tag "${unclosed.tag}"`)
  return { text, entities }
}
