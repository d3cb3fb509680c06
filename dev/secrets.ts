import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Secrets of this checkout, made once and kept below `.data/`, readable by its owner only. Production sets its own. */
export function developmentSecrets(root: string): { JWT_SECRET: string } {
  const file = join(root, '.data/secrets.json')
  if (!existsSync(file)) {
    mkdirSync(join(root, '.data'), { recursive: true })
    writeFileSync(file, JSON.stringify({ JWT_SECRET: randomBytes(32).toString('hex') }), { mode: 0o600, flag: 'wx' })
  }
  chmodSync(file, 0o600)
  return JSON.parse(readFileSync(file, 'utf8')) as { JWT_SECRET: string }
}
