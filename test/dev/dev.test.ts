import { afterAll, expect, test } from 'bun:test'
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPostgres } from '../../dev/postgres.ts'

const ROOT = join(import.meta.dir, '../..')
const PARTS = [
  'package.json',
  'bun.lock',
  'bunfig.toml',
  'patches',
  'tsconfig.json',
  'dashboard',
  'db',
  'dev',
  'sql',
  'src',
]
/** What a fresh clone does not have. */
const MADE = /(^|\/)(node_modules|\.next|out|\.env[^/]*)$/
/** A busy machine that has to compile the pages. */
const PATIENCE = 60_000

const checkout = mkdtempSync(join(tmpdir(), 'dealdome-'))
chmodSync(checkout, 0o755) // root's server runs as another user
for (const part of PARTS.filter((name) => existsSync(join(ROOT, name))))
  cpSync(join(ROOT, part), join(checkout, part), { recursive: true, filter: (from) => !MADE.test(from) })

const started: Bun.Subprocess[] = []
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await bun(['dev/db.ts', 'stop']).child.exited
  rmSync(checkout, { recursive: true, force: true, maxRetries: 20 })
})

test(
  'bun dev starts in a fresh clone, prints a login that works, and leaves nothing when it is ended',
  async () => {
    const dev = bun(['dev'], { DEMO: '0', PORT: '0', ADMIN_EMAIL: '', ADMIN_PASSWORD: '' })
    const welcome = await dev.said(/Stop: Ctrl-C/)
    const [, address = ''] = welcome.match(/Open +(\S+)/) ?? []
    const [, email] = welcome.match(/Log in +(\S+)/) ?? []
    const [, password] = welcome.match(/Password +(\S+)/) ?? []

    expect((await fetch(`${address}/ready`)).status).toBe(200)
    const login = await fetch(`${address}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    })
    expect(login.status).toBe(200)
    for (const page of ['/app', '/app/login']) {
      const answer = await fetch(address + page)
      expect([page, answer.status, answer.headers.get('content-type')]).toEqual([page, 200, 'text/html; charset=utf-8'])
      await answer.body?.cancel()
    }
    expect(await hotReload(address)).toBe('turbopack-connected')

    const second = bun(['dev'], { DEMO: '0' })
    expect(await second.child.exited).toBe(1)
    expect(second.text()).toContain('bun dev already runs in this checkout.')

    dev.child.kill('SIGTERM')
    expect(await dev.child.exited).toBe(0)
    expect(await fetch(`${address}/health`).catch(() => 'refused')).toBe('refused')
    expect(await findPostgres(join(checkout, '.data/pg'))).toBeUndefined()
    expect(processesHere()).toEqual([])
  },
  PATIENCE,
)

test(
  'bun dev names all that is wrong with the configuration, no value, and ends with 2',
  async () => {
    const dev = bun(['dev'], {
      PORT: 'eighty',
      ROLES: 'cook',
      DATABASE_URL: 'mysql://root:hunter2@db/shop',
      JWT_SECRET: 'hunter2',
    })
    expect(await dev.child.exited).toBe(2)
    for (const name of ['PORT', 'ROLES', 'DATABASE_URL', 'JWT_SECRET'])
      expect(dev.text()).toMatch(new RegExp(`^  ${name} `, 'm'))
    for (const value of ['eighty', 'cook', 'hunter2']) expect(dev.text()).not.toContain(value)
  },
  PATIENCE,
)

/** Bun in the checkout, with these variables and no others of ours. */
function bun(args: string[], variables: Record<string, string> = {}) {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    XDG_CACHE_HOME: process.env.XDG_CACHE_HOME,
    ECB_API_ROOT: 'http://127.0.0.1:1', // Nothing outside is asked.
    ...variables,
  }
  const child = Bun.spawn([process.execPath, ...args], { cwd: checkout, env, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) void read(stream, (more) => (text += more))
  const said = async (what: RegExp) => {
    await until(() => what.test(text) || child.exitCode !== null)
    if (!what.test(text)) throw new Error(`bun ${args.join(' ')} ended before: ${text}`)
    return text
  }
  return { child, said, text: () => text }
}

async function read(stream: ReadableStream<Uint8Array>, take: (text: string) => void) {
  const decoder = new TextDecoder()
  for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }))
}

async function until(done: () => boolean) {
  while (!done()) await Bun.sleep(20)
}

/** The first thing with a name that the dashboard's development server says through our address. */
function hotReload(address: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = new WebSocket(`${address.replace('http', 'ws')}/app/_next/hmr?id=test`)
  socket.addEventListener('message', ({ data }) => {
    const type = typeof data === 'string' ? (JSON.parse(data) as { type?: string }).type : undefined
    if (type === 'turbopack-connected') resolve(type)
  })
  socket.addEventListener('close', ({ code }) => reject(new Error(`closed with ${code}`)))
  return promise.finally(() => socket.close())
}

/** Commands of the processes that work below the checkout; nothing where the system does not tell. */
function processesHere(): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const within = readlinkSync(`/proc/${pid}/cwd`).startsWith(checkout)
        return within ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : []
      } catch {
        return [] // it ended meanwhile
      }
    })
}
