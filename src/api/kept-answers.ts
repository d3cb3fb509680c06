import { Elysia } from 'elysia'
import { acceptsGzip, compressed } from './compression.ts'
import { type KnownAskers, type SignedIn } from './known-askers.ts'

/** Reads whose answers depend on nothing but the asked address, what the asker may see, the figures in the database and the day. */
const KEPT = /^\/(financials|orders$|products|stores$)/
/** Zones differ by quarters of an hour: within one, no day begins anywhere. */
const QUARTER = 900_000
/** RFC 9211. */
const HIT = { 'cache-status': 'dealdome; hit' }
const BEARER = /^Bearer +(\S+)$/i

type Kept = { figures: number; body: Uint8Array<ArrayBuffer>; headers: Record<string, string> }
type Deps = { known: KnownAskers; now: () => Date; sessionCookie: string; most: number }

/**
 * Keeps answers to reads, and gives them again to whoever may see the same, as long as no figure has changed: the database is asked every
 * time, so that a write shows in the very next read, by whatever process it was made. At most `most` bytes, those asked for last. Every
 * such answer has an ETag; who has it already gets 304.
 */
export function keptAnswers({ known, now, sessionCookie, most }: Deps) {
  const answers = new Map<string, Kept>()
  let bytes = 0
  const cookie = new RegExp(`(?:^|; *)${sessionCookie}=([^;]+)`)

  const drop = (key: string, { body }: Kept) => {
    answers.delete(key)
    bytes -= sizeOf(key, body)
  }
  const keep = (key: string, answer: Kept) => {
    const old = answers.get(key)
    if (old) drop(key, old)
    const size = sizeOf(key, answer.body)
    if (size > most / 4) return
    answers.set(key, answer)
    bytes += size
    for (const [oldest, one] of answers) {
      if (bytes <= most) break
      drop(oldest, one)
    }
  }
  const keyOf = (request: Request, { user_id, role, stores, scopes, token_id }: SignedIn) => {
    const address = request.url.slice(request.url.indexOf('/', 8))
    const quarter = Math.floor(now().getTime() / QUARTER)
    return `${user_id} ${role} ${token_id} ${String(stores)} ${String(scopes)} ${quarter} ${acceptsGzip(request)} ${address}`
  }

  return (
    new Elysia({ name: 'kept answers' })
      .onRequest(async ({ request, set }) => {
        if (!isKept(request)) return undefined
        const given = request.headers.get('authorization')
        const token = given === null ? cookie.exec(request.headers.get('cookie') ?? '')?.[1] : BEARER.exec(given)?.[1]
        const who = token && (await known.find(request, token))
        if (!who) return undefined
        const key = keyOf(request, who)
        const answer = answers.get(key)
        if (!answer) return undefined
        if (answer.figures !== (await known.versions(request)).figures) return drop(key, answer)
        answers.delete(key)
        answers.set(key, answer)
        set.headers['vary'] = [set.headers['vary'], 'accept-encoding'].filter(Boolean).join(', ')
        return told(request, answer, HIT)
      })
      // TRICKY: the first hook that answers is the last one asked, so this one comes before `compression` and does its work.
      .mapResponse({ as: 'global' }, async ({ request, responseValue, set }) => {
        if (!isKept(request) || !(responseValue instanceof Response) || responseValue.status !== 200) return undefined
        if (!responseValue.headers.get('content-type')?.startsWith('application/json')) return undefined
        const who = known.of(request)
        if (!who) return undefined
        const { figures } = await known.versions(request)
        const response = (await compressed({ request, responseValue, set })) ?? responseValue
        const body = new Uint8Array(await response.arrayBuffer())
        const headers = Object.fromEntries(response.headers)
        headers['etag'] ??= `"${Bun.hash(body).toString(36)}"`
        const answer = { figures, body, headers }
        keep(keyOf(request, who), answer)
        return told(request, answer)
      })
  )
}

const isKept = ({ method, url }: Request) => {
  if (method !== 'GET' && method !== 'HEAD') return false
  const from = url.indexOf('/', 8)
  const search = url.indexOf('?', from)
  return isKeptAddress(url.slice(from, search < 0 ? undefined : search))
}

/** Whether reads of this path are kept. */
export const isKeptAddress = (path: string) => KEPT.test(path)

const sizeOf = (key: string, body: Uint8Array) => body.byteLength + 2 * key.length + 300

function told(request: Request, { body, headers }: Kept, more = {}): Response {
  const known = request.headers.get('if-none-match')?.split(',')
  const { etag = '' } = headers
  const isKnown = known?.some((one) => one.trim().replace(/^W\//, '') === etag)
  return isKnown
    ? new Response(null, { status: 304, headers: { etag, ...more } })
    : request.method === 'HEAD'
      ? new Response(null, { headers: { ...headers, ...more, 'content-length': String(body.byteLength) } })
      : new Response(body, { headers: { ...headers, ...more } })
}
