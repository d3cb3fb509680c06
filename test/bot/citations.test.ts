import { expect, test } from 'bun:test'
import { withSources } from '../../src/bot/citations.ts'

test('an answer names each place that it cites, with the link there', () => {
  const lesson = { source_id: 1, title: 'Lesson 3', place: '2:05', url: 'https://videos.example.com/3?t=125' }
  const handbook = { source_id: 2, title: 'Handbook', place: null, url: null }
  expect(withSources({ text: 'Two weeks.', citations: [lesson, handbook] })).toBe(
    'Two weeks.\n\n📖 Lesson 3, 2:05: https://videos.example.com/3?t=125\n📖 Handbook',
  )
  expect(withSources({ text: 'Hi.', citations: [] })).toBe('Hi.')
})
