import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { type Engine, type Purpose, localUrl, type Place, settings } from './postgres-engine.ts'
import { run } from './process.ts'

const IMAGE = 'pgvector/pgvector:pg17'

export type Container = Extract<Place, { kind: 'docker' }>

/** A container per checkout, its data in a volume; `known` is the one it had before. Throws with the reason where no Docker engine answers. */
export async function dockerEngine(
  known: Container | undefined,
  purpose: Purpose,
  log: (line: string) => void,
): Promise<Engine> {
  const { code, err } = await docker(['version', '--format', '{{.Server.Version}}'], { timeout: 5000 })
  if (code !== 0) throw new Error(err.trim().split('\n')[0] || 'the engine does not answer')
  const name = `dealdome-${randomBytes(6).toString('hex')}`
  const place = known ?? { kind: 'docker', container: name, volume: name, password: randomBytes(16).toString('hex') }
  return {
    place,
    start: async () => {
      if ((await docker(['image', 'inspect', IMAGE])).code !== 0) {
        log(`Fetching the image ${IMAGE} …`)
        await must(['pull', '--quiet', IMAGE])
      }
      const identity = ['--name', place.container, '--volume', `${place.volume}:/var/lib/postgresql/data`]
      const rest = [
        '--publish',
        '127.0.0.1::5432',
        '--shm-size',
        '256m',
        '--env',
        'POSTGRES_PASSWORD',
        '--env',
        'POSTGRES_INITDB_ARGS',
      ]
      const env = {
        ...process.env,
        POSTGRES_PASSWORD: place.password,
        POSTGRES_INITDB_ARGS: '--locale-provider=builtin --locale=C.UTF-8',
      }
      await must(['run', '--detach', '--rm', ...identity, ...rest, IMAGE, 'postgres', ...settings(purpose)], env)
      const url = await findContainer(place)
      if (!url) throw new Error(`the container ${place.container} ended at once`)
      await answers(url)
      return url
    },
  }
}

/** The address of the running container; undefined when it does not run. */
export async function findContainer({ container, password }: Container): Promise<string | undefined> {
  const { out } = await docker(['port', container, '5432/tcp'])
  const address = out.match(/^127\.0\.0\.1:\d+$/m)?.[0]
  return address && localUrl(password, address)
}

/** Stops the container, if it runs; its data stays in the volume. */
export async function haltContainer({ container }: Container): Promise<void> {
  await docker(['stop', '-t', '30', container])
}

/** Deletes the data of a stopped container. */
export async function eraseVolume({ volume }: Container): Promise<void> {
  await must(['volume', 'rm', '--force', volume])
}

/** The port is open before the server is, so only an answer counts. */
async function answers(url: string) {
  const server = new URL(url)
  server.pathname = '/postgres'
  for (let waited = 0; ; waited += 200) {
    const sql = postgres(server.href, { max: 1, connect_timeout: 5 })
    try {
      await sql`select 1`
      return
    } catch (error) {
      if (waited > 60_000) throw error
    } finally {
      await sql.end({ timeout: 1 })
    }
    await Bun.sleep(200)
  }
}

async function must(args: string[], env?: Record<string, string | undefined>) {
  const { code, err } = await docker(args, { env })
  if (code !== 0) throw new Error(`docker ${args[0]}: ${err.trim().split('\n').at(-1)}`)
}

function docker(args: string[], options?: Parameters<typeof run>[1]) {
  return run(['docker', ...args], options)
}
