import { Elysia } from 'elysia'
import { problem, requestId } from './problems.ts'

const takingLong = new WeakSet<Request>()

type Server = { timeout: (request: Request, seconds: number) => void } | null

/** Lets the answer to a request take as long as it needs: for files and models. */
export function mayTakeLong(request: Request, server: Server): void {
  server?.timeout(request, 0)
  takingLong.add(request)
}

/**
 * Answers 503 for a request that got no answer within these seconds, also when it hangs on a database that is silent. Without it the
 * connection would be cut after 30 seconds without a word.
 */
export const deadline = (seconds: number) =>
  new Elysia({ name: 'deadline' }).wrap((handle, request) => async (...given: unknown[]) => {
    const late = Promise.withResolvers<Response>()
    const timer = setTimeout(() => {
      if (!takingLong.has(request)) late.resolve(tooLate(request, seconds))
    }, seconds * 1_000)
    try {
      return await Promise.race([(handle as (...all: unknown[]) => unknown)(...given), late.promise])
    } finally {
      clearTimeout(timer)
    }
  })

function tooLate(request: Request, seconds: number): Response {
  const read = ['GET', 'HEAD'].includes(request.method)
  const detail = `There was no answer within ${seconds} seconds. Try again in a moment${read ? '.' : ', with the same Idempotency-Key: it may have been done.'}`
  return problem(503, detail, requestId(request), { headers: { 'retry-after': '5' } })
}
