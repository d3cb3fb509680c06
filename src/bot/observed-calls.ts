import type { Transformer } from 'grammy'
import { SpanKind } from '@opentelemetry/api'
import { observed } from '../telemetry/observe.ts'

/** Each request to Telegram as a span: its method and Telegram's code, never what was said. Waiting for updates is no work. */
export const observedCalls = (): Transformer => (call, method, payload, signal) => {
  if (method === 'getUpdates') return call(method, payload, signal)
  const work = { name: `telegram ${method}`, labels: { 'telegram.method': method }, kind: SpanKind.CLIENT } as const
  return observed({ ...work, measure: 'dealdome.telegram.request.duration' }, async (note) => {
    const answer = await call(method, payload, signal)
    if (!answer.ok) note({ labels: { 'telegram.error_code': answer.error_code } })
    return answer
  })
}
