import { Database } from 'bun:sqlite'

export type LockKind = 'exclusive' | 'shared'

/** Keeps locks that are held for a process's whole life from the garbage collector. */
const held = new Set<Database>()

/**
 * Takes the lock `file` if nobody is in the way; the answer gives it back. Undefined when it is taken.
 * The operating system frees it when the process dies, however it dies, so a lock is never stale.
 */
export function tryLock(file: string, kind: LockKind): (() => void) | undefined {
  const database = new Database(file)
  try {
    database.run('pragma journal_mode = memory') // nothing is ever written, so no journal beside the file
    if (kind === 'exclusive') database.run('begin exclusive')
    else {
      database.run('begin')
      database.query('select count(*) from sqlite_schema').get()
    }
  } catch (error) {
    database.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return undefined
    throw error
  }
  held.add(database)
  return () => {
    held.delete(database)
    database.close()
  }
}

/** Waits for the lock `file`; `onWait` is called once after a second of waiting. */
export async function lock(file: string, kind: LockKind, onWait: () => void = () => {}): Promise<() => void> {
  for (let waited = 0; ; waited += 25) {
    const release = tryLock(file, kind)
    if (release) return release
    if (waited === 1000) onWait()
    await Bun.sleep(25)
  }
}
