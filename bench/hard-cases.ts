import { connect as connectTo, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { addDays } from '../src/day.ts'
import { benchDatabase, say } from './bench-database.ts'
import { SIZES } from './fill.ts'
import { load } from './load.ts'
import { forgetPeak, memory } from './processes.ts'
import { questionsOf } from './questions.ts'
import { type Server, signIn, startService } from './servers.ts'

/**
 * `bun run bench:hard`: what reads cost beside the clients that are hard to serve: downloads of all daily rows, readers that stop in the middle of
 * one, a thousand connections that say nothing, questions that nobody asked before, and ranges of ten years. `--size small|large`.
 */
const { values: given } = parseArgs({
  options: { size: { type: 'string', default: 'large' }, fresh: { type: 'boolean', default: false } },
})
const size = given.size as keyof typeof SIZES
const today = new Date().toISOString().slice(0, 10)
const [READERS, MS, UNIQUE, IDLE] = [8, 4_000, 3_000, 1_000]
const whole = `start=${addDays(today, -3_651)}&end=${today}`
const DOWNLOAD = `/financials/daily?${whole}&format=csv`

const database = await benchDatabase(size, today, given)
const service = await startService(database.appUrl, 'service', { KEPT_ANSWERS_MB: '16' })
const uncached = await startService(database.appUrl, 'uncached', { KEPT_ANSWERS_MB: '0' })
try {
  const token = await signIn(service)
  const headers = { authorization: `Bearer ${token}` }
  const get = (path: string, to: Server) => fetch(to.address + path, { headers })

  for (const [what, path] of Object.entries({
    'summary, 10 years': `/financials/summary?${whole}`,
    'P&L by month, 10 years': `/financials/pnl?${whole}&grain=month`,
    'daily rows, 10 years, 500': `/financials/daily?${whole}&limit=500`,
    'product days, 10 years, 500': `/financials/product-performance?${whole}&limit=500`,
  })) {
    const times: number[] = []
    forgetPeak(uncached.pid)
    for (let round = 0; round < 3; round += 1) {
      const begun = performance.now()
      const answer = await get(path, uncached)
      if (answer.status !== 200) throw new Error(`${what}: ${await answer.text()}`)
      await answer.arrayBuffer()
      times.push(performance.now() - begun)
    }
    say(`${what}: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms; ${memory(uncached.pid, 'VmHWM')} MB at most`)
  }

  const { daily, summary, products } = questionsOf(today)
  const reads = async (what: string) => {
    for (const [name, path] of Object.entries({ daily, summary, products })) {
      const { p50, p99, perSecond } = await load(uncached.address, path, { clients: READERS, ms: MS, headers })
      say(`${what}, ${name}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${perSecond.toFixed(0)} a second`)
    }
    say(`  ${memory(uncached.pid, 'VmRSS')} MB held, ${memory(uncached.pid, 'VmHWM')} MB at most`)
  }
  await reads('warming up')
  forgetPeak(uncached.pid)
  await reads('alone')

  const stop = new AbortController()
  let rows = 0
  const downloads = Array.from({ length: 2 }, async () => {
    while (!stop.signal.aborted) rows = (await (await get(DOWNLOAD, uncached)).text()).trim().split('\r\n').length - 1
  })
  await reads('beside two downloads without a pause')
  stop.abort()
  await Promise.all(downloads)
  say(`  each of ${rows.toLocaleString('en')} rows`)

  const stopped = await Promise.all(Array.from({ length: 12 }, () => asking(DOWNLOAD, uncached, token)))
  await reads('beside 12 readers that stopped in a download')
  for (const socket of stopped) socket.destroy()

  const idle = await Promise.all(Array.from({ length: IDLE }, () => asking('/health', uncached, token)))
  await reads(`beside ${IDLE.toLocaleString('en')} connections that say nothing`)
  for (const socket of idle) socket.destroy()

  say(`kept answers: ${memory(service.pid, 'VmRSS')} MB held before`)
  for (let round = 1; round <= 4; round += 1) {
    for (let n = 0; n < UNIQUE; n += 1)
      await (await get(`${daily}&store=store-${1 + (n % SIZES[size].stores)}&n=${round * UNIQUE + n}`, service)).bytes()
    say(
      `  ${memory(service.pid, 'VmRSS')} MB after ${(round * UNIQUE).toLocaleString('en')} questions of its own each, of 16 MB that may be kept`,
    )
  }
} finally {
  for (const server of [service, uncached]) await server.stop()
  await database.stop()
}

/** A connection on which something was asked, once the answer has begun; it reads nothing more. */
function asking(path: string, { address }: Server, token: string): Promise<Socket> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    const socket = connectTo(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\n\r\n`),
    )
    socket.on('error', reject)
    socket.once('data', () => resolve(socket.pause()))
  })
}
