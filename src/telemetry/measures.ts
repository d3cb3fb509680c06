import {
  type Attributes,
  type Counter,
  type Histogram,
  type Meter,
  metrics,
  type UpDownCounter,
} from '@opentelemetry/api'

/** How long works take, in seconds; names of OpenTelemetry's conventions where it has them. */
const DURATIONS = {
  'http.server.request.duration': 'Requests to us',
  'http.client.request.duration': 'Requests to shops, ad platforms, the ECB and OpenAI',
  'db.client.operation.duration': 'Statements, with the wait for a connection',
  'gen_ai.client.operation.duration': 'Requests to a model',
  'dealdome.telegram.update.duration': 'Updates from Telegram, until they are answered',
  'dealdome.telegram.request.duration': 'Requests to Telegram',
  'dealdome.agent.answer.duration': 'Questions to the agents, until they are answered',
  'dealdome.tool.duration': 'Tools of agents',
  'dealdome.job.duration': 'Jobs',
} as const
export type Measure = keyof typeof DURATIONS

/** Bounds of the buckets: 1 ms to 4 minutes. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 240]

// TRICKY: an instrument made before the provider is set does nothing for ever, so each is made when it is first used.
const meter = () => metrics.getMeter('dealdome')
const made = new Map<string, Histogram | Counter | UpDownCounter>()
function instrument<T extends Histogram | Counter | UpDownCounter>(name: string, make: (meter: Meter) => T): T {
  const known = made.get(name) as T | undefined
  if (known) return known
  const fresh = make(meter())
  made.set(name, fresh)
  return fresh
}

/** @param seconds how long a work took */
export function measureWork(measure: Measure, seconds: number, labels: Attributes): void {
  const options = { unit: 's', description: DURATIONS[measure], advice: { explicitBucketBoundaries: BUCKETS } }
  instrument(measure, (meter) => meter.createHistogram(measure, options)).record(seconds, labels)
}

/** Counts the works that run: for statements, what the pool carries. */
export function countWork(measure: Measure, change: 1 | -1): void {
  const name = `${measure.slice(0, -'.duration'.length)}.active`
  instrument(name, (meter) => meter.createUpDownCounter(name, { description: 'Running now' })).add(change)
}

/** What a model was paid and read. @param cost micro-dollars */
export function measureModelUse(
  { agent, model }: { agent: string; model: string },
  used: { cost: number; input: number; output: number; cache_read: number; cache_write: number },
): void {
  const labels = { 'gen_ai.agent.name': agent, 'gen_ai.request.model': model }
  const counter = (name: string, unit: string) => instrument(name, (meter) => meter.createCounter(name, { unit }))
  counter('dealdome.model.cost', 'USD').add(used.cost / 1_000_000, labels)
  const tokens = counter('gen_ai.client.token.usage', '{token}')
  for (const kind of ['input', 'output', 'cache_read', 'cache_write'] as const)
    tokens.add(used[kind], { ...labels, 'gen_ai.token.type': kind })
}

/** Measures what waits in queues and for how long, whenever measures are exported. */
export function measureBacklogs(
  read: () => Promise<{ queue: string; waiting: number; parked: number; oldest_seconds: number }[]>,
): void {
  const gauges = {
    waiting: meter().createObservableGauge('dealdome.queue.waiting'),
    parked: meter().createObservableGauge('dealdome.queue.parked'),
    oldest_seconds: meter().createObservableGauge('dealdome.queue.lag', { unit: 's' }),
  }
  meter().addBatchObservableCallback(async (observer) => {
    for (const backlog of await read())
      for (const part of ['waiting', 'parked', 'oldest_seconds'] as const)
        observer.observe(gauges[part], backlog[part], { queue: backlog.queue })
  }, Object.values(gauges))
}

/** Measures how old the last news of each source are, whenever measures are exported; one that never had any is left out. */
export function measureSources(
  read: () => Promise<{ connector: string; resource: string; store: string | null; lag_seconds: number | null }[]>,
): void {
  const lag = meter().createObservableGauge('dealdome.source.lag', { unit: 's' })
  lag.addCallback(async (observer) => {
    for (const { connector, resource, store, lag_seconds } of await read())
      if (lag_seconds !== null)
        observer.observe(lag_seconds, { source: `${connector}/${resource}`, store: store ?? '' })
  })
}
