import { expect, test } from 'bun:test'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { answerTo, startTeam } from '../support/team.ts'

const { sql, claude, aMember } = await startTeam()

test('a memory is recalled a day later, in a new conversation', async () => {
  const lines: string[] = []
  const add = (who: string, text: string) =>
    lines.push(`${who.padEnd(10)}  ${text.replaceAll('\n', `\n${' '.repeat(12)}`)}`)
  const ann = await aMember()
  const wish = 'Remember that I want the returns first, before anything else.'
  claude.script([
    calls('take_over', {}),
    calls('save_memory', { content: 'I want the returns first, before anything else', category: 'reports' }),
    (request) => {
      add('  saved', JSON.stringify(resultsOf(request)[0]!.result))
      return says('I will remember: the returns first.')
    },
  ])
  add('Ann', wish)
  add('Alfred', (await answerTo(ann, wish)).text)

  // The clock of the process is the true one, so a day passes by dating all that was written a day back.
  await sql`update memories set created_at = created_at - interval '1 day', updated_at = updated_at - interval '1 day'`
  await sql`update messages set created_at = created_at - interval '1 day'`
  await sql`update conversations set created_at = created_at - interval '1 day'`
  add('', '… a day passes …')

  const question = 'How is nl doing?'
  let beside = ''
  claude.script([
    calls('take_over', {}),
    ({ body }) => {
      const content = body.messages.at(-1)!.content as { text?: string }[]
      beside = content.map((block) => block.text ?? '').find((text) => text.startsWith('Remembered')) ?? ''
      return says('You want the returns first, so I begin with them.')
    },
  ])
  add('Ann', question)
  const { text } = await answerTo(ann, question)
  add('  recalled', beside)
  add('Alfred', text)
  expect(beside).toContain('I want the returns first, before anything else')
  expect(beside).toMatch(/<data source="memory \d+: preference of the person, since \d{4}-\d\d-\d\d">/)
  expect(claude.requests.at(-1)!.body.messages).toHaveLength(1)
  const [memory] = await sql<{ use_count: number; days: number }[]>`
    select use_count, (last_used_at::date - created_at::date) as days from memories`
  expect(memory).toEqual({ use_count: 1, days: 1 })
  add('memory', `used ${memory!.use_count} time, ${memory!.days} day after it was written`)
  console.log(`\n=== A memory recalled a day later ===\n${lines.join('\n')}\n`)
})
