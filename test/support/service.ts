import { join } from 'node:path'
import { usesDatabase } from './users-of-database.ts'

const ROOT = join(import.meta.dir, '../..')
export const JWT_SECRET = 'a-secret-for-tests-of-32-characters'

export const ENCRYPTION_KEY = '0f'.repeat(32)

/** Nothing outside is asked unless a test brings a stand-in. */
const NOWHERE = 'http://127.0.0.1:1'

export type LogLine = { level: string; message: string; [more: string]: unknown }
export type Service = Awaited<ReturnType<typeof startService>>

/** Runs `bun src/main.ts` to its end, in an environment of these variables only; it is stopped once it says `stopAt`. */
export async function runService(env: Record<string, string>, { stopAt }: { stopAt?: string } = {}) {
  const child = spawn(env)
  const stderr = new Response(child.stderr).text()
  const said: string[] = []
  for await (const line of lines(child.stdout)) {
    said.push(line)
    if (stopAt && line.includes(stopAt)) child.kill('SIGTERM')
  }
  return { stdout: said.join('\n'), stderr: await stderr, code: await child.exited }
}

/**
 * The service as a process of its own, on a free port, in an environment of these variables and secrets of its own only. Resolves once
 * it listens; rejects with what it wrote when it ends before. Dispose of it (`await using`) or stop it.
 */
export async function startService(env: Record<string, string>) {
  const child = spawn({ PORT: '0', JWT_SECRET, ENCRYPTION_KEY, ECB_API_ROOT: NOWHERE, META_API_ROOT: NOWHERE, ...env })
  const logs: LogLine[] = []
  const stderr = new Response(child.stderr).text()
  const listening = Promise.withResolvers<number>()
  const read = async () => {
    for await (const line of lines(child.stdout)) {
      const entry = JSON.parse(line) as LogLine
      logs.push(entry)
      if (entry.message === 'listening') listening.resolve(Number(entry['port']))
    }
    listening.reject(new Error(`The service ended before it listened: ${JSON.stringify(logs)} ${await stderr}`))
  }
  const ended = read()
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal)
    await ended.catch(() => undefined)
    return child.exited
  }
  if (env['DATABASE_URL']) usesDatabase(env['DATABASE_URL'], () => end('SIGTERM'))
  const port = await listening.promise
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    /** Every line it logged so far. */
    logs: logs as readonly LogLine[],
    /** Whether it runs still. */
    get running() {
      return child.exitCode === null && child.signalCode === null
    },
    /** Lets it drain; resolves to its exit code. */
    stop: () => end('SIGTERM'),
    /** Ends it at once, as a crash does. */
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: async () => {
      await end('SIGKILL')
    },
  }
}

function spawn(env: Record<string, string>) {
  return Bun.spawn([process.execPath, '--no-env-file', join(ROOT, 'src/main.ts')], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function* lines(stream: ReadableStream<Uint8Array>) {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const all = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = all.pop() ?? ''
    yield* all
  }
  if (rest) yield rest
}
