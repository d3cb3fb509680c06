import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { memory } from './processes.ts'

const ROOT = join(import.meta.dir, '..')
export const SECRET = randomBytes(32).toString('hex')
/** Kept with the database from run to run. */
const OWNER = { email: 'bench@example.com', password: 'only-on-this-machine' }
const ENCRYPTION_KEY = randomBytes(32).toString('hex')

export type Server = {
  name: string
  address: string
  pid: number
  readyAfter: number
  atRest: number | null
  stop: () => Promise<unknown>
}

/** The service as in production, a process of its own, with the API alone and hardly any limit of requests; of the checkout `root`. */
export const startService = (databaseUrl: string, name: string, more: Record<string, string> = {}, root = ROOT) =>
  start(name, join(root, 'src/main.ts'), {
    PORT: '0',
    NODE_ENV: 'production',
    ROLES: 'api',
    DATABASE_URL: databaseUrl,
    JWT_SECRET: SECRET,
    ENCRYPTION_KEY,
    ADMIN_EMAIL: OWNER.email,
    ADMIN_PASSWORD: OWNER.password,
    RATE_LIMIT: '9999999',
    ...more,
  })

export const startPlain = (databaseUrl: string, today: string) =>
  start('plain', join(import.meta.dir, 'plain.ts'), { DATABASE_URL: databaseUrl, JWT_SECRET: SECRET, TODAY: today })

/** A token of the owner, which the plain variant takes as well. */
export async function signIn({ address }: Server): Promise<string> {
  const body = JSON.stringify(OWNER)
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${address}/auth/login`, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`signing in: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { token: string }).token
}

async function start(name: string, file: string, env: Record<string, string>): Promise<Server> {
  const { PATH, HOME } = process.env
  const begun = performance.now()
  const child = Bun.spawn([process.execPath, '--no-env-file', file], {
    cwd: dirname(dirname(file)),
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = await portOf(child.stdout)
  const readyAfter = performance.now() - begun
  await Bun.sleep(300)
  return {
    name,
    address: `http://127.0.0.1:${port}`,
    pid: child.pid,
    readyAfter,
    atRest: memory(child.pid, 'VmRSS'),
    stop: () => {
      child.kill()
      return child.exited
    },
  }
}

async function portOf(stdout: ReadableStream<Uint8Array>): Promise<number> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of stdout) {
    text += decoder.decode(piece, { stream: true })
    const port = /"listening","port":(\d+)/.exec(text)?.[1]
    if (port) return Number(port)
  }
  throw new Error(`The server ended before it listened: ${text}`)
}
