import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { lock } from '../../dev/lock.ts'

const ROOT = join(import.meta.dir, '../..')
const DASHBOARD = join(ROOT, 'dashboard')
const EXPORT = join(DASHBOARD, 'out/index.html')
const MADE = new Set(['node_modules', '.next', 'out', 'next-env.d.ts', 'tsconfig.tsbuildinfo'])

/** Builds the dashboard that the service serves, unless its export is newer than its sources. Takes 10 s then. @throws Error when it does not build */
export async function buildDashboard(): Promise<void> {
  mkdirSync(join(ROOT, '.data'), { recursive: true })
  const release = await lock(join(ROOT, '.data/dashboard.lock'), 'exclusive')
  try {
    if (existsSync(EXPORT) && statSync(EXPORT).mtimeMs > newest(DASHBOARD)) return
    console.error('Building the dashboard …')
    const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, 'run', 'build'], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    })
    if (exitCode !== 0)
      throw new Error(`The dashboard does not build, see "bun run build":\n${stdout.toString()}${stderr.toString()}`)
  } finally {
    release()
  }
}

/** When the youngest source below `folder` was changed, in milliseconds. */
function newest(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !MADE.has(name))
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs
    })
  return Math.max(0, ...times)
}
