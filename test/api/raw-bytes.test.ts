import { afterAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { connect } from 'node:net'
import { testApi } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'

const api = await testApi(await testDatabase())
const { token } = await api.someone('owner')
api.app.listen({ port: 0, hostname: '127.0.0.1' })
afterAll(() => api.app.stop(true))
const port = api.app.server?.port ?? 0

/** Sends bytes as they are; resolves to the first line of the answer, empty when the connection was closed without one. */
function sent(bytes: Uint8Array): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
  let text = ''
  socket.on('data', (piece) => (text += piece.toString('latin1')))
  socket.on('error', () => resolve(text.split('\r\n')[0] ?? ''))
  socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''))
  socket.setTimeout(2_000, () => socket.destroy())
  return promise
}

const BYTES = fc.oneof(
  fc.uint8Array({ maxLength: 24 }),
  fc.constantFrom('%', '%zz', '%00', '%C0%AF', '%FF', '..%2f', '\xff\xfe', '\xed\xa0\x80', '\xe2\x82', 'é', '\t', '\v', '\x7f', '//', '/./', ';x', '?', '#').map((text) => Buffer.from(text, 'latin1')), // prettier-ignore
)
/** What ends a line would make it another request. */
const inLine = (bytes: Uint8Array) => Buffer.from(bytes.filter((byte) => byte !== 10 && byte !== 13 && byte !== 32))
const REQUEST = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'HEAD', 'OPTIONS', 'BREW'),
  path: fc.constantFrom(
    '/products/',
    '/stores/',
    '/financials/summary?store=',
    '/orders?q=',
    '/',
    '/telegram/pairings/',
  ),
  tail: fc.array(BYTES, { maxLength: 4 }),
  header: fc.constantFrom('x-request-id', 'if-match', 'idempotency-key', 'cookie', 'accept', 'content-type', 'host', 'authorization'), // prettier-ignore
  value: fc.array(BYTES, { maxLength: 4 }),
})

test('no bytes in an address or a header make the service fail', async () => {
  const property = fc.asyncProperty(REQUEST, async ({ method, path, tail, header, value }) => {
    const own = header === 'authorization' ? '' : `authorization: Bearer ${token}\r\n`
    const line = await sent(
      Buffer.concat([
        Buffer.from(`${method} ${path}`),
        inLine(Buffer.concat(tail)),
        Buffer.from(` HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${own}${header}: `),
        inLine(Buffer.concat(value)),
        Buffer.from('\r\n\r\n'),
      ]),
    )
    // Bun itself refuses what is no request line, before us: 400 or 505.
    expect(line).toMatch(/^$|^HTTP\/1\.1 ([234]\d\d|505) /)
    expect(api.reported.splice(0)).toEqual([])
  })
  await fc.assert(property, { numRuns: 300, seed: 20_260_413 })
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
})
