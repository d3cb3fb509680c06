import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Secrets = { JWT_SECRET: string; ENCRYPTION_KEY: string }

/** Secrets of this checkout, made once and kept below `.data/`, readable by its owner only. Production sets its own. */
export function developmentSecrets(root: string): Secrets {
  const file = join(root, '.data/secrets.json')
  mkdirSync(join(root, '.data'), { recursive: true })
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {}
  const secrets = { JWT_SECRET: newKey(), ENCRYPTION_KEY: newKey(), ...kept }
  if (Object.keys(kept).length < Object.keys(secrets).length)
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  chmodSync(file, 0o600)
  return secrets
}

const newKey = () => randomBytes(32).toString('hex')
