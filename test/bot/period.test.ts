import { describe, expect, test } from 'bun:test'
import { readPeriod } from '../../src/bot/period.ts'

const TODAY = '2026-04-13'
const read = (text: string) => {
  const { period, store } = readPeriod(text, ['nl', 'uk'], TODAY)
  const told = 'name' in period ? period.name : `${period.range.from} ${period.range.to}`
  return store ? `${told} ${store}` : told
}

describe('a period in words', () => {
  test.each([
    ['', 'this_month'],
    ['NL', 'this_month nl'],
    ['yesterday', 'yesterday'],
    ['gisteren uk', 'yesterday uk'],
    ['uk gestern', 'yesterday uk'],
    ['vorige week', 'last_week'],
    ['letzte Woche nl', 'last_week nl'],
    ['mtd', 'this_month'],
    ['ytd', 'this_year'],
    ['last_30_days', 'last_30_days'],
    ['30d', 'last_30_days'],
    ['31d', '2026-03-14 2026-04-13'],
    ['last 7 days', '2026-04-07 2026-04-13'],
    ['laatste 7 dagen uk', '2026-04-07 2026-04-13 uk'],
    ['letzte 14 Tage', '2026-03-31 2026-04-13'],
    ['2026', '2026-01-01 2026-12-31'],
    ['2026-04', '2026-04-01 2026-04-30'],
    ['2026-02', '2026-02-01 2026-02-28'],
    ['2026-04-01', '2026-04-01 2026-04-01'],
    ['2026-04-01 2026-04-13 nl', '2026-04-01 2026-04-13 nl'],
    ['2026-04-01..2026-04-13', '2026-04-01 2026-04-13'],
    ['1-13 apr', '2026-04-01 2026-04-13'],
    ['1 - 13 april', '2026-04-01 2026-04-13'],
    ['1 apr - 13 apr', '2026-04-01 2026-04-13'],
    ['28 mrt tot 2 apr', '2026-03-28 2026-04-02'],
    ['28. März bis 2. April', '2026-03-28 2026-04-02'],
    ['apr 5', '2026-04-05 2026-04-05'],
    ['5th april', '2026-04-05 2026-04-05'],
    ['april', '2026-04-01 2026-04-30'],
    ['mei', '2025-05-01 2025-05-31'],
    ['dezember', '2025-12-01 2025-12-31'],
    ['december 2024 uk', '2024-12-01 2024-12-31 uk'],
    ['jan - mar', '2026-01-01 2026-03-31'],
    ['q1', '2026-01-01 2026-03-31'],
    ['q4', '2025-10-01 2025-12-31'],
    ['Q3 2024', '2024-07-01 2024-09-30'],
    ['13.4.2026', '2026-04-13 2026-04-13'],
    ['1/4 - 13/4', '2026-04-01 2026-04-13'],
    ['last year', '2025-01-01 2025-12-31'],
    ['dit kwartaal', '2026-04-01 2026-04-13'],
    ['29 feb 2024', '2024-02-29 2024-02-29'],
  ])('%p', (text, expected) => expect(read(text)).toBe(expected))

  test.each(['2026-13', '30 feb 2026', '31-04-2026', 'tomorrow?', '13-1 apr', '0d', '99999 days', 'nl uk', '<b>', 'q5', '2026-04-13 2026-04-01', 'a'.repeat(4_000), '1 '.repeat(2_000)])(
    '%p is answered with what can be typed',
    (text) => expect(() => readPeriod(text, ['nl', 'uk'], TODAY)).toThrow('Try: today'),
  ) // prettier-ignore
})
