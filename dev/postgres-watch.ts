// Started beside a private server: stops it once no process has used it for 15 seconds, however its users ended.
import { tryLock } from './lock.ts'
import { stopUnused, useFile, watchFile } from './postgres.ts'

const [dir = ''] = process.argv.slice(2)
const leave = tryLock(watchFile(dir), 'exclusive')
for (let unused = 0, stopped = !leave; !stopped;) {
  await Bun.sleep(3000)
  const free = tryLock(useFile(dir), 'exclusive')
  free?.()
  unused = free ? unused + 1 : 0
  if (unused >= 5) stopped = await stopUnused(dir, leave)
}
