import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
import { COOKIE } from './identity.ts'

const WINDOW = 60_000
/** Callers remembered at once; beyond it the minute begins anew for all, so that memory stays bounded. */
const MOST_CALLERS = 50_000
const SESSION = new RegExp(`(?:^|; *)${COOKIE}=([^;]+)`)
const UNLIMITED = /^\/(health|ready|app)(\/|$)/

/**
 * At most `perMinute` requests of one token, or of one address without a token, in each process. Answers say what is left in the fields
 * RateLimit and RateLimit-Policy; beyond it 429 with Retry-After.
 */
export const rateLimit = ({ perMinute, now }: { perMinute: number; now: () => Date }) => {
  const used = new Map<string, number>()
  let begun = 0
  return new Elysia({ name: 'rate limit' }).onRequest(({ request, server, set }) => {
    if (isUnlimited(new URL(request.url).pathname)) return
    const at = now().getTime()
    if (at - begun >= WINDOW || at < begun || used.size > MOST_CALLERS) {
      used.clear()
      begun = at
    }
    const caller = tokenOf(request) ?? server?.requestIP(request)?.address ?? ''
    const count = (used.get(caller) ?? 0) + 1
    used.set(caller, count)
    const seconds = Math.max(1, Math.ceil((begun + WINDOW - at) / 1000))
    set.headers['ratelimit-policy'] = `"default";q=${perMinute};w=60`
    set.headers['ratelimit'] = `"default";r=${Math.max(0, perMinute - count)};t=${seconds}`
    if (count > perMinute)
      throw new AppError('too_many', `More than ${perMinute} requests in a minute. Try again in ${seconds} seconds.`, {
        retryAfter: seconds,
      })
  })
}

/** Asked by machines that watch the service, and by browsers for files. */
export const isUnlimited = (path: string): boolean => UNLIMITED.test(path)

/** Of a token only a hash is kept in memory. */
function tokenOf(request: Request): string | undefined {
  const cookie = request.headers.get('cookie')?.match(SESSION)?.[1]
  const token = request.headers.get('authorization') ?? cookie
  return token && Bun.hash(token).toString(36)
}
