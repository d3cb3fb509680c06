/** Milliseconds after which a comment shows the client, and what stands between, that we are still there. */
const HEARTBEAT = 15_000

/**
 * Server-sent events: `work` sends them, and the stream ends with it. Its signal aborts when the client leaves; `work` never rejects.
 */
export function eventStream(
  client: AbortSignal,
  work: (send: (event: string, data: unknown) => void, signal: AbortSignal) => Promise<void>,
): Response {
  const left = new AbortController()
  const signal = AbortSignal.any([client, left.signal])
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      const write = (text: string) => {
        if (!signal.aborted) stream.enqueue(encoder.encode(text))
      }
      const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT)
      write(': here\n\n')
      const run = async () => {
        await work((event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`), signal)
        clearInterval(heartbeat)
        if (!signal.aborted) stream.close()
      }
      void run()
    },
    cancel: () => left.abort(),
  })
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}
