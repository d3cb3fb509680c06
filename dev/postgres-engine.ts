export type Purpose = 'dev' | 'test'

/** Where the server of a checkout lives: enough to find, stop and erase it. Kept beside its locks, so that later processes know it too. */
export type Place =
  | { kind: 'cluster'; data: string }
  | { kind: 'docker'; container: string; volume: string; password: string }

/** A way to run PostgreSQL that works on this machine; `start` answers the address of the running server. */
export type Engine = { place: Place; start: () => Promise<string> }

const COMMON = {
  jit: 'off',
  log_timezone: 'UTC',
  shared_buffers: '128MB',
  timezone: 'UTC',
}

/** `synchronous_commit` and `fsync` stay on: what a person typed into the demo survives a power cut. */
const DEV = {
  ...COMMON,
  checkpoint_timeout: '15min',
  max_connections: '100',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  wal_level: 'minimal', // nothing replicates from here, and imports into new tables skip the log
  // Start after a crash: 0.2 s instead of 3.1 s with one sync per file. Only Linux has it.
  ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
}

/** Test data need not survive the machine. */
const TEST = {
  ...COMMON,
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '200', // a pool per test file, two runs at once
  max_wal_senders: '0',
  max_wal_size: '512MB', // it may lie in memory
  synchronous_commit: 'off',
  wal_level: 'minimal',
}

/** Server settings as `-c name=value` arguments. */
export function settings(purpose: Purpose, more: Record<string, string> = {}): string[] {
  const all = { ...(purpose === 'dev' ? DEV : TEST), ...more }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** The address of a local server; its database `dealdome` is made by the first migration run. */
export function localUrl(password: string, address: string): string {
  return `postgres://postgres:${password}@${address}/dealdome?sslmode=disable`
}
