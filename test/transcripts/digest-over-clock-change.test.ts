import { afterAll, expect, test } from 'bun:test'
import { calls, resultsOf, says, type ScriptedTurn } from '../support/anthropic-turns.ts'
import { startTeam } from '../support/team.ts'
import { until } from '../support/until.ts'

const { claude, telegram, api, service, start, aMember, textsTo } = await startTeam()
const transcript: string[] = []
afterAll(() => console.log(transcript.join('\n')))

const ASKED = 'Every Sunday at nine, tell me what we earned this week.'
const DIGEST = 'What did we earn this week?'

/** Claude, whoever asks first: the task that was just made is tried while the answer about it is still being written. */
const answer: ScriptedTurn = (request) => {
  if (request.body.model.includes('haiku')) return calls('take_over', {})
  const isDigest =
    JSON.stringify(request.body.messages).includes(DIGEST) && !JSON.stringify(request.body.messages).includes(ASKED)
  const [given] = resultsOf(request)
  if (isDigest)
    return given
      ? says(`Net profit this week: ${(given.result as { figures: { net_profit: string } }).figures.net_profit} EUR.`)
      : calls('get_pnl', { period: 'this_week' })
  if (!given)
    return calls('schedule_task', {
      title: 'Weekly profit',
      kind: 'question',
      text: DIGEST,
      rhythm: { every: 'week', weekdays: [7], at: '09:00' },
    })
  const { next_times } = given.result as { next_times: string[] }
  return says(`Done. The next times: ${next_times.join(', ')}.`)
}
const ann = await aMember()
const heard = () => textsTo(ann).filter((text) => text.startsWith('Net profit'))
let running = service

/** The process, started anew at this moment. */
async function itIs(CLOCK_START: string) {
  await running.stop()
  running = await start({ ANTHROPIC_API_KEY: claude.key, ANTHROPIC_BASE_URL: claude.url, CLOCK_START })
  claude.script(Array.from({ length: 12 }, () => answer))
}
type Run = { cause: string; status: string; scheduled_for: string; started_at: string; delivery: string }
const lastRun = async () => (JSON.parse((await api('/tasks/1/runs')).text) as { data: Run[] }).data[0]!

for (const [change, asked, due] of [
  [
    'spring',
    '2026-03-21T10:00:00Z',
    ['2026-03-22T08:00:00.000Z', '2026-03-29T07:00:00.000Z', '2026-04-05T07:00:00.000Z'],
  ],
  [
    'autumn',
    '2026-10-17T10:00:00Z',
    ['2026-10-18T07:00:00.000Z', '2026-10-25T08:00:00.000Z', '2026-11-01T08:00:00.000Z'],
  ],
] as const)
  test(`a digest that a person asked for comes on Sundays at nine in Amsterdam before and after the change in ${change}`, async () => {
    await itIs(asked)
    if (change === 'spring') {
      await ann.writes(ASKED)
      const confirmed = await ann.hears({ match: /^Done/ })
      expect(confirmed.text).toBe(
        'Done. The next times: Sun 22 Mar 2026 09:00, Sun 29 Mar 2026 09:00, Sun 5 Apr 2026 09:00.',
      )
      const trial = await ann.hears({ match: /^Trial run/ })
      expect(trial.text).toMatch(/^Trial run of “Weekly profit”\n\nNet profit this week: [\d.-]+ EUR\.$/)
      transcript.push(
        `${asked}  Ann: ${ASKED}`,
        `${asked}  Alfred: ${confirmed.text}`,
        `${asked}  Alfred: ${trial.text}`,
      )
    } else {
      // The months between were missed, which is said once.
      const notice = await ann.hears({ match: /was left out/ })
      transcript.push(`${asked}  Alfred: ${notice.text}`)
      expect(notice.text).toMatch(
        /It was due Sun 11 Oct 2026 09:00 and I was not running then, nor the times before\. Next time: Sun 18 Oct 2026 09:00\.$/,
      )
    }
    for (const time of due) {
      const before = heard().length
      await itIs(new Date(Date.parse(time) - 2_500).toISOString())
      await until('the digest comes', () => heard().length > before)
      await until('its receipt is noted', async () => (await lastRun()).delivery === 'sent')
      const run = await lastRun()
      expect(run).toMatchObject({ cause: 'schedule', status: 'done', scheduled_for: time })
      const late = Date.parse(run.started_at) - Date.parse(time)
      expect(late).toBeGreaterThanOrEqual(0)
      const local = new Intl.DateTimeFormat('sv-SE', {
        timeZone: 'Europe/Amsterdam',
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(new Date(time))
      expect(local).toEndWith('09:00')
      transcript.push(`${time}  (${local} in Amsterdam, ${late} ms late)  Alfred: ${heard().at(-1)}`)
    }
    expect(heard()).toHaveLength(change === 'spring' ? 3 : 6)
    expect(claude.requests.filter(({ refused }) => refused !== undefined)).toEqual([])
    await telegram.idle()
  }, 300_000)
