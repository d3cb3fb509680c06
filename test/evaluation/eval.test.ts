import { describe, expect, test } from 'bun:test'
import { mkdir } from 'node:fs/promises'
import { calls, says } from '../support/anthropic-turns.ts'
import { demoDesk } from './demo-desk.ts'
import { goldenSet } from './golden-set.ts'
import { report, table } from './report.ts'
import { evaluate, someOf } from './run.ts'
import { sentenceOf } from './writing.ts'

const { EVAL, EVAL_LIMIT, EVAL_BUDGET, ANTHROPIC_API_KEY } = process.env
const desk = await demoDesk()
const { claude, inputOf } = desk
const three = goldenSet.filter(({ question }) =>
  [
    'What did the Dutch store turn over in March?',
    'Revenue of Germany last week?',
    'CM3 margin of the UK in January?',
  ].includes(question),
)

/** Claude answers a question by this call and this sentence, as often as it is asked. */
const answers = (tool: string, input: object, sentence: string) => [calls(tool, input), says(sentence), says(sentence)]

describe('an evaluation', () => {
  test('counts what was right, and names a wrong tool, a wrong argument and a figure that is off, with what was said', async () => {
    const { results, stopped } = await evaluate(desk, [...three, three[0]!], {
      budget: 1,
      prepare: (one, nth, value) => {
        const right = sentenceOf(one.wanted, value, one.language, 0)
        const off = sentenceOf(one.wanted, { ...value, units: value.units + 1n }, one.language, 0)
        claude.script(
          [
            answers('get_overview', { store: 'nl' }, 'See for yourself.'),
            answers(one.tool, { store: 'de', period: 'this_week' }, right),
            answers(one.tool, inputOf(one.input), off),
            answers(one.tool, inputOf(one.input), right),
          ][nth]!,
        )
      },
    })
    expect(stopped).toBeUndefined()
    expect(results.map(({ right }) => right)).toEqual([
      { tool: false, arguments: false, value: false },
      { tool: true, arguments: false, value: false },
      { tool: true, arguments: true, value: false },
      { tool: true, arguments: true, value: true },
    ])
    expect(results.every(({ cost, took }) => cost > 0 && took > 0)).toBe(true)
    const text = report(results, stopped)
    expect(text).toContain('| all | 4 | 3/4 | 2/4 | 1/4 |')
    expect(text).toContain('## 3 not right')
    expect(text).toContain('(tool wrong, arguments wrong, value wrong)')
    expect(text).toContain('  - said: See for yourself.')
    expect(text).toContain('called: `get_pnl {"store":"de","period":"this_week"}`')
  })

  test('stops before the next question when the budget is spent, and after three failures in a row', async () => {
    const spent = await evaluate(desk, three, {
      budget: 0.000_001,
      prepare: (one, nth, value) =>
        claude.script(answers(one.tool, inputOf(one.input), sentenceOf(one.wanted, value, one.language, nth))),
    })
    expect(spent.results).toHaveLength(1)
    expect(report(spent.results, spent.stopped)).toContain(
      'Not all were asked: the budget of 0.000001 USD was spent after 1 of 3 questions.',
    )
    const refused = await evaluate(desk, [...three, ...three], {
      budget: 1,
      prepare: () =>
        claude.script(
          Array.from({ length: 9 }, () => ({
            status: 401,
            type: 'authentication_error',
            message: 'invalid x-api-key',
          })),
        ),
    })
    expect(refused.results).toHaveLength(3)
    expect(refused.stopped).toContain('three questions in a row failed: Claude refused our key.')
  })

  test('a limit takes questions evenly from the whole set', () => {
    const some = someOf(goldenSet, 15)
    expect(some).toHaveLength(15)
    expect(new Set(some.map(({ language }) => language)).size).toBe(3)
    expect(someOf(goldenSet)).toHaveLength(goldenSet.length)
  })
})

test.if(Boolean(EVAL))(
  'bun run eval: the golden set as a table; with ANTHROPIC_API_KEY the real model answers',
  async () => {
    const isReal = Boolean(ANTHROPIC_API_KEY)
    const asked = isReal ? await demoDesk(ANTHROPIC_API_KEY) : desk
    const cases = someOf(goldenSet, EVAL_LIMIT ? Number(EVAL_LIMIT) : undefined)
    const { results, stopped } = await evaluate(asked, cases, {
      budget: Number(EVAL_BUDGET ?? 5),
      prepare: (one, nth, value) => {
        if (isReal) return
        const sentence = sentenceOf(one.wanted, value, one.language, nth)
        claude.script([
          ...(one.after ? [calls(one.after.tool, one.after.input), says('There you are.')] : []),
          ...answers(one.tool, one.after ? {} : inputOf(one.input), sentence),
        ])
      },
    })
    const path = `.data/evaluation/${new Date().toISOString().slice(0, 16).replace(':', '')}.md`
    await mkdir('.data/evaluation', { recursive: true })
    await Bun.write(path, report(results, stopped))
    console.log(`${isReal ? 'The real model' : 'Scripted model output: no ANTHROPIC_API_KEY is set'}. ${stopped ?? ''}\n${table(results)}\nReport: ${path}`) // prettier-ignore
    expect(results.length).toBeGreaterThan(0)
  },
  4 * 3_600_000,
)
