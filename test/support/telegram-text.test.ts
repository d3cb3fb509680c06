import { expect, test } from 'bun:test'
import { formatted } from './telegram-text.ts'

const alice = { id: 7, is_bot: false, first_name: 'Alice' }
const users = (id: number) => (id === alice.id ? alice : undefined)
const html = (source: string) => formatted(source, { mode: 'HTML', users })
const markdown = (source: string) => formatted(source, { mode: 'MarkdownV2', users })
/** Each entity as `type:content`, with its address or language. */
const marks = ({ text, entities }: ReturnType<typeof formatted>) =>
  entities.map((entity) => {
    const extra = ('url' in entity && entity.url) || ('language' in entity && entity.language) || ''
    return `${entity.type}:${text.slice(entity.offset, entity.offset + entity.length)}${extra && `=${extra}`}`
  })

test('HTML gives plain text and entities counted in UTF-16 units', () => {
  const parsed = html(
    '📈 <b>Profit <i>up</i></b> &lt;5&gt; &amp; <u>x</u> <s>y</s> <tg-spoiler>z</tg-spoiler> &#128513;',
  )
  expect(parsed.text).toBe('📈 Profit up <5> & x y z 😁')
  expect(marks(parsed)).toEqual(['bold:Profit up', 'italic:up', 'underline:x', 'strikethrough:y', 'spoiler:z'])
  expect(parsed.entities[0]?.offset).toBe(3)
})

test('HTML links, mentions, code with a language, quotes and times', () => {
  const parsed = html(
    '<a href="https://example.com/?a=1&amp;b=2">link</a> <a href="tg://user?id=7">Al</a> <a href="tg://user?id=8">Bo</a> ' +
      '<a href="http://localhost:3000">here</a>\n<pre><code class="language-sql">select 1</code></pre> ' +
      '<code class="language-x">y</code> <blockquote expandable>q</blockquote> <tg-time unix="60" format="r">now</tg-time>',
  )
  expect(marks(parsed)).toEqual([
    'text_link:link=https://example.com/?a=1&b=2',
    'text_mention:Al',
    'pre:select 1=sql',
    'code:y',
    'expandable_blockquote:q',
    'date_time:now',
  ])
})

test.each([
  ['<p>x</p>', 'Unsupported start tag "p" at byte offset 0'],
  ['ä < b', 'Unsupported start tag "" at byte offset 3'],
  ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
  ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
  ['x</b>', 'Unexpected end tag at byte offset 1'],
  ['<b', 'Unclosed start tag at byte offset 0'],
  ['<a href="x', 'Unclosed start tag "a" at byte offset 0'],
  ['<a href>x</a>', 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'],
  ['<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
])('HTML %j is refused', (source, why) => {
  expect(() => html(source)).toThrow(`Bad Request: can't parse entities: ${why}`)
})

test('MarkdownV2 gives plain text and entities', () => {
  const parsed = markdown(
    '*Profit _up_* \\(5\\.5%\\) __u__ ~s~ ||sp|| [link](https://example.com/\\)) `a\\`b` [Al](tg://user?id=7)',
  )
  expect(parsed.text).toBe('Profit up (5.5%) u s sp link a`b Al')
  expect(marks(parsed)).toEqual([
    'bold:Profit up',
    'italic:up',
    'underline:u',
    'strikethrough:s',
    'spoiler:sp',
    'text_link:link=https://example.com/)',
    'code:a`b',
    'text_mention:Al',
  ])
})

test('MarkdownV2 blocks: code with a language, quotes that end with their lines, expandable quotes', () => {
  expect(marks(markdown('```sql\nselect *\n```'))).toEqual(['pre:select *=sql'])
  expect(marks(markdown('```\na.b\n```'))).toEqual(['pre:a.b'])
  const quotes = markdown('>one\n>two\nplain\n**>three\n>four||')
  expect(quotes.text).toBe('one\ntwo\nplain\nthree\nfour')
  expect(marks(quotes)).toEqual(['blockquote:one\ntwo', 'expandable_blockquote:three\nfour'])
})

test.each([
  ['5.5', "Character '.' is reserved and must be escaped with the preceding '\\'"],
  ['a-b', "Character '-' is reserved"],
  ['ok!', "Character '!' is reserved"],
  ['a > b', "Character '>' is reserved"],
  ['ä *x', "Can't find end of Bold entity at byte offset 3"],
  ['_x', "Can't find end of Italic entity at byte offset 0"],
  ['[x](https://a.b', "Can't find end of a URL at byte offset 4"],
  ['`x', "Can't find end of Code entity at byte offset 0"],
])('MarkdownV2 %j is refused', (source, why) => {
  expect(() => markdown(source)).toThrow(`Bad Request: can't parse entities: ${why}`)
})

test('other parse modes are refused', () => {
  expect(() => formatted('x', { mode: 'BBCode', users })).toThrow('unsupported parse_mode')
})

test('commands, mentions, links and tags are found by themselves, but not inside code', () => {
  const parsed = formatted(
    '/pnl@dealdome_bot 2026/01/02 and/or @alice #q4 $USD a.b@c.de https://x.io/a?b=1. see example.com',
    {
      users,
    },
  )
  expect(marks(parsed)).toEqual([
    'bot_command:/pnl@dealdome_bot',
    'mention:@alice',
    'hashtag:#q4',
    'cashtag:$USD',
    'email:a.b@c.de',
    'url:https://x.io/a?b=1',
    'url:example.com',
  ])
  expect(marks(html('<code>/pnl</code> <b>/ads</b>'))).toEqual(['code:/pnl', 'bold:/ads', 'bot_command:/ads'])
})

test('the ends are trimmed, and bold is cut around code', () => {
  const parsed = html('\n <b>a <code>b</code> c</b> \n')
  expect(parsed.text).toBe('a b c')
  expect(marks(parsed)).toEqual(['bold:a ', 'code:b', 'bold: c'])
})
