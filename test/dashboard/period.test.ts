import { expect, test } from 'bun:test'
import { monthsBefore } from '../../dashboard/lib/days.ts'
import { periodOf, rangeOf } from '../../dashboard/lib/period.ts'
import { pressed, sorted, sortOf } from '../../dashboard/lib/sort.ts'
import { kept } from '../../dashboard/lib/kept.ts'

test('what goes along to every page is the store, the days and the comparison, nothing else', () => {
  const query = new URLSearchParams('store=nl&start=2026-04-01&end=2026-04-13&compare=year&sort=-cm3&q=oak&id=7')
  expect(kept(query)).toEqual({ store: 'nl', start: '2026-04-01', end: '2026-04-13', compare: 'year' })
})

test('a period of an address that cannot be read is this month, and each preset ends where it says', () => {
  for (const query of [
    'period=never',
    'start=2026-04-31&end=2026-05-01',
    'start=2026-05-02&end=2026-05-01',
    'start=2026-05-01',
  ])
    expect(periodOf(new URLSearchParams(query))).toEqual({ name: 'this_month' })
  const today = '2026-03-01'
  expect(rangeOf({ name: 'last_month' }, today)).toEqual({ start: '2026-02-01', end: '2026-02-28' })
  expect(rangeOf({ name: 'this_week' }, today)).toEqual({ start: '2026-02-23', end: today })
  expect(rangeOf({ name: 'last_90_days' }, today)).toEqual({ start: '2025-12-02', end: today })
})

test('months before a day go back over the turn of the year, and the running one is none of them', () => {
  expect(monthsBefore('2026-02-28', 3)).toEqual(['2026-01', '2025-12', '2025-11'])
})

test('a press sorts figures from the largest and words from A, a second one turns it round; what has no value stands last', () => {
  const columns = [{ name: 'product', words: true }, { name: 'cm3' }]
  expect(sortOf(columns, '-cm3', 'product')).toBe('-cm3')
  expect(sortOf(columns, '-luck', 'product')).toBe('product')
  expect(pressed({ name: 'cm3' }, 'product')).toBe('-cm3')
  expect(pressed({ name: 'cm3' }, '-cm3')).toBe('cm3')
  expect(pressed({ name: 'product', words: true }, '-cm3')).toBe('product')
  const rows = [{ cm3: 1 }, { cm3: null }, { cm3: -2 }, { cm3: 30 }]
  const valueOf = (row: { cm3: number | null }) => row.cm3
  expect(sorted(rows, '-cm3', valueOf).map(valueOf)).toEqual([30, 1, -2, null])
  expect(sorted(rows, 'cm3', valueOf).map(valueOf)).toEqual([-2, 1, 30, null])
})
