import { Elysia } from 'elysia'

/** What pages of other sites may send and read. Cookies never travel: they bring a token of their own. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const SENT = 'authorization, content-type, idempotency-key, if-match, x-request-id'
const READ =
  'content-disposition, etag, idempotency-replayed, ratelimit, ratelimit-policy, retry-after, x-request-id, allow'
/** Seconds that a browser may remember the permission. */
const REMEMBERED = '7200'

/** Lets the pages of exactly these origins call the API from a browser; nobody else's, and by default none. */
export const cors = (origins: readonly string[]) =>
  new Elysia({ name: 'cors' }).onRequest(({ request, set }) => {
    if (origins.length === 0) return undefined
    set.headers['vary'] = 'origin'
    const origin = request.headers.get('origin')
    if (origin === null || !origins.includes(origin)) return undefined
    set.headers['access-control-allow-origin'] = origin
    set.headers['access-control-expose-headers'] = READ
    const isPreflight = request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
    if (!isPreflight) return undefined
    return new Response(null, {
      status: 204,
      headers: {
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': SENT,
        'access-control-max-age': REMEMBERED,
      },
    })
  })
