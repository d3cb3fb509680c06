import { AppError } from './errors.ts'
import { traceOf } from './telemetry/observe.ts'
import { withoutSecrets } from './telemetry/redact.ts'

export type Log = (level: 'info' | 'warn' | 'error', message: string, more?: Record<string, unknown>) => void

/** One JSON object a line, with the ids of the trace that runs and without secrets. */
export const createLog =
  (now: () => Date, write: (line: string) => void): Log =>
  (level, message, more) =>
    write(JSON.stringify({ at: now().toISOString(), level, message, ...traceOf(), ...more }, withoutSecrets))

/**
 * What of an error may be written down. A driver's error also carries the parameters of the statement, which are customers' data:
 * only its name, message, code and stack are kept, and of an expected failure what it tells people.
 */
export function errorForLog(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) }
  if (error instanceof AppError) return { error: error.message, code: error.code }
  const code = 'code' in error ? { code: String(error.code) } : {}
  return {
    error: error.message,
    name: error.name,
    ...code,
    stack: error.stack
      ?.split('\n')
      .slice(1, 8)
      .map((line) => line.trim()),
  }
}
