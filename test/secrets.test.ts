import { expect, test } from 'bun:test'
import { createSeal } from '../src/secrets.ts'

const key = new Uint8Array(32).fill(1)
const other = new Uint8Array(32).fill(2)
const { seal, open } = createSeal({ key })
const SECRET = 'sk-ant-€-1234567890'

test('what is sealed opens under its name, and shows nothing of itself', () => {
  const sealed = seal('anthropic_api_key', SECRET)
  expect(open('anthropic_api_key', sealed)).toBe(SECRET)
  for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const)
    expect(sealed).not.toContain(Buffer.from(SECRET.slice(0, 9)).toString(encoding).slice(0, 11))
})

test('the same secret is sealed to another text each time', () => {
  expect(new Set(Array.from({ length: 100 }, () => seal('a', SECRET))).size).toBe(100)
})

test('it does not open under another name, or with one bit changed', () => {
  const sealed = seal('anthropic_api_key', SECRET)
  expect(() => open('openai_api_key', sealed)).toThrow('was damaged in the database')
  const [id, nonce = '', text = ''] = sealed.split('.')
  for (const at of [0, 5, text.length - 2]) {
    const bent = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    expect(() => open('anthropic_api_key', [id, nonce, bent].join('.'))).toThrow('was damaged in the database')
  }
  for (const cut of ['', text.slice(0, 10)])
    expect(() => open('anthropic_api_key', [id, nonce, cut].join('.'))).toThrow('was damaged in the database')
})

test('another key does not open it, unless it is given as the previous one', () => {
  const sealed = seal('a', SECRET)
  expect(() => createSeal({ key: other }).open('a', sealed)).toThrow('was sealed with another ENCRYPTION_KEY')
  expect(createSeal({ key: other, previous: key }).open('a', sealed)).toBe(SECRET)
})
