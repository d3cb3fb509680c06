import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { expectedError } from '../errors.ts'
import { countWork, type Measure, measureWork } from './measures.ts'

let on = false
/** From here on `observed` makes spans and measures; until then it only runs the work. */
export const startObserving = () => {
  on = true
}

export type Work = {
  name: string
  /** Stand on the span and on the measure: few values each, never a person's, never free text. */
  labels?: Attributes
  /** On the span alone. */
  more?: Attributes
  /** The histogram of how long it took, in seconds. */
  measure?: Measure
  kind?: SpanKind
}

/** Adds to what is known of a work that runs: a better name, labels, attributes of the span alone. */
export type Note = (more: Pick<Work, 'labels' | 'more'> & { name?: string }) => void

export const isObserving = () => on

const tracer = trace.getTracer('dealdome')
const nothing: Note = () => {}

/**
 * Runs `work` as a span, below the one that runs already. Of a failure only its class and code are kept: messages name customers, products
 * and amounts.
 */
export function observed<T>(work: Work, run: (note: Note) => Promise<T>): Promise<T> {
  if (!on) return run(nothing)
  return inSpan(work, run)
}

/** The same for a request from outside, which goes on with the trace that its headers name. */
export function observedRequest<T>(work: Work, headers: Headers, run: (note: Note) => Promise<T>): Promise<T> {
  const parent = propagation.extract(context.active(), headers, {
    get: (carrier, key) => carrier.get(key) ?? undefined,
    keys: (carrier) => [...carrier.keys()],
  })
  return context.with(parent, () => inSpan({ ...work, kind: SpanKind.SERVER }, run))
}

function inSpan<T>(
  { name, labels = {}, more = {}, measure, kind = SpanKind.INTERNAL }: Work,
  run: (note: Note) => Promise<T>,
) {
  return tracer.startActiveSpan(name, { attributes: { ...labels, ...more }, kind }, async (span) => {
    const began = performance.now()
    const all = { ...labels }
    const note: Note = (added) => {
      if (added.name) span.updateName(added.name)
      Object.assign(all, added.labels)
      span.setAttributes({ ...added.labels, ...added.more })
    }
    if (measure) countWork(measure, 1)
    try {
      return await run(note)
    } catch (error) {
      note({ labels: { 'error.type': classOf(error) } })
      // What is expected, such as a wrong input, is an answer and no fault.
      if (!expectedError(error)) span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      if (measure) {
        countWork(measure, -1)
        measureWork(measure, (performance.now() - began) / 1_000, all)
      }
      span.end()
    }
  })
}

function classOf(error: unknown): string {
  const expected = expectedError(error)
  if (expected) return expected.code
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && /^[\w-]{1,40}$/.test(String(error.code))
    ? `${error.name} ${String(error.code)}`
    : error.name
}

/** The ids of the span that runs, for log lines; nothing outside of one. */
export function traceOf(): { trace_id: string; span_id: string } | undefined {
  const span: Span | undefined = on ? trace.getActiveSpan() : undefined
  if (!span) return undefined
  const { traceId: trace_id, spanId: span_id } = span.spanContext()
  return { trace_id, span_id }
}
