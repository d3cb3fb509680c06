import { ConfigError, readConfig } from './config.ts'
import { expectedError } from './errors.ts'
import { createLog, errorForLog } from './log.ts'
import { startService } from './service.ts'
import { startTelemetry, type Telemetry } from './telemetry/start-telemetry.ts'
import { endOnUnhandled } from './unhandled.ts'

/** Milliseconds that running requests, chats and jobs get to end after SIGTERM, beside DRAIN_SECONDS: as long as a request may take. */
const DRAIN = 28_000

/** Milliseconds that our clock is ahead of the real one. */
let ahead = 0
const now = () => new Date(Date.now() + ahead)
let telemetry: Telemetry | undefined
const log = createLog(now, (line) => {
  process.stdout.write(`${line}\n`)
  telemetry?.ship?.(line)
})

let drain = 0
// The job library writes a worker's error here as well as to its log; Bun puts it on stdout, between our lines of JSON.
console.trace = (error: unknown) => log('warn', 'jobs: a worker ended', errorForLog(error))

endOnUnhandled({ log, report: (error) => telemetry?.report(error), flush: async () => telemetry?.stop() })

let service: Awaited<ReturnType<typeof startService>> | undefined
let closing = false
const close = async () => {
  if (closing) return
  closing = true
  const late = setTimeout(
    () => {
      log('error', 'did not drain in time', { waited_for: service?.draining() })
      process.exit(1)
    },
    DRAIN + drain * 1_000,
  )
  await service?.stop()
  clearTimeout(late)
  log('info', 'stopped')
  await telemetry?.stop()
  process.exit(0)
}
// Also while it starts: in a container nothing else would end it.
process.on('SIGTERM', () => void close())
process.on('SIGINT', () => void close())

try {
  const config = readConfig(process.env)
  drain = config.DRAIN_SECONDS
  if (config.CLOCK_START) {
    ahead = config.CLOCK_START.getTime() - Date.now()
    log('warn', 'the clock was set by CLOCK_START')
  }
  telemetry = await startTelemetry(config, now)
  service = await startService({ config, now, log, reportError: telemetry.report })
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
  const expected = expectedError(error)
  log('error', expected?.message ?? 'could not start', expected ? {} : errorForLog(error))
  await telemetry?.stop()
  process.exit(1)
}
