import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Programs } from './postgres-cluster.ts'
import { readIfThere } from './postgres-home.ts'
import { run } from './process.ts'

const MAJORS = [17, 18, 16]

/** Where Homebrew, Debian, Red Hat and Postgres.app put the programs of one major version. */
const folders = (major: number) => [
  `/opt/homebrew/opt/postgresql@${major}/bin`,
  `/usr/local/opt/postgresql@${major}/bin`,
  `/home/linuxbrew/.linuxbrew/opt/postgresql@${major}/bin`,
  `/usr/lib/postgresql/${major}/bin`,
  `/usr/pgsql-${major}/bin`,
  `/Applications/Postgres.app/Contents/Versions/${major}/bin`,
]

/** PostgreSQL 16 or newer with pgvector 0.8 or newer (older ones lack iterative scans) that this machine has; throws with the reason when there is none. */
export async function installedPrograms(): Promise<Programs> {
  const reasons: string[] = []
  for (const major of MAJORS) {
    for (const bin of folders(major).filter((bin) => existsSync(join(bin, 'postgres')))) {
      const share = (await run([join(bin, 'pg_config'), '--sharedir'])).out.trim() || `/usr/share/postgresql/${major}`
      const control = readIfThere(join(share, 'extension/vector.control'))
      const version = control?.match(/default_version\s*=\s*'(\d+)\.(\d+)/)
      if (version && Number(version[1]) * 1000 + Number(version[2]) >= 8) return { bin, major }
      reasons.push(`${bin} has ${version ? 'a pgvector older than 0.8' : 'no pgvector'}`)
    }
  }
  throw new Error(reasons.join('; ') || 'none of version 16 or newer in the usual folders')
}
