import { describe, expect, test } from 'bun:test'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { demoDesk } from './demo-desk.ts'
import { type Case, goldenSet } from './golden-set.ts'
import { valueOf, type Value } from './values.ts'
import { sentenceOf, written } from './writing.ts'

const desk = await demoDesk()
const { sql, claude, ask, inputOf, reported } = desk
/** Their results hold no figure of their own, so nothing is proven by them that a receipt could show. */
const NO_RECEIPT = new Set(['find_products', 'explain_figure'])

const digits = (text: string) => text.replace(/[^\d]/g, '')

async function answered(one: Case, call: { tool: string; input: object }, figure: string, said: string[]) {
  const given = inputOf(call.input as Case['input'])
  const input = given['figure'] === '{}' ? { figure } : given
  let conversation_id: number | undefined
  if (one.after) {
    claude.script([calls(one.after.tool, one.after.input), says('There you are.')])
    ;({ conversation_id } = await ask('First the figures.', { agent: one.agent }))
  }
  let failed: unknown
  const [first = '', ...rest] = said
  claude.script([
    calls(call.tool, input),
    (request) => {
      failed = resultsOf(request).find(({ isError }) => isError)?.result
      return says(first)
    },
    ...rest.map(says),
  ])
  const answer = await ask(one.question.replace('{}', figure), { agent: one.agent, conversation_id })
  expect({ failed, left: claude.left, reported }).toEqual({ failed: undefined, left: 0, reported: [] })
  return answer
}

/** The value one unit of its last digit off, and that of other days. */
async function mutantsOf(one: Case, value: Value): Promise<Value[]> {
  const { wanted } = one
  const off = { ...value, units: value.units + 1n }
  if (!wanted.from || !wanted.to || wanted.best || wanted.against || one.after)
    return [off, { ...value, units: value.units - 1n }]
  const earlier = (day: string) => new Date(Date.parse(day) - 119 * 86_400_000).toISOString().slice(0, 10)
  const other = await valueOf(sql, { ...wanted, from: earlier(wanted.from), to: earlier(wanted.to) })
  return other.units === value.units ? [off, { ...value, units: value.units - 1n }] : [off, other]
}

test('the golden set has at least 150 questions, 62 of them English, 45 Dutch and 45 German, none twice, on every tool that gives figures', () => {
  const count = (language: string) => goldenSet.filter((one) => one.language === language).length
  expect(goldenSet.length).toBeGreaterThanOrEqual(150)
  expect([count('en') >= 62, count('nl') >= 45, count('de') >= 45]).toEqual([true, true, true])
  expect(new Set(goldenSet.map(({ question }) => question)).size).toBe(goldenSet.length)
  console.log(`${goldenSet.length} questions: ${count('en')} English, ${count('nl')} Dutch, ${count('de')} German; ${new Set(goldenSet.map(({ tool }) => tool)).size} tools`) // prettier-ignore
})

describe('the value that was worked out from the orders leaves as it was said, with a receipt; a value one cent off or of other days does not', () => {
  for (const [nth, one] of goldenSet.entries())
    test(`${one.language} ${one.tool}: ${one.question}`, async () => {
      const value = await valueOf(sql, one.wanted)
      const right = sentenceOf(one.wanted, value, one.language, nth)
      const figure = written(value, one.language, nth)
      for (const call of [one, ...one.or]) {
        const answer = await answered(one, call, figure, [right])
        expect(answer.text).toBe(right)
        expect(answer.receipt_ids.length > 0).toBe(!NO_RECEIPT.has(call.tool))
      }
      const wrong = (await mutantsOf(one, value)).map((mutant) => sentenceOf(one.wanted, mutant, one.language, nth))
      const { text } = await answered(one, one, figure, wrong)
      for (const sentence of wrong) expect(text).not.toContain(sentence)
      expect(digits(text)).toBe('')
    })
})
