import net from 'node:net'

/** What a proxy does to connections; `cut` and `answer` to what comes back from behind it. */
export type Trouble =
  | 'none'
  /** Nobody listens, and connections that were open are reset. */
  | 'refuse'
  /** Connections open, and nothing passes either way. */
  | 'hang'
  /** Each piece that comes back is this many milliseconds late. */
  | { delay: number }
  /** A connection breaks after so many bytes came back on it. */
  | { cut: number }
  /** This comes back instead, whatever was asked. */
  | { answer: string }

/** What a web server in between says when what it leads to is broken: HTTP, and nothing that any API would answer. */
export const NONSENSE =
  'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<!doctype html><h1>It works!</h1>'

/** A TCP proxy on loopback in front of `target`, to make trouble with. */
export async function startProxy(target: string) {
  const behind = new URL(target)
  const [host, to] = [behind.hostname, Number(behind.port)]
  const open = new Set<net.Socket>()
  let trouble: Trouble = 'none'
  let server: net.Server | undefined
  let port = 0

  function accept(client: net.Socket) {
    const upstream = net.connect(to, host)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
    let passed = 0
    let last = Promise.resolve()
    client.on('data', (piece: Buffer) => {
      if (trouble === 'hang') held.push(() => upstream.write(piece))
      else if (typeof trouble === 'object' && 'answer' in trouble) client.end(trouble.answer)
      else upstream.write(piece)
    })
    upstream.on('data', (piece: Buffer) => {
      if (trouble === 'hang') held.push(() => client.write(piece))
      else if (typeof trouble === 'object' && 'delay' in trouble) {
        const wait = Bun.sleep(trouble.delay)
        last = Promise.all([last, wait]).then(() => void client.write(piece))
      } else if (typeof trouble === 'object' && 'cut' in trouble) {
        const left = Math.max(trouble.cut - passed, 0)
        passed += piece.length
        client.write(piece.subarray(0, left))
        if (passed >= trouble.cut) client.end(() => client.destroy())
      } else client.write(piece)
    })
  }
  /** What waits while everything hangs, in its order. */
  let held: (() => void)[] = []

  const listen = () =>
    new Promise<void>((resolve, reject) => {
      const listening = net.createServer(accept).on('error', reject)
      server = listening
      listening.listen(port, '127.0.0.1', () => {
        port = (listening.address() as net.AddressInfo).port
        resolve()
      })
    })
  const drop = () => {
    for (const socket of open) socket.destroy()
    held = []
  }
  await listen()

  return {
    /** `target`, reached through the proxy. */
    url: Object.assign(behind, { hostname: '127.0.0.1', port: String(port) }).href.replace(/\/$/, ''),
    /** From now on, for open connections too; what was held back by `hang` goes on its way when that ends. */
    async make(next: Trouble) {
      const before = trouble
      trouble = next
      if (next === 'refuse') {
        const ended = new Promise((resolve) => server?.close(resolve))
        drop()
        await ended
      } else if (before === 'refuse') await listen()
      if (before === 'hang') for (const pass of held.splice(0)) pass()
    },
    /** Resets every open connection, as a restart behind it does. */
    drop,
    stop: async () => {
      drop()
      await new Promise((resolve) => server?.close(resolve))
    },
  }
}
export type Proxy = Awaited<ReturnType<typeof startProxy>>
