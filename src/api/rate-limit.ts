import { Elysia } from 'elysia'
import { takeRequests } from '../../sql/rate-windows.ts'
import type { Sql } from '../../sql/connect.ts'
import { AppError } from '../errors.ts'
import { COOKIE } from './identity.ts'

const WINDOW = 60_000
/** Callers remembered at once; beyond it the minute begins anew for all in this process, so that memory stays bounded. */
const MOST_CALLERS = 50_000
const SESSION = new RegExp(`(?:^|; *)(?:__Host-)?${COOKIE}=([^;]+)`)
const UNLIMITED = /^\/(health|ready|app|webhooks)(\/|$)/

/**
 * A caller's minute as this process knows it: `come` were let in and are not in the database yet, `left` may be let in without asking it,
 * `used` is what all processes took when it was asked last.
 */
type Minute = {
  begun: number
  come: number
  left: number
  used: number
  spent: boolean
  asking?: Promise<void> | undefined
}

/**
 * At most `perMinute` requests of one token, or of one address without a token, over all processes on the database. A process lets the
 * first sixtieth in by itself, so that few callers cost a statement and each process may exceed the limit by that; then it takes a tenth of
 * what is left at a time, ahead of need. Answers say what is left in the fields RateLimit and RateLimit-Policy; beyond it 429 with Retry-After.
 */
export const rateLimit = ({ sql, perMinute, now }: { sql: Sql; perMinute: number; now: () => Date }) => {
  const free = Math.floor(perMinute / 60)
  const minutes = new Map<string, Minute>()

  const minuteOf = (caller: string, at: number): Minute => {
    const known = minutes.get(caller)
    if (known && at - known.begun < WINDOW && known.begun - at < WINDOW) return known
    if (minutes.size >= MOST_CALLERS) minutes.clear()
    const minute = { begun: at, come: 0, left: 0, used: 0, spent: false }
    minutes.set(caller, minute)
    return minute
  }
  /** Takes more for the caller, once however many requests wait for it. */
  const more = (caller: string, minute: Minute): Promise<void> =>
    (minute.asking ??= (async () => {
      const { come } = minute
      try {
        const taken = await takeRequests(sql, { caller, limit: perMinute, come, now: now() })
        minute.begun = taken.begun_at.getTime()
        minute.come -= come
        minute.left += taken.granted
        minute.used = taken.used
        minute.spent = taken.granted === 0
      } finally {
        minute.asking = undefined
      }
    })())
  const letIn = async (caller: string, minute: Minute): Promise<boolean> => {
    if (minute.used === 0 && minute.come < free) {
      minute.come += 1
      return true
    }
    while (minute.left === 0 && !minute.spent) await more(caller, minute)
    if (minute.left === 0) return false
    minute.left -= 1
    // A failure is met by the request that needs what was not taken.
    if (!minute.spent && minute.left < (perMinute - minute.used) / 20) more(caller, minute).catch(() => undefined)
    return true
  }

  return new Elysia({ name: 'rate limit' }).onRequest(async ({ request, server, set }) => {
    if (isUnlimited(new URL(request.url).pathname)) return
    const caller = Bun.hash(tokenOf(request) ?? server?.requestIP(request)?.address ?? '').toString(36)
    const at = now().getTime()
    const minute = minuteOf(caller, at)
    const isIn = await letIn(caller, minute)
    const seconds = Math.max(1, Math.ceil((minute.begun + WINDOW - at) / 1000))
    const left = minute.left + Math.max(0, perMinute - minute.used - minute.come)
    set.headers['ratelimit-policy'] = `"default";q=${perMinute};w=60`
    set.headers['ratelimit'] = `"default";r=${isIn ? left : 0};t=${seconds}`
    if (!isIn)
      throw new AppError('too_many', `More than ${perMinute} requests in a minute. Try again in ${seconds} seconds.`, {
        retryAfter: seconds,
      })
  })
}

/** Asked by machines that watch the service or tell it what happened, and by browsers for files. */
export const isUnlimited = (path: string): boolean => UNLIMITED.test(path)

function tokenOf(request: Request): string | undefined {
  const cookie = request.headers.get('cookie')?.match(SESSION)?.[1]
  return request.headers.get('authorization') ?? cookie
}
