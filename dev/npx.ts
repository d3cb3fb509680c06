import { readFileSync } from 'node:fs'

/**
 * Calls `onEnd` once the npx or npm that started us is gone; does nothing under anything else. A SIGTERM ends npx and its shell, but
 * neither passes it on to the program inside. Linux only: elsewhere such an end goes unnoticed.
 */
export async function untilNpxEnds(onEnd: () => void): Promise<void> {
  if (!process.env.npm_config_user_agent?.startsWith('npm/') || process.platform !== 'linux') return
  const starter = parentOf(process.ppid)
  do await Bun.sleep(1_000)
  while (parentOf(process.ppid) === starter)
  onEnd()
}

/** The fourth field of the process's state; the second one is its name in brackets, which may hold spaces. */
const parentOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]
