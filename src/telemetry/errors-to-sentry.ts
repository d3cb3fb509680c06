import { redact } from './redact.ts'

/** Takes an unexpected error, with the id of its request. */
export type ReportError = (error: unknown, request_id?: string) => void

/**
 * Sends unexpected errors to Sentry, and nothing else: no request, no person, no variables of the stack, and what their text holds of
 * addresses and tokens is redacted. They carry the id of the trace that they happened in.
 */
export async function startSentry({
  dsn,
  service,
  release,
  environment,
}: {
  dsn: string
  service: string
  release: string
  environment: string
}): Promise<{ report: ReportError; stop: () => Promise<void> }> {
  const sentry = await import('@sentry/bun')
  sentry.init({
    dsn,
    environment,
    release,
    serverName: service,
    // Listed, because the default ones patch Bun.serve and read bodies.
    defaultIntegrations: [
      sentry.eventFiltersIntegration(),
      sentry.linkedErrorsIntegration(),
      sentry.dedupeIntegration(),
      sentry.onUncaughtExceptionIntegration(),
      // Otherwise the process would live on after an unhandled rejection, which it does not without Sentry.
      sentry.onUnhandledRejectionIntegration({ mode: 'strict' }),
      sentry.openTelemetryIntegration(),
    ],
    dataCollection: {
      userInfo: false,
      cookies: false,
      httpHeaders: false,
      httpBodies: [],
      urlQueryParams: false,
      genAI: { inputs: false, outputs: false },
      databaseQueryData: false,
      stackFrameVariables: false,
    },
    // Text by text: in the whole of the JSON it could take a quote with it, and the event would be lost.
    beforeSend: (event) =>
      JSON.parse(
        JSON.stringify(event, (_, value: unknown) => (typeof value === 'string' ? redact(value) : value)),
      ) as typeof event,
  })
  return {
    report: (error, request_id) => sentry.captureException(error, { tags: { request_id } }),
    stop: async () => {
      await sentry.close()
    },
  }
}
