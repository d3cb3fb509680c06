import { expect, setDefaultTimeout, test } from 'bun:test'
import type { RecordedRequest, Turn } from '../support/anthropic-turns.ts'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { answerTo, OWNER, startTeam } from '../support/team.ts'

setDefaultTimeout(300_000)
const { claude, telegram, service, aMember, textsTo } = await startTeam()

/** Always the same random numbers, from 0 to 1. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}
const random = randomNumbers(42)
const next = () => random.next().value
const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!

/** A wrong amount, and ways to write it that people and models have. */
const wrongAmount = () => 20_000 + Math.floor(next() * 70_000) + (1 + Math.floor(next() * 98)) / 100
const grouped = (value: number, group: string, point: string) =>
  value
    .toFixed(2)
    .replace('.', point)
    .replace(/(\d)(?=(\d{3})+\D)/, `$1${group}`)
const WRITTEN: ((value: number) => string)[] = [
  (value) => value.toFixed(2),
  (value) => `€${grouped(value, ',', '.')}`,
  (value) => `${grouped(value, '.', ',')} euro`,
  (value) => `EUR ${grouped(value, ' ', ',')}`,
  (value) => `${grouped(value, '’', '.')} euros`,
  (value) => `**${grouped(value, ',', '.')}**`,
  (value) => value.toFixed(2).replace(/^(\d)/, '$1<b></b>'),
  (value) => value.toFixed(2).replace(/^(\d\d)/, '$1\u200b'),
  (value) => value.toFixed(2).replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (value) => value.toFixed(2).replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))),
]
const SENTENCES: ((figure: string) => string)[] = [
  (figure) => `Revenue was ${figure}.`,
  (figure) => `De omzet was ${figure}.`,
  (figure) => `Der Umsatz lag bei ${figure}.`,
  (figure) => `That is ${figure} more than last month.`,
  (figure) => `Ad spend: ${figure}.`,
  (figure) => `We expect ${figure} by the end of the month.`,
  (figure) => `Together with the UK that makes ${figure}!`,
]
/** Digits as they would be read, so that no way to write a figure hides it. */
const digitsIn = (text: string) =>
  text
    .replace(/\\u([\da-f]{4})/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .normalize('NFKC')
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.codePointAt(0)! - 0x660))
    .replace(/<[^>]*>|&[a-z]+;|[\s.,’'*_\u200b]/g, '')

const wrong = new Set<string>()
let rounds = 0
/** The model looks, states the right profit and one to three wrong figures, and does not learn when it is asked again. */
function* aConversation(): Generator<(request: RecordedRequest) => Turn> {
  yield () => calls('get_pnl', { store: 'nl', from: '2026-04-01', to: '2026-04-13' })
  const sentences = Array.from({ length: 1 + Math.floor(next() * 3) }, () => {
    const value = wrongAmount()
    wrong.add(value.toFixed(2).replace('.', ''))
    return pick(SENTENCES)(pick(WRITTEN)(value))
  })
  const right = (request: RecordedRequest) => {
    const given = resultsOf(request)[0]?.result as { figures?: { net_profit: string } } | undefined
    return given?.figures ? `Net profit was ${given.figures.net_profit} euros.` : 'Net profit was 5474.89 euros.'
  }
  const wholly = (request: RecordedRequest) => {
    rounds++
    const parts = [...sentences]
    parts.splice(Math.floor(next() * (parts.length + 1)), 0, right(request))
    return says(parts.join(next() < 0.5 ? ' ' : '\n'))
  }
  yield wholly
  yield wholly
}

test('a model that states wrong figures again and again gets none of them out, by Telegram, REST or as a stream of events, and the right one arrives', async () => {
  const ann = await aMember()
  const login = await fetch(`${service.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(OWNER),
  })
  const { token } = (await login.json()) as { token: string }
  const out: string[] = []
  const ROUNDS = 30
  for (let round = 0; round < ROUNDS; round++) {
    claude.script([...aConversation()])
    if (round % 3 === 0) out.push((await answerTo(ann, 'What did we earn in April?')).text)
    else {
      const response = await fetch(`${service.url}/agents/messages`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          ...(round % 3 === 2 && { accept: 'text/event-stream' }),
        },
        body: JSON.stringify({ text: 'What did we earn in April?' }),
      })
      const text = await response.text()
      if (round % 3 === 2) expect(text).toContain('event: text')
      expect([response.status, response.status === 200 ? '' : text]).toEqual([200, ''])
      out.push(text, text)
    }
    expect(out.at(-1)!).toContain('5474.89')
  }
  await telegram.idle()
  const left = [...out, ...textsTo(ann), JSON.stringify(telegram.calls), JSON.stringify(service.logs)].map(digitsIn)
  const leaked = [...wrong].filter((digits) => left.some((text) => text.includes(digits)))
  console.log(`${ROUNDS} answers, ${wrong.size} wrong figures stated in ${rounds} drafts, ${leaked.length} left the process (${left.join('').length} bytes read)`) // prettier-ignore
  expect(leaked).toEqual([])
  expect(rounds).toBe(2 * ROUNDS)
  expect(wrong.size).toBeGreaterThan(ROUNDS)
})
