import { isLostConnection } from './errors.ts'
import { errorForLog, type Log } from './log.ts'

type Deps = { log: Log; report: (error: unknown) => void; flush: () => Promise<unknown> }

/**
 * Ends the process, logged and reported, when an error is met that nobody waited for: whoever runs it starts it anew. A lost connection does
 * not end it: the job library lets go of promises that fail while the database is away, and asks again by itself.
 */
export function endOnUnhandled({ log, report, flush }: Deps): void {
  const end = async (reason: unknown) => {
    if (isLostConnection(reason))
      return log('warn', 'a connection was lost that nobody waited for', errorForLog(reason))
    log('error', 'unhandled error', errorForLog(reason))
    report(reason)
    await flush().catch(() => undefined)
    process.exit(1)
  }
  process.on('unhandledRejection', (reason) => void end(reason))
}
