import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { lock } from '../../dev/lock.ts'
import packed from './chromium/package.json' with { type: 'json' }

const CACHE = join(import.meta.dir, '../../.data/chromium')
const VERSION = packed.dependencies['@sparticuz/chromium']
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** A browser's program, and what it needs in its environment. */
export type Chromium = { path: string; env: Record<string, string> }

/** Why there is no browser, and what to do. */
export class NoBrowser extends Error {
  override name = 'NoBrowser'
}

/**
 * The browser for tests: CHROMIUM_PATH, else one that this machine has, else one from npm, unpacked once below `.data/`.
 * @throws NoBrowser
 */
export async function chromium(): Promise<Chromium> {
  const given = process.env.CHROMIUM_PATH
  const path = given || INSTALLED.find(isProgram)
  if (path) return { path, env: {} }
  try {
    return await packedChromium()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new NoBrowser(`install Chromium, or set CHROMIUM_PATH. The one from npm does not do: ${reason}`, {
      cause: error,
    })
  }
}

/**
 * A headless Chromium with the libraries and fonts it lacks on a bare machine. Its package has 67 MB, so it has a lock file of its own and is
 * only installed where it is needed. Measured on two cores: 3 s with a filled package cache.
 */
async function packedChromium(): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`there is none for ${process.platform} ${process.arch}`)
  const folder = join(CACHE, VERSION)
  const found = {
    path: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.xml') },
  }
  if (existsSync(folder)) return found
  mkdirSync(CACHE, { recursive: true })
  const release = await lock(join(CACHE, 'lock'), 'exclusive', () => console.error('Waiting for the browser …'))
  try {
    if (existsSync(folder)) return found
    console.error('Setting up a browser for tests (once per checkout) …')
    for (const old of readdirSync(CACHE).filter((name) => name.startsWith('new')))
      rmSync(join(CACHE, old), { recursive: true })
    const [project, unpacked] = [join(CACHE, 'new-package'), join(CACHE, 'new')]
    cpSync(join(import.meta.dir, 'chromium'), project, { recursive: true })
    run([process.execPath, 'install', '--frozen-lockfile', '--silent'], project)
    const packages = join(project, 'node_modules/@sparticuz/chromium/bin')
    mkdirSync(unpacked)
    await unbrotli(join(packages, 'chromium.br'), join(unpacked, 'chromium'))
    chmodSync(join(unpacked, 'chromium'), 0o755)
    for (const name of ['al2023.tar', 'fonts.tar', 'swiftshader.tar']) {
      await unbrotli(join(packages, `${name}.br`), join(project, name))
      run(['tar', '-xf', join(project, name), '-C', unpacked], project)
    }
    // The package's own list of folders is that of another machine, and without a font the browser ends.
    await Bun.write(
      join(unpacked, 'fonts.xml'),
      `<fontconfig><dir>/usr/share/fonts</dir><dir>${folder}/fonts</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
    )
    rmSync(project, { recursive: true })
    renameSync(unpacked, folder)
    return found
  } finally {
    release()
  }
}

async function unbrotli(from: string, to: string) {
  await Bun.write(to, brotliDecompressSync(await Bun.file(from).bytes()))
}

function run(command: string[], cwd: string) {
  const { exitCode, stderr } = Bun.spawnSync(command, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  if (exitCode !== 0) throw new Error(`${command[0]}: ${stderr.toString().trim().split('\n').at(-1)}`)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
