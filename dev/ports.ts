import { createServer } from 'node:net'
import { AppError } from '../src/errors.ts'

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .once('listening', () => probe.close(() => resolve(true)))
      .listen(port)
  })

/** The port that was asked for, or the first free one from 3000 on. @throws AppError `conflict` when the asked one is taken */
export async function publicPort(asked: string | undefined, log: (line: string) => void): Promise<number> {
  if (asked) {
    if (await isFree(Number(asked))) return Number(asked)
    throw new AppError('conflict', `Port ${asked} (PORT) is in use. Stop what listens there, or set another PORT.`)
  }
  for (let port = 3000; port < 3100; port++) {
    if (!(await isFree(port))) continue
    if (port > 3000) log(`Port 3000 is in use; taking ${port}.`)
    return port
  }
  throw new AppError('conflict', 'The ports 3000 to 3099 are all in use. Set PORT to a free one.')
}

/** Any free port on loopback. */
export const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = probe.address()
        probe.close(() =>
          address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
        )
      })
  })
