import { expect, test } from 'bun:test'
import { backupName, KEPT, outdated } from '../../src/backup/keep.ts'

const DAY = 86_400_000
const END = new Date('2026-11-27T03:00:00Z').getTime()
const daily = Array.from({ length: 800 }, (_, at) => backupName(new Date(END - at * DAY), { encrypted: true }))
const dayOf = (name: string) => name.slice(9, 19)

test('of two years of nightly backups a week of days, five weeks and a year of months stay', () => {
  const gone = new Set(outdated(daily))
  const kept = daily.filter((name) => !gone.has(name)).map(dayOf)
  expect(kept.slice(0, KEPT.days)).toEqual(daily.slice(0, KEPT.days).map(dayOf))
  expect(kept).toContain('2026-10-31')
  expect(kept.at(-1)).toBe('2025-12-31')
  expect(kept.length).toBeLessThanOrEqual(KEPT.days + KEPT.weeks + KEPT.months)
})

test('deleting day by day keeps the same as deciding at the end', () => {
  let there: string[] = []
  for (const name of daily.toReversed()) {
    there.push(name)
    const gone = new Set(outdated(there))
    there = there.filter((one) => !gone.has(one))
  }
  const months = new Set(there.map((name) => dayOf(name).slice(0, 7)))
  expect(months.size).toBe(KEPT.months)
  expect(there.map(dayOf).toReversed().slice(0, KEPT.days)).toEqual(daily.slice(0, KEPT.days).map(dayOf))
})

test('a second backup of a day takes the place of the first, and other files are left alone', () => {
  const [morning, evening] = ['2026-11-27T03:00:00Z', '2026-11-27T20:00:00Z'].map((at) =>
    backupName(new Date(at), { encrypted: true }),
  )
  expect(outdated([morning!, evening!, 'notes.txt', 'dealdome-2020.tar.gz'])).toEqual([morning!])
})
