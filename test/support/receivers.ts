import { afterAll } from 'bun:test'

type Value = { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean }
type Attribute = { key: string; value: Value }
export type ReceivedSpan = {
  name: string
  trace: string
  id: string
  parent: string
  kind: number
  failed: boolean
  attributes: Record<string, string | number | boolean>
}
type RawSpan = {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  kind: number
  status?: { code?: number }
  attributes: Attribute[]
}
type RawMetric = {
  name: string
  [kind: string]: unknown
}
export type SentryEvent = {
  exception: {
    values: { type: string; value: string; stacktrace?: { frames: { filename: string; lineno: number }[] } }[]
  }
  contexts: { trace?: { trace_id: string } }
  tags?: Record<string, string>
  release?: string
  [part: string]: unknown
}

const valueOf = (value: Value) => value.stringValue ?? value.boolValue ?? Number(value.intValue ?? value.doubleValue)
const attributesOf = (list: Attribute[]) => Object.fromEntries(list.map(({ key, value }) => [key, valueOf(value)]))

/**
 * What telemetry is sent to, as loopback servers: OTLP over HTTP, Sentry's envelopes, Better Stack's logs and heartbeats. `bytes` is all of
 * it as it came.
 */
export function startReceivers() {
  const spans: ReceivedSpan[] = []
  const metrics: RawMetric[] = []
  const errors: SentryEvent[] = []
  const logs: Record<string, unknown>[] = []
  const beats: string[] = []
  const bytes: string[] = []
  /** The statuses with which the next requests of a path are refused. */
  const refusing: number[] = []

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname } = new URL(request.url)
      const raw = new Uint8Array(await request.arrayBuffer())
      const isZipped = request.headers.get('content-encoding') === 'gzip'
      const text = new TextDecoder().decode(isZipped ? Bun.gunzipSync(raw) : raw)
      bytes.push(`${JSON.stringify([...request.headers])}\n${text}`)
      if (pathname === '/v1/traces') {
        const body = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: RawSpan[] }[] }[] }
        for (const span of body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)))
          spans.push({
            name: span.name,
            trace: span.traceId,
            id: span.spanId,
            parent: span.parentSpanId ?? '',
            kind: span.kind,
            failed: span.status?.code === 2,
            attributes: attributesOf(span.attributes),
          })
        return Response.json({})
      }
      if (pathname === '/v1/metrics') {
        const body = JSON.parse(text) as { resourceMetrics: { scopeMetrics: { metrics: RawMetric[] }[] }[] }
        for (const metric of body.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((s) => s.metrics)))
          metrics.push(metric)
        return Response.json({})
      }
      if (/^\/api\/1\/envelope\/?$/.test(pathname)) {
        const lines = text.split('\n')
        for (const [at, line] of lines.entries())
          if (line.includes('"type":"event"')) errors.push(JSON.parse(lines[at + 1]!) as SentryEvent)
        return Response.json({ id: crypto.randomUUID() })
      }
      if (pathname === '/logs') {
        if (request.headers.get('authorization') !== 'Bearer logs-token') return new Response(null, { status: 403 })
        const status = refusing.shift()
        if (status) return new Response(null, { status })
        logs.push(...(JSON.parse(text) as Record<string, unknown>[]))
        return new Response(null, { status: 202 })
      }
      if (pathname.startsWith('/heartbeat')) {
        beats.push(pathname)
        return new Response(null, { status: 200 })
      }
      return new Response(null, { status: 404 })
    },
  })
  afterAll(() => server.stop(true))
  const url = `http://127.0.0.1:${server.port}`
  return {
    url,
    spans,
    metrics,
    errors,
    logs,
    beats,
    bytes,
    refusing,
    /** What makes a service send to them. */
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      SENTRY_DSN: `http://public@127.0.0.1:${server.port}/1`,
      BETTERSTACK_SOURCE_TOKEN: 'logs-token',
      BETTERSTACK_INGEST_URL: `${url}/logs`,
      BETTERSTACK_HEARTBEAT_URL: `${url}/heartbeat/1`,
    },
  }
}
