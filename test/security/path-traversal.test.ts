import { afterAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const around = await mkdtemp(join(tmpdir(), 'dealdome-around-'))
afterAll(() => rm(around, { recursive: true }))
const folder = join(around, 'out')
await Bun.write(join(around, 'secret.txt'), 'KEEP OUT')
await Bun.write(join(folder, 'index.html'), '<!doctype html>Overview')
await Bun.write(join(folder, '404.html'), '<!doctype html>Not here')
const api = await testApi(await testDatabase(), { dashboard: { folder } })

const UPWARDS = [
  '../',
  '..%2f',
  '%2e%2e/',
  '%2e%2e%2f',
  '..%252f',
  '..\\',
  '..%5c',
  '....//',
  './../',
  '.%00./',
  '%c0%ae%c0%ae/',
  ';/../',
]

test('no address leads out of the folder of the dashboard', async () => {
  for (const up of UPWARDS)
    for (const times of [1, 2, 6])
      for (const target of ['secret.txt', 'etc/passwd', 'package.json', '.env']) {
        // As bytes: a client of ours would tidy the address up.
        const address = `/app/${up.repeat(times)}${target}`
        const answer = await api.app.handle(new Request(`http://localhost${address}`))
        const text = await answer.text()
        expect([address, answer.status >= 400, /KEEP OUT|root:|"dependencies"/.test(text)]).toEqual([
          address,
          true,
          false,
        ])
      }
  expect((await api.app.handle(new Request('http://localhost/app'))).status).toBe(200)
})
