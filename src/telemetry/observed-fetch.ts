import { SpanKind } from '@opentelemetry/api'
import { observed } from './observe.ts'

type Asked = {
  /** `shopify`, `meta`, `ecb`, `openai`. */
  service: string
  /** What is asked for, in the words of the service and without ids: `graphql Orders`, `insights`. */
  endpoint: string
  /** Whose: the domain of a shop, the id of an ad account. On the span alone. */
  account?: string
}

/** Sends a request as a span of its service, endpoint and status; its address, its body and its headers stay out of it. */
export function observedFetch(
  { service, endpoint, account }: Asked,
  url: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const labels = { 'peer.service': service, 'url.template': endpoint, 'http.request.method': init?.method ?? 'GET' } // prettier-ignore
  const work = {
    name: `${service} ${endpoint}`,
    labels,
    ...(account !== undefined && { more: { 'dealdome.account': account } }),
    measure: 'http.client.request.duration',
    kind: SpanKind.CLIENT,
  } as const
  return observed(work, async (note) => {
    const response = await fetch(url, init)
    note({ labels: { 'http.response.status_code': response.status } })
    return response
  })
}
