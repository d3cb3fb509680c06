/** What came of asking one thing over and over: answers a second, and milliseconds until half, 99 % and all of them were there. */
export type Load = { perSecond: number; p50: number; p99: number; most: number; answers: number }

const END_OF_HEAD = Buffer.from('\r\n\r\n')

/**
 * Asks the same over `clients` kept connections, each one question at a time, for so many milliseconds. On bare sockets, because a client
 * that works more than the service hides what is measured. Every answer must have the `status`.
 */
export async function load(
  address: string,
  path: string,
  {
    clients,
    ms,
    headers = {},
    status = 200,
  }: { clients: number; ms: number; headers?: Record<string, string>; status?: number },
): Promise<Load> {
  const { hostname, port, host } = new URL(address)
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  const question = Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  const wanted = `HTTP/1.1 ${status}`
  const times: number[] = []
  const until = performance.now() + ms

  const client = () =>
    new Promise<void>((resolve, reject) => {
      let asked = 0
      let head: Buffer = Buffer.alloc(0)
      /** Bytes of the body that are still to come; -1 while the head is. */
      let left = -1
      const ask = (socket: Bun.Socket) => {
        asked = performance.now()
        head = Buffer.alloc(0)
        left = -1
        socket.write(question)
      }
      const take = (socket: Bun.Socket, data: Buffer) => {
        if (left >= 0) left -= data.byteLength
        else {
          head = head.byteLength === 0 ? data : Buffer.concat([head, data])
          const end = head.indexOf(END_OF_HEAD)
          if (end < 0) return
          const text = head.toString('latin1', 0, end)
          if (!text.startsWith(wanted)) return reject(new Error(`${path} answered ${head.toString()}`))
          const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1]
          if (length === undefined && status === 200) return reject(new Error(`${path} answered without a length`))
          left = Number(length ?? 0) - (head.byteLength - end - END_OF_HEAD.byteLength)
        }
        if (left > 0) return
        const now = performance.now()
        times.push(now - asked)
        if (now < until) return ask(socket)
        resolve()
        socket.end()
      }
      Bun.connect({
        hostname,
        port: Number(port),
        socket: {
          open: ask,
          data: take,
          error: (_, error) => reject(error),
          close: () => reject(new Error(`${path}: cut off`)),
        },
      }).catch(reject)
    })

  const begun = performance.now()
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - begun) / 1_000
  times.sort((a, b) => a - b)
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), most: at(1), answers: times.length }
}
