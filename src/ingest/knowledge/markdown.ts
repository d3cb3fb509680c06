import * as v from 'valibot'
import { readHtml } from './html.ts'
import { oneLine, type Read } from './passage.ts'

const FrontMatter = v.object({
  title: v.optional(v.string()),
  lang: v.optional(v.string()),
  language: v.optional(v.string()),
})

/** Markdown by way of its HTML. Front matter gives title and language only; the marks of notes and includes are no text. */
export function readMarkdown(markdown: string): Read {
  const front = /^---[ \t]*\n([\s\S]*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/.exec(markdown)
  const { passages } = readHtml(htmlOf(front ? markdown.slice(front[0].length) : markdown))
  const { title, lang, language = lang } = frontMatter(front?.[1] ?? '')
  const first = passages[0]?.heading[0]
  return { passages, title: oneLine(title ?? first ?? '') || undefined, language, notes: [] }
}

/** Front matter that is not YAML is left out like any other. */
function frontMatter(text: string): v.InferOutput<typeof FrontMatter> {
  const pairs = text.split('\n').flatMap((line) => {
    const [, key = '', value = ''] = /^(title|lang|language):\s*(.*?)\s*$/.exec(line) ?? []
    return key ? [[key, value.replace(/^(['"])(.*)\1$/, '$2')]] : []
  })
  return v.parse(FrontMatter, Object.fromEntries(pairs))
}

const htmlOf = (markdown: string) =>
  Bun.markdown.html(
    markdown
      .replace(/\[!INCLUDE\s*\[([^\]\n]*)\]\([^)\n]*\)\s*\]/gi, '$1')
      .replace(/^([> \t]*)\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION|div)[^\]\n]*\][ \t]*$/gim, '$1'),
  )
