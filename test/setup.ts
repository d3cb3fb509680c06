// Runs before each `bun test`, maybe before any package is installed: only built-ins may be imported up here.
import { afterAll } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lock } from '../dev/lock.ts'

const root = join(import.meta.dir, '..')
const stamp = join(root, 'node_modules/.lock-stamp')
const files = ['bun.lock', ...readdirSync(join(root, 'patches')).map((name) => join('patches', name))]
const wanted = Bun.hash(files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n')).toString()

// Nothing under test may touch a person's data, also not a child process that reads .env: this address resolves to nothing.
process.env.DATABASE_URL = 'postgres://tests-take-testDatabase.invalid/dealdome'
delete process.env.DATABASE_READ_URL

const command = commandLine()
const isWorker = command.includes('--test-worker')
if (!installed() && !isWorker) {
  await install()
  // A fresh process, because this one has noted that there are no packages.
  process.exit(run(command.slice(1)))
} else if (!existsSync(join(root, 'node_modules/.bin'))) {
  // A worker of `--parallel` talks to its parent over inherited files, so it cannot be replaced by a fresh process.
  console.error('The packages are not installed yet. Type `bun install`, then run the tests again.')
  process.exit(1)
} else if (command.at(-1) === 'test') {
  // The whole suite takes two thirds of the time with a process per core, and some tests wait long for theirs; bunfig.toml has settings for neither.
  process.exit(run(['test', '--parallel', '--timeout=60000']))
}

const { closeTestServer } = await import('./support/database.ts')
afterAll(closeTestServer)

function installed(): boolean {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted
}

async function install() {
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  const release = await lock(join(root, 'node_modules/.install-lock'), 'exclusive')
  if (!installed()) {
    console.error('Installing packages …')
    if (run(['install', '--frozen-lockfile', '--silent']) !== 0) process.exit(1)
    writeFileSync(stamp, wanted)
  }
  release()
}

function run(args: string[]): number {
  return (
    Bun.spawnSync([process.execPath, ...args], { cwd: root, stdio: ['inherit', 'inherit', 'inherit'] }).exitCode ?? 1
  )
}

/** `process.argv` lacks the flags of `bun test`. */
function commandLine(): string[] {
  const file = '/proc/self/cmdline'
  if (existsSync(file)) return readFileSync(file, 'utf8').split('\0').slice(0, -1)
  const { stdout } = Bun.spawnSync(['ps', '-o', 'args=', '-p', String(process.pid)])
  return stdout.toString().trim().split(/\s+/)
}
