import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import { readMarkdown } from './markdown.ts'
import { oneLine, type Passage, type Read } from './passage.ts'

const Text = v.pipe(v.string(), v.trim(), v.minLength(1))
const Question = v.union([
  v.object({ question: Text, answer: Text }),
  v.pipe(
    v.object({ q: Text, a: Text }),
    v.transform(({ q, a }) => ({ question: q, answer: a })),
  ),
])
const Questions = v.pipe(v.array(v.unknown()), v.maxLength(5_000))
const Section = v.object({ name: v.optional(v.string()), questions: Questions })
const Faq = v.union([
  v.pipe(
    Questions,
    v.transform((questions) => ({ title: undefined, summary: undefined, sections: [{ name: undefined, questions }] })),
  ),
  v.object({
    title: v.optional(v.string()),
    summary: v.optional(v.string()),
    sections: v.pipe(v.array(Section), v.maxLength(500)),
  }),
  v.pipe(
    v.object({ title: v.optional(v.string()), questions: Questions }),
    v.transform(({ title, questions }) => ({ title, summary: undefined, sections: [{ name: undefined, questions }] })),
  ),
])

/**
 * Questions and answers in YAML: a list of them, or sections with a name each, as in YamlMime:FAQ. The question is the heading of its
 * answer, which may be Markdown.
 * @throws AppError `malformed` when it is no YAML, `invalid` when it holds no question
 */
export function readFaq(yaml: string): Read {
  const none =
    'The YAML holds no questions. Give a list of { question, answer }, or "sections" with a name and "questions" each.'
  const checked = v.safeParse(Faq, parsed(yaml))
  if (!checked.success) throw new AppError('invalid', none)
  const { title, summary, sections } = checked.output
  const passages: Passage[] = summary ? readMarkdown(summary).passages : []
  let unread = 0
  for (const { name = '', questions } of sections)
    for (const entry of questions) {
      const asked = v.safeParse(Question, entry)
      if (!asked.success) {
        unread++
        continue
      }
      const section = /^ignored$/i.test(name.trim()) ? [] : [oneLine(name)].filter(Boolean)
      const heading = [...section, oneLine(asked.output.question).slice(0, 200)]
      for (const passage of readMarkdown(asked.output.answer).passages)
        passages.push({ ...passage, heading: [...heading, ...passage.heading] })
    }
  if (passages.length === 0) throw new AppError('invalid', none)
  const notes = unread ? [`${unread} ${unread === 1 ? 'entry' : 'entries'} without question and answer left out.`] : []
  return { passages, title: title && oneLine(title), notes }
}

/** Aliases stand for the same value, not for a copy, so that nested ones cost nothing here. */
function parsed(yaml: string): unknown {
  try {
    return Bun.YAML.parse(yaml)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it is broken'
    throw new AppError('malformed', `The YAML cannot be read: ${why}.`, { cause })
  }
}
