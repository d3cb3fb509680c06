import type { Config } from '../config.ts'
import { type ReportError, startSentry } from './errors-to-sentry.ts'
import { type LogShipping, shipLogs } from './ship-logs.ts'
import { startTraces } from './traces.ts'

/** Milliseconds that the last spans, errors and lines get to leave: a receiver that is down keeps no process from ending. */
const LEAVE = 3_000

export type Telemetry = { report: ReportError; ship: LogShipping['push'] | undefined; stop: () => Promise<void> }

/** Starts what the configuration names a receiver for, and loads nothing else. */
export async function startTelemetry(config: Config, now: () => Date): Promise<Telemetry> {
  const of = { service: config.OTEL_SERVICE_NAME, release: config.RELEASE, environment: config.NODE_ENV }
  const stopTraces =
    config.OTEL_EXPORTER_OTLP_ENDPOINT &&
    (await startTraces({
      endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
      measuredEvery: config.OTEL_METRIC_EXPORT_INTERVAL,
      ...of,
    }))
  const sentry = config.SENTRY_DSN ? await startSentry({ dsn: config.SENTRY_DSN, ...of }) : undefined
  const logs =
    config.BETTERSTACK_SOURCE_TOKEN && config.BETTERSTACK_INGEST_URL
      ? shipLogs({ url: config.BETTERSTACK_INGEST_URL, token: config.BETTERSTACK_SOURCE_TOKEN, now })
      : undefined
  return {
    report: (error, request_id) => sentry?.report(error, request_id),
    ship: logs?.push,
    stop: async () => {
      const ends = Promise.allSettled([stopTraces && stopTraces(), sentry?.stop(), logs?.stop()])
      await Promise.race([ends, Bun.sleep(LEAVE)])
    },
  }
}
