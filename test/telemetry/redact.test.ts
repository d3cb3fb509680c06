import { expect, test } from 'bun:test'
import { AppError } from '../../src/errors.ts'
import { createLog, errorForLog } from '../../src/log.ts'
import { redact } from '../../src/telemetry/redact.ts'

const SECRETS = {
  'jane.doe+shop@mail.example.co.uk': '[e-mail]',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.c2lnbmF0dXJl': '[token]',
  'Bearer abc.def-ghi': 'Bearer [token]',
  '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw': '[telegram token]',
  'sk-ant-api03-abcdefghijkl': '[key]',
  shpat_0123456789abcdef: '[shopify token]',
  EAABsbCS1iHgBAKZCZAd0123456789: '[meta token]',
  'dd_01234567.abcdefgh': '[api token]',
  'postgres://dealdome:hunter2@db/dealdome': 'postgres://[login]@db/dealdome',
  'https://x.example/insights?access_token=abc&level=campaign':
    'https://x.example/insights?access_token=[secret]&level=campaign',
}

test.each(Object.entries(SECRETS))('%s is left out of any text', (secret, instead) => {
  expect(redact(`before ${secret} after`)).toBe(`before ${instead} after`)
})

test('amounts, days, ids and addresses of pages stay as they are', () => {
  const text =
    'order 1234567890 on 2026-04-13: 15820.40 EUR, GET /orders/12?store=nl, http://127.0.0.1:3000/app, graphile-worker@0.16.6+83'
  expect(redact(text)).toBe(text)
})

test('an expected failure is told in its words, without the way through the code that an unexpected one has', () => {
  expect(errorForLog(new AppError('unavailable', 'The ECB does not answer.'))).toEqual({
    error: 'The ECB does not answer.',
    code: 'unavailable',
  })
  expect(errorForLog(new TypeError('x is not a function'))).toMatchObject({
    name: 'TypeError',
    stack: expect.arrayContaining([expect.stringContaining('redact.test.ts')]),
  })
})

test('a log line is JSON whatever it holds, without secrets in its text or under their names', () => {
  const lines: string[] = []
  const log = createLog(
    () => new Date(0),
    (line) => lines.push(line),
  )
  log('warn', 'sk-ant-api03-abcdefghijkl was refused', {
    password: 'hunter2',
    nested: { api_key: 'k', note: 'to a@b.example' },
    quoted: 'send "Authorization: Bearer abc".',
    texts: ['a\\b', 'x@y.example'],
  })
  expect(JSON.parse(lines[0]!)).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    message: '[key] was refused',
    password: '[left out]',
    nested: { api_key: '[left out]', note: 'to [e-mail]' },
    quoted: 'send "Authorization: Bearer [token]".',
    texts: ['a\\b', '[e-mail]'],
  })
})
