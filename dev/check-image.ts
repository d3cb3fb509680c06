import { randomBytes } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import postgres from 'postgres'
import { AppError } from '../src/errors.ts'
import { commandOf, readDockerfile, settingsOf, type Stage } from './dockerfile.ts'
import { freePort } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { run } from './process.ts'

/**
 * `bun run image:check`: takes the steps of the Dockerfile one by one, without Docker, each stage on a root file system of its own with nothing in
 * it but glibc, a shell with the tools that the steps name, and Bun. Then it starts what came out as Docker would, not as root and with only /tmp to write
 * to, on a database of its own, and prints size, start time and memory at rest. Needs root on Linux (chroot, mount).
 */
const root = join(import.meta.dir, '..')
const TOOLS = ['sh', 'rm', 'env', 'ls', 'cat', 'touch', 'uname', 'mkdir']
const USERS = 'root:x:0:0::/root:/bin/sh\nbun:x:1000:1000::/home/bun:/bin/sh\n'
const BUN = 1000
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'
const say = (line: string) => process.stdout.write(`${line}\n`)

if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  process.stderr.write('bun run image:check needs root on Linux, for chroot and mounts. Elsewhere: docker build .\n')
  process.exit(2)
}
const folder = mkdtempSync(join(tmpdir(), 'dealdome-image-'))
try {
  const context = await contextOf()
  const stages = readDockerfile(readFileSync(join(root, 'Dockerfile'), 'utf8'))
  for (const stage of stages) await build(stage, context)
  await tryOut(stages.at(-1)!)
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** What `docker build .` would be given in a fresh clone: the files of git, without those of .dockerignore. */
async function contextOf(): Promise<string> {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((pattern) => new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replace('**/', '(.*/)?')}(/|$)`))
  const listed = await run(['git', '-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  if (listed.code !== 0) throw new AppError('unavailable', `git does not list the files: ${listed.err}`)
  const context = join(folder, 'context')
  for (const file of listed.out.split('\0')) {
    if (!file || ignored.some((pattern) => pattern.test(file)) || !existsSync(join(root, file))) continue
    mkdirSync(dirname(join(context, file)), { recursive: true })
    cpSync(join(root, file), join(context, file))
  }
  return context
}

/** The image that a stage begins with, as far as a step may need it. */
async function base(to: string): Promise<void> {
  const programs = [...TOOLS.map((name) => Bun.which(name) ?? ''), process.execPath].filter(Boolean)
  const libraries = new Set<string>([CERTIFICATES])
  const { out: more } = await run(['ldconfig', '-p'])
  // The slim image has these for its own tools; a picture is drawn with them.
  const known = [
    ...more.matchAll(/=> (\/\S*\/lib(?:stdc\+\+|gcc_s|m|dl|pthread|rt|nss_dns|nss_files|resolv)\.so\.\d)$/gm),
  ]
  for (const [, library = ''] of known) libraries.add(library)
  for (const program of programs)
    for (const [library] of (await run(['ldd', program])).out.matchAll(/\/\S+\.so\S*/g)) libraries.add(library)
  const put = (from: string, path: string) => {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    cpSync(from, join(to, path), { dereference: true })
  }
  for (const library of libraries) if (existsSync(library)) put(library, library)
  for (const program of programs)
    put(program, program === process.execPath ? '/usr/local/bin/bun' : `/usr/bin/${basename(program)}`)
  for (const name of ['dev', 'proc', 'tmp', 'root', 'home/bun', 'etc']) mkdirSync(join(to, name), { recursive: true })
  symlinkSync('usr/bin', join(to, 'bin'))
  writeFileSync(join(to, 'etc/passwd'), USERS)
  for (const file of ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf']) if (existsSync(file)) put(file, file)
}

async function build(stage: Stage, context: string): Promise<void> {
  const home = join(folder, stage.name)
  await base(home)
  say(`\nFROM ${stage.from} AS ${stage.name}`)
  const settings: Record<string, string> = {}
  let at = '/'
  for (const { name, words, flags } of stage.instructions) {
    const began = performance.now()
    if (name === 'WORKDIR') mkdirSync(join(home, (at = words)), { recursive: true })
    if (name === 'ENV' || name === 'ARG') Object.assign(settings, settingsOf(words, settings))
    if (name === 'COPY') copy(words.split(/\s+/), { from: flags['from'] ? join(folder, flags['from']) : context, to: join(home, at) }) // prettier-ignore
    if (name === 'RUN') await step(home, { at, settings, command: ['/bin/sh', '-c', words] })
    say(`  ${name} ${words.slice(0, 90)}  (${((performance.now() - began) / 1_000).toFixed(1)} s)`)
  }
}

function copy(words: string[], { from, to }: { from: string; to: string }): void {
  const target = words.pop() ?? ''
  for (const word of words) {
    const source = join(from, word)
    if (!existsSync(source)) throw new AppError('not_found', `COPY ${word}: there is no such file in the build.`)
    const path = statSync(source).isDirectory() ? join(to, target) : join(to, target, basename(word))
    mkdirSync(dirname(path), { recursive: true })
    cpSync(source, path, { recursive: true, verbatimSymlinks: true })
  }
}

type Step = { at: string; settings: Record<string, string>; command: string[] }

/** A step of the build, with the registry of packages of this machine. */
async function step(home: string, asked: Step): Promise<void> {
  const registry = (await run(['npm', 'config', 'get', 'registry'])).out.trim()
  const settings = {
    ...asked.settings,
    NODE_EXTRA_CA_CERTS: CERTIFICATES,
    ...(registry && { npm_config_registry: registry }),
  }
  const { code, out, err } = await run(within(home, { ...asked, settings }))
  if (code !== 0) throw new AppError('conflict', `RUN ${asked.command.at(-1)} ended with ${code}:\n${out.slice(-2_000)}\n${err.slice(-2_000)}`) // prettier-ignore
}

async function tryOut(stage: Stage): Promise<void> {
  const home = join(folder, stage.name)
  const find = (name: string) => stage.instructions.findLast((one) => one.name === name)?.words ?? ''
  const at = find('WORKDIR')
  const settings: Record<string, string> = {}
  for (const { name, words } of stage.instructions)
    if (name === 'ENV' || name === 'ARG') Object.assign(settings, settingsOf(words, settings))
  // As `docker run --read-only --tmpfs /tmp --user bun`.
  const mounts = `mount --bind ${home} ${home} && mount -o remount,bind,ro ${home} && mount -t tmpfs tmpfs ${home}/tmp &&`
  const as = { user: find('USER') === 'bun' ? BUN : 0, mounts }
  const server = await startPostgres({ dir: join(root, '.data/pg'), purpose: 'dev', log: say })
  const database = `image_${randomBytes(4).toString('hex')}`
  const owner = Object.assign(new URL(server.url), { pathname: `/${database}` }).href
  const login = Object.assign(new URL(owner), { username: database, password: randomBytes(16).toString('hex') }).href
  const port = await freePort()
  const environment = {
    ...settings,
    PORT: String(port),
    DATABASE_URL: login,
    MIGRATION_DATABASE_URL: owner,
    JWT_SECRET: randomBytes(32).toString('hex'),
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    ADMIN_EMAIL: 'owner@example.com',
    ADMIN_PASSWORD: randomBytes(16).toString('hex'),
    ECB_API_ROOT: 'http://127.0.0.1:1',
  }
  const inside = (command: string[]) => run(within(home, { at, settings: environment, command }, as))
  try {
    const migrated = await inside(['bun', 'dev/migrate-database.ts'])
    if (migrated.code !== 0) throw new AppError('conflict', `The migrations failed:\n${migrated.out}${migrated.err}`)
    const written = await inside(['touch', 'written'])
    const bytes = async (path: string) => Number((await run(['du', '-sb', join(home, path)])).out.split('\t')[0])
    const [app, bun] = [await bytes(at), await bytes('usr/local/bin/bun')]
    const packages = await bytes(`${at}/node_modules`)

    const began = performance.now()
    const child = Bun.spawn(within(home, { at, settings: environment, command: commandOf(find('CMD')) }, as), { stdio: ['ignore', 'pipe', 'inherit'] }) // prettier-ignore
    const printed = new Response(child.stdout).text()
    const answers = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined))?.status === 200 // prettier-ignore
    while (!(await answers('/ready'))) {
      if (child.exitCode !== null) throw new AppError('conflict', `It ended with ${child.exitCode}:\n${await printed}`)
      await Bun.sleep(20)
    }
    const started = performance.now() - began
    const page = await answers('/app/login')
    await Bun.sleep(15_000)
    const pid = await lastChild(child.pid)
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const healthy = await inside(commandOf(find('HEALTHCHECK').replace(/^CMD /, '')))
    const stopping = performance.now()
    process.kill(pid, 'SIGTERM')
    const code = await child.exited
    const megabytes = (count: number) => `${Math.round(count / 1_048_576)} MB`
    const facts: [string, string, boolean][] = [
      ['size of /app', `${megabytes(app)}, of which packages ${megabytes(packages)}`, app > 0],
      ['size of Bun (part of the base image)', megabytes(bun), bun > 0],
      ['packages named in the SBOM', String((JSON.parse(readFileSync(join(home, at, 'sbom.cdx.json'), 'utf8')) as { components: [] }).components.length), true], // prettier-ignore
      ['start until /ready answers 200', `${(started / 1_000).toFixed(2)} s`, true],
      [
        'memory at rest (VmRSS after 15 s)',
        `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024)} MB`,
        true,
      ],
      ['user', /Uid:\s+(\d+)/.exec(status)?.[1] ?? '', /Uid:\s+1000\b/.test(status)],
      ['writing to /app', written.code === 0 ? 'was possible' : 'is refused', written.code !== 0],
      ['dashboard', page ? 'answers' : 'does not answer', page],
      ['HEALTHCHECK', healthy.code === 0 ? 'passes' : `fails: ${healthy.err}`, healthy.code === 0],
      ['SIGTERM', `ends it with ${code} after ${((performance.now() - stopping) / 1_000).toFixed(1)} s`, code === 0],
    ]
    say('\nWhat runs:')
    for (const [what, value] of facts) say(`  ${what}: ${value}`)
    if (facts.some(([, , right]) => !right)) throw new AppError('conflict', 'Something above is not as it should be.')
  } finally {
    const admin = postgres(Object.assign(new URL(server.url), { pathname: '/postgres' }).href, {
      max: 1,
      onnotice: () => {},
    })
    await admin`drop database if exists ${admin(database)} with (force)`
    await admin`drop role if exists ${admin(database)}`
    await admin.end()
    await server.stop()
  }
}

/** The process that a chain of wrappers ends in. */
async function lastChild(pid: number): Promise<number> {
  const { out } = await run(['pgrep', '-P', String(pid)])
  const next = Number(out.trim().split('\n')[0])
  return next ? lastChild(next) : pid
}

/** The words that run a command within this root, in a process space of its own. */
function within(home: string, { at, settings, command }: Step, { user = 0, mounts = '' } = {}): string[] {
  return [
  'unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c',
  `${mounts} mount -t proc proc ${home}/proc && mount --rbind /dev ${home}/dev && exec chroot --userspec=${user}:${user} ${home} /bin/env -i "$@"`,
  'sh',
  ...Object.entries({ PATH: '/usr/local/bin:/usr/bin', HOME: user ? '/home/bun' : '/root', ...settings }).map(([key, value]) => `${key}=${value}`),
  '/bin/sh', '-c', `cd ${at} && exec "$@"`, 'sh', ...command,
  ] // prettier-ignore
}
