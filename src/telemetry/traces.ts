import { context, metrics, propagation, trace } from '@opentelemetry/api'
import { startObserving } from './observe.ts'

/**
 * Sends spans and measures to an OTLP receiver over HTTP. Its packages are loaded here and not before: they cost half a second and 50 MB.
 * @param endpoint without `/v1/…`
 * @returns sends what is left and ends
 */
export async function startTraces({
  endpoint,
  service,
  release,
  environment,
  measuredEvery,
}: {
  endpoint: string
  service: string
  release: string
  environment: string
  /** Milliseconds between two exports of measures. */
  measuredEvery: number
}): Promise<() => Promise<void>> {
  const [
    { AsyncLocalStorageContextManager },
    { W3CTraceContextPropagator },
    { OTLPMetricExporter },
    { OTLPTraceExporter },
    { resourceFromAttributes },
    { MeterProvider, PeriodicExportingMetricReader },
    { BatchSpanProcessor, TracerProvider },
  ] = await Promise.all([
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/core'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/sdk-trace'),
  ])
  const resource = resourceFromAttributes({
    'service.name': service,
    'service.version': release,
    'deployment.environment.name': environment,
  })
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` })
  const traces = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] })
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${endpoint}/v1/metrics` }),
        exportIntervalMillis: measuredEvery,
      }),
    ],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(traces)
  metrics.setGlobalMeterProvider(meters)
  startObserving()
  return async () => {
    await Promise.allSettled([traces.shutdown(), meters.shutdown()])
  }
}
