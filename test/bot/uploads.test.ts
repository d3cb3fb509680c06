import { describe, expect, test } from 'bun:test'
import { zipSync } from 'fflate'
import { startTeam } from '../support/team.ts'

const { sql, telegram, api, aMember } = await startTeam()
const profit = async (query: string) =>
  (JSON.parse((await api(`/financials/summary?${query}`)).text) as { net_profit: number; ad_spend: number }).net_profit
const ADS =
  'Reporting starts,Reporting ends,Campaign name,Amount spent (EUR),Impressions\n2026-04-03,2026-04-03,Spring,120.50,1000\n2026-04-04,2026-04-04,Spring,80.25,900\n'
const DAYS = 'start=2026-04-01&end=2026-04-13&store=nl'

describe('a file', () => {
  test('of ad spend is recognised, previewed with its effect, applied once though tapped three times, and undone', async () => {
    const ann = await aMember()
    const before = await profit(DAYS)
    await ann.uploads('meta.csv', ADS, 'text/csv', { caption: 'nl' })
    const card = await ann.hears()
    expect(card.text).toContain('ad spend · meta.csv')
    expect(card.text).toContain('2 new')
    expect(await profit(DAYS)).toBe(before)
    await Promise.all([ann.taps(card, '✅ Apply'), ann.taps(card, '✅ Apply'), ann.taps(card, '✅ Apply')])
    expect((await ann.hears({ match: /^ad spend[^]*Done\./ })).buttons.map(({ text }) => text)).toEqual(['↩️ Undo'])
    expect(Number((before - (await profit(DAYS))).toFixed(2))).toBe(200.75)
    const done = telegram.messages(ann).findLast(({ text }) => text?.includes('Done.'))!
    await ann.taps(done, '↩️ Undo')
    await ann.hears({ match: /Undone\./ })
    expect(await profit(DAYS)).toBe(before)
  })

  test('that I cannot tell, that is no table, empty, or a bomb is refused in words, and nothing is booked', async () => {
    const ann = await aMember()
    const before = await profit(DAYS)
    const sheet = new Uint8Array(80 * 1024 * 1024)
    const files: [string, string | Uint8Array][] = [
      ['strange.csv', 'a,b\n1,2\n'],
      ['noise.xlsx', 'not a workbook'],
      ['picture.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])],
      ['bomb.xlsx', zipSync({ 'xl/worksheets/sheet1.xml': sheet, '[Content_Types].xml': new Uint8Array(10) })],
    ]
    for (const [name, content] of files) {
      await ann.uploads(name, content)
      expect((await ann.hears()).text).toMatch(/cannot|larger|not|too|no /i)
    }
    expect(await profit(DAYS)).toBe(before)
    expect(await sql`select 1 from imports where applied_at is not null and undone_at is null`).toHaveLength(0)
  })

  test('larger than 20 MB is refused in words before it is fetched', async () => {
    const ann = await aMember()
    await ann.uploads('large.csv', new Uint8Array(21 * 1024 * 1024).fill(65), 'text/csv')
    expect((await ann.hears({ within: 20_000 })).text).toContain('larger than 20 MB')
    expect(telegram.calls.filter(({ method, refused }) => method === 'getFile' && refused)).toEqual([])
  })

  test('that a person may not import is refused', async () => {
    const vic = await aMember('Vic')
    await sql`insert into users (email, role) values ('vic@example.com', 'viewer')`
    await sql`update telegram_accounts set user_id = (select id from users where email = 'vic@example.com') where telegram_id = ${vic.id}`
    await vic.uploads('meta.csv', ADS, 'text/csv', { caption: 'nl' })
    expect((await vic.hears()).text).toContain('Your role viewer does not include financials:write')
  })

  test('for Elisa is taken, and taken back by its button', async () => {
    const ann = await aMember()
    await ann.uploads('returns.md', '# Returns\n\nA customer has 30 days to send goods back.\n', 'text/markdown')
    const card = await ann.hears()
    expect(card.text).toContain('Returns')
    expect(await sql`select 1 from sources where title = 'Returns'`).toHaveLength(1)
    await ann.taps(card, '🗑 Remove')
    expect((await ann.hears()).text).toBe('Removed.')
    expect(await sql`select 1 from sources where title = 'Returns'`).toHaveLength(0)
  })
})
