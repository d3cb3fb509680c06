import { expect, test } from 'bun:test'
import { createButtons } from '../../src/bot/buttons.ts'

let now = new Date('2026-04-13T10:00:00Z')
const buttons = createButtons({ secret: 'a-secret-of-at-least-32-characters', now: () => now })
const data = buttons.data({ chat_id: 5, name: 'pnl', args: ['this_month', 3] })

test('a button says what it was made for, in its own chat, whoever taps', () => {
  for (const person_id of [5, 6])
    expect(buttons.read(data, { chat_id: 5, person_id })).toEqual({
      name: 'pnl',
      args: ['this_month', '3'],
      expired: false,
    })
})

test('in another chat, changed, made up or signed with another secret it says nothing', () => {
  const other = createButtons({ secret: 'another-secret-of-32-characters-or-more', now: () => now })
  const forged = [data.replace('3', '4'), data.slice(0, -1), '', 'pnl', 'pnl:this_month:3', `${data}x`, other.data({ chat_id: 5, name: 'pnl' })] // prettier-ignore
  for (const text of forged) expect(() => buttons.read(text, { chat_id: 5, person_id: 5 })).toThrow('older version')
  expect(() => buttons.read(data, { chat_id: 6, person_id: 5 })).toThrow('older version')
})

test('one for a person does nothing for others', () => {
  const own = buttons.data({ chat_id: -5, name: 'act', args: [1], person_id: 5 })
  expect(buttons.read(own, { chat_id: -5, person_id: 5 }).args).toEqual(['1'])
  expect(() => buttons.read(own, { chat_id: -5, person_id: 6 })).toThrow('for somebody else')
})

test('after two days it is expired, and says so', () => {
  now = new Date('2026-04-15T12:00:00Z')
  expect(buttons.read(data, { chat_id: 5, person_id: 5 }).expired).toBe(true)
})

test('what does not fit into 64 bytes is never sent', () => {
  expect(() => buttons.data({ chat_id: 5, name: 'x'.repeat(50) })).toThrow('too long')
})
