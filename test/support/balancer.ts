/**
 * What stands in front of replicas: it keeps connections to them open, asks each `/ready` every 100 ms, and sends requests to the newest that
 * is ready. It never tries a request twice: one that a replica does not answer is a 502.
 */
export function startBalancer() {
  const backends: { url: string; ready: boolean }[] = []
  const failures: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const backend = backends.findLast(({ ready }) => ready)
      if (!backend) return new Response('no replica is ready', { status: 502 })
      const headers = new Headers(request.headers)
      for (const name of ['host', 'connection']) headers.delete(name)
      const body = ['GET', 'HEAD'].includes(request.method) ? undefined : await request.arrayBuffer()
      try {
        const answer = await fetch(backend.url + pathname + search, {
          method: request.method,
          headers,
          redirect: 'manual',
          ...(body && { body }),
        })
        const given = new Headers(answer.headers)
        for (const name of ['connection', 'content-encoding', 'content-length']) given.delete(name)
        return new Response(await answer.arrayBuffer(), { status: answer.status, headers: given })
      } catch (error) {
        failures.push(`${request.method} ${pathname}: ${String(error)}`)
        return new Response('the replica did not answer', { status: 502 })
      }
    },
  })
  const look = async (backend: (typeof backends)[number]) => {
    const answer = await fetch(`${backend.url}/ready`).catch(() => undefined)
    backend.ready = answer?.status === 200
  }
  const looking = setInterval(() => void Promise.all(backends.map(look)), 100)
  return {
    url: `http://127.0.0.1:${server.port}`,
    failures: failures as readonly string[],
    add: (url: string) => void backends.push({ url, ready: false }),
    /** Whether requests go to this replica now. */
    sendsTo: (url: string) => backends.findLast(({ ready }) => ready)?.url === url,
    stop: async () => {
      clearInterval(looking)
      await server.stop(true)
    },
  }
}
