import { expect, test } from 'bun:test'
import { createServer } from 'node:net'
import { freePort, publicPort } from '../../dev/ports.ts'

/** Holds a port until it is disposed of; does nothing where another program has it already. */
async function held(port: number, host?: string) {
  const server = createServer()
  await new Promise<void>((resolve) => server.once('error', () => resolve()).listen(port, host, resolve))
  return { [Symbol.dispose]: () => void server.close() }
}
const silent = () => {}

test('a free port that was asked for is taken, and 0 means any', async () => {
  const port = await freePort()
  expect(await publicPort(String(port), silent)).toBe(port)
  expect(await publicPort('0', silent)).toBeWithin(1024, 65_536)
})

test('a port that was asked for and is in use is named', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0', undefined]) {
    const port = await freePort()
    using _ = await held(port, host)
    const refusal: unknown = await publicPort(String(port), silent).catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'conflict',
      message: `Port ${port} (PORT) is in use. Stop what listens there, or set another PORT.`,
    })
  }
})

test('without a port the first free one from 3000 on is taken, and that it is another one is said', async () => {
  using _ = await held(3000)
  const said: string[] = []
  const port = await publicPort(undefined, (line) => said.push(line))
  expect(port).toBeWithin(3001, 3100)
  expect(said).toEqual([`Port 3000 is in use; taking ${port}.`])
})
