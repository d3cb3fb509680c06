import { Elysia } from 'elysia'

/** The dashboard and its development server, whose pages bring a policy of their own. */
const PAGES = /^\/(app(\/|$)|__nextjs_)/

/** What browsers must not do with our answers: guess their type, show them in a frame, keep them, tell others where one came from. */
export const securityHeaders = ({ https }: { https: boolean }) =>
  new Elysia({ name: 'security headers' }).onRequest(({ request, set }) => {
    set.headers['x-content-type-options'] = 'nosniff'
    set.headers['cross-origin-resource-policy'] = 'same-origin'
    set.headers['cross-origin-opener-policy'] = 'same-origin'
    if (https) set.headers['strict-transport-security'] = 'max-age=31536000; includeSubDomains'
    if (PAGES.test(new URL(request.url).pathname)) {
      set.headers['referrer-policy'] = 'same-origin'
      return
    }
    set.headers['referrer-policy'] = 'no-referrer'
    set.headers['cache-control'] = 'no-store'
    set.headers['content-security-policy'] = "default-src 'none'; frame-ancestors 'none'"
  })
