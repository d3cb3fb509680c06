import { createServer } from 'node:net'
import { AppError } from '../src/errors.ts'

/** The port that was asked for (0: any), or the first free one from 3000 on. @throws AppError `conflict` when the asked one is taken */
export async function publicPort(asked: string | undefined, log: (line: string) => void): Promise<number> {
  if (asked !== undefined) {
    const port = Number(asked) || (await freePort())
    if (await isFree(port)) return port
    throw new AppError('conflict', `Port ${port} (PORT) is in use. Stop what listens there, or set another PORT.`)
  }
  for (let port = 3000; port < 3100; port++) {
    if (!(await isFree(port))) continue
    if (port > 3000) log(`Port 3000 is in use; taking ${port}.`)
    return port
  }
  throw new AppError('conflict', 'The ports 3000 to 3099 are all in use. Set PORT to a free one.')
}

/** Any free port on loopback. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0, '127.0.0.1')
  if (port === undefined) throw new AppError('unavailable', 'This machine has no free port on 127.0.0.1.')
  return port
}

/** Also asked on loopback: some systems let one program have the port there and another one everywhere else. */
const isFree = async (port: number) =>
  (await listenOnce(port)) !== undefined && (await listenOnce(port, '127.0.0.1')) !== undefined

/** The port it could listen on; undefined when that is taken or not allowed. */
const listenOnce = (port: number, host?: string) =>
  new Promise<number | undefined>((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(undefined))
      .listen(port, host, () => {
        const address = probe.address()
        probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
      })
  })
