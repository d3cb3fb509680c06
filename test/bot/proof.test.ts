import { expect, test } from 'bun:test'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { anOrder, bookAll } from '../support/factories.ts'
import { answerTo, startTeam } from '../support/team.ts'
import type { Person } from '../support/telegram.ts'

const { sql, stores, claude, telegram, api, aMember } = await startTeam()
const APRIL = { store: 'nl', from: '2026-04-01', to: '2026-04-13' }

/** An answer of Alfred with the net profit of April and the revenue of a day, of two calls. */
async function asked(person: Person) {
  claude.script([
    [calls('get_pnl', APRIL), calls('get_pnl', { store: 'nl', from: '2026-04-13', to: '2026-04-13' })].flat(),
    (request) => {
      const [april, day] = resultsOf(request).map(
        ({ result }) => (result as { figures: Record<string, string> }).figures,
      )
      return says(`Net profit was ${april!['net_profit']} euros; on the 13th revenue was ${day!['revenue']} euros.`)
    },
  ])
  await person.writes('How did April go?')
  return person.hears({ match: /^Net profit was/ })
}
const labels = ({ buttons }: { buttons: { text: string }[] }) => buttons.map(({ text }) => text)

test('Sources under an answer lists what gave its figures, Why asks one of them again, and SQL sends its statements', async () => {
  const ann = await aMember()
  const answer = await asked(ann)
  expect(labels(answer)).toEqual(['Sources', 'Why'])
  await ann.taps(answer, 'Sources')
  const sources = await ann.hears({ match: /^Sources/ })
  expect(sources.reply_to_message?.message_id).toBe(answer.message_id)
  expect(sources.text.split('\n')).toEqual([
    'Sources',
    '1. Profit and loss · NL · 1 Apr 2026 – 13 Apr 2026',
    expect.stringMatching(/^    Query pnl · data as of \d+ \w+ \d{4}, \d\d:\d\d/),
    '2. Profit and loss · NL · 13 Apr 2026',
    expect.stringMatching(/^    Query pnl/),
  ])
  await ann.taps(sources, 'Why 2')
  const why = await ann.hears()
  expect([why.message_id, why.text.split('\n')[0]]).toEqual([sources.message_id, 'Profit and loss · NL · 13 Apr 2026'])
  expect(why.text).toContain('Revenue (netherlands): Net sales + shipping income + tips')
  expect(why.text).toEndWith('✅ Asked again just now: the same.')
  expect(labels(why)).toEqual(['1', '• 2', '‹ Sources', 'SQL'])
  await ann.taps(why, 'SQL')
  const { document } = await ann.hears({ match: /^$/ })
  const [{ id } = {}] = await sql<{ id: number }[]>`select id from receipts order by id desc limit 1`
  const { sql: statements } = JSON.parse((await api(`/receipts/${id}/explanation`)).text) as { sql: { pnl: string } }
  const file = new TextDecoder().decode(telegram.file(document!.file_id).bytes)
  expect([document!.file_name, file]).toEqual(['get_pnl.sql', `-- pnl\n${statements.pnl.trim()};\n`])
  await ann.taps(why, '‹ Sources')
  expect((await ann.hears()).text).toBe(sources.text)
})

test('/why with a figure of the last answer opens its receipt: what it means, and after a late booking what changed and why', async () => {
  const ann = await aMember()
  const answer = await asked(ann)
  const [figure] = /[\d.]+\.\d\d/.exec(answer.text)!
  const written = new Intl.NumberFormat('en', { minimumFractionDigits: 2 }).format(Number(figure))
  const same = await answerTo(ann, `/why ${written}`)
  expect(same.text).toStartWith('Profit and loss · NL · 1 Apr 2026 – 13 Apr 2026')
  expect(same.text).toContain('Net profit')
  expect(same.text).toContain('Revenue − all costs')
  expect(same.text).toEndWith('the same.')
  const dutch = new Intl.NumberFormat('nl', { minimumFractionDigits: 2 }).format(Number(figure))
  expect((await answerTo(ann, `/why € ${dutch}`)).text).toBe(same.text)
  const piece = { product_id: stores.chair, price_minor: 10_000 }
  await anOrder(sql, stores.nl, { day: '2026-04-12', lines: [piece], shipping_cost_minor: 495 })
  await bookAll(sql, stores.nl)
  const { text } = await answerTo(ann, `/why ${written}`)
  expect(text).toContain('⚠️ Asked again just now, it is different:')
  expect(text).toContain(`• Net profit: ${written} → `)
  const now = JSON.parse((await api('/financials/summary?store=nl&start=2026-04-01&end=2026-04-13')).text) as {
    net_profit: number
  }
  expect(text).toContain(
    new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2 }).format(now.net_profit).replace('-', '−'),
  )
  expect(text).toMatch(/Booked since:\n• nl, \d+ \w+: /)
})

test('/why with words or days is still about the change of profit, and with a figure that nobody stated says so', async () => {
  const ann = await aMember()
  expect((await answerTo(ann, '/why 2026-04 nl')).text).toContain('Netherlands · Profit and loss · Why')
  expect((await answerTo(ann, '/why 12 apr')).text).toContain('· Why')
  expect((await answerTo(ann, '/why 4,312.50')).text).toBe('There are no figures in this conversation yet. Ask for some first.') // prettier-ignore
  await asked(ann)
  expect((await answerTo(ann, '/why 4,312.50')).text).toStartWith('No receipt of this conversation holds 4,312.50')
})

test('in a group the proofs are for whoever asked, and an answer without figures has no buttons', async () => {
  const [ann, bob] = [await aMember('Ann'), await aMember('Bob')]
  await sql`insert into users (email, role, password_hash) values ('bob@example.com', 'finance', 'none')`
  await sql`update telegram_accounts set user_id = (select id from users where email = 'bob@example.com') where telegram_id = ${bob.id}`
  const team = telegram.group('Team', { by: ann })
  await bob.writesIn(team, 'Hello')
  claude.script([calls('get_pnl', APRIL), (request) => says(`It was ${(resultsOf(request)[0]!.result as { figures: Record<string, string> }).figures['net_profit']} euros of net profit.`), says('Hello Ann.')]) // prettier-ignore
  await ann.writesIn(team, 'How did April go?', { mention: true })
  const answer = await ann.hears({ in: team, match: /^It was/ })
  await bob.taps(answer, 'Why')
  expect((await bob.toast()).text).toBe('Whoever asked can see where these figures come from.')
  await ann.taps(answer, 'Why')
  expect((await ann.hears({ in: team, match: /^Profit and loss/ })).text).toEndWith('the same.')
  await ann.writesIn(team, 'Hello', { mention: true })
  expect(labels(await ann.hears({ in: team, match: /^Hello Ann/ }))).toEqual([])
})
