import { Elysia } from 'elysia'
import { join } from 'node:path'
import { AppError } from '../errors.ts'
import { acceptsGzip, gzipEtag, isCompressible, WORTH_IT } from './compression.ts'

type Page = {
  path: string
  type: string
  etag: string
  csp?: string
  isPacked: boolean
  packed?: Promise<Uint8Array<ArrayBuffer>>
}

/** The exported dashboard under /app, every file known by its exact address, so that no path can leave the folder. */
export async function dashboardFiles(root: string) {
  const pages = new Map<string, Page>()
  for await (const file of new Bun.Glob('**/*').scan({ cwd: root, onlyFiles: true })) {
    const path = join(root, file)
    const bytes = await Bun.file(path).bytes()
    const { type } = Bun.file(path)
    const page: Page = {
      path,
      type,
      etag: `"${Bun.hash(bytes).toString(36)}"`,
      isPacked: isCompressible(type) && bytes.byteLength >= WORTH_IT,
    }
    if (!file.endsWith('.html')) {
      pages.set(`/app/${file}`, page)
      if (file === 'index.txt') pages.set('/app.txt', page) // what Next asks for on the way to the first page
      continue
    }
    const address = file === 'index.html' ? '/app' : `/app/${file.slice(0, -'.html'.length)}`
    pages.set(address, { ...page, csp: contentSecurityPolicy(new TextDecoder().decode(bytes)) })
  }
  const answer = async (address: string, request: Request, status = 200) => {
    const page = pages.get(address)
    if (!page) return undefined
    const gzip = page.isPacked && acceptsGzip(request)
    const headers = {
      etag: gzip ? gzipEtag(page.etag) : page.etag,
      'cache-control': address.startsWith('/app/_next/static/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-type': page.type,
      ...(page.isPacked && { vary: 'accept-encoding' }),
      ...(gzip && { 'content-encoding': 'gzip' }),
      ...(page.csp && { 'content-security-policy': page.csp }),
    }
    const known = request.headers
      .get('if-none-match')
      ?.split(',')
      .map((etag) => etag.trim().replace(/^W\//, ''))
    if (known?.some((etag) => etag === page.etag || etag === gzipEtag(page.etag)))
      return new Response(null, { status: 304, headers })
    return new Response(gzip ? await (page.packed ??= packed(page.path)) : Bun.file(page.path), { status, headers })
  }
  const serve = async ({ request }: { request: Request }) => {
    const { pathname } = new URL(request.url)
    const address = decoded(pathname).replace(/(?<=.)\/$/, '')
    return (
      (await answer(address, request)) ??
      (await answer('/app/404', request, 404)) ??
      new Response('Not found', { status: 404 })
    )
  }
  return new Elysia({ name: 'dashboard' }).get('/app', serve).get('/app.txt', serve).get('/app/*', serve)
}

/** Packed when it is first asked for, and kept: all files together took 140 ms of every start. */
const packed = async (path: string) => Bun.gzipSync(await Bun.file(path).bytes(), { level: 9 })

/** Scripts and style attributes that the page was exported with are allowed by their hash, nothing else inline is. */
function contentSecurityPolicy(html: string): string {
  const scripts = hashes(html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g))
  const styles = hashes(html.replace(/<script[\s\S]*?<\/script>/g, '').matchAll(/<[^<>]+\sstyle="([^"]*)"/g))
  return [
    "default-src 'none'",
    ["script-src 'self'", ...scripts].join(' '),
    "style-src 'self'",
    styles.length > 0 && ["style-src-attr 'unsafe-hashes'", ...styles].join(' '),
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ]
    .filter(Boolean)
    .join('; ')
}

const hashes = (found: Iterable<RegExpMatchArray>): string[] => [
  ...new Set(Array.from(found, ([, text = '']) => `'${sha256(text)}'`)),
]

const sha256 = (text: string) => `sha256-${new Bun.CryptoHasher('sha256').update(text).digest('base64')}`

function decoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-encoding', 'content-length']

/** The dashboard's development server behind our own address, its hot-reload socket included. */
export function dashboardProxy(origin: string) {
  const upstreams = new WeakMap<object, WebSocket>()
  const forward = async ({ request }: { request: Request }) => {
    const { pathname, search } = new URL(request.url)
    const headers = new Headers(request.headers)
    headers.delete('accept-encoding')
    const { method, body } = request
    const answer = await fetch(origin + pathname + search, { method, headers, body, redirect: 'manual' }).catch(
      (cause) => {
        throw new AppError('unavailable', 'The dashboard is still starting. Reload in a moment.', { cause })
      },
    )
    const kept = new Headers(answer.headers)
    for (const name of HOP_BY_HOP) kept.delete(name)
    return new Response(answer.body, { status: answer.status, headers: kept })
  }
  return (
    new Elysia({ name: 'dashboard' })
      .ws('/app/_next/*', {
        open(socket) {
          const { pathname, search } = new URL(socket.data.request.url)
          const upstream = new WebSocket(origin.replace('http', 'ws') + pathname + search)
          upstreams.set(socket.raw, upstream)
          upstream.addEventListener('message', ({ data }) => void socket.raw.send(data as string))
          upstream.addEventListener('close', () => socket.close())
          upstream.addEventListener('error', () => socket.close())
        },
        message(socket, message) {
          const upstream = upstreams.get(socket.raw)
          const text = typeof message === 'string' ? message : JSON.stringify(message)
          if (upstream?.readyState === WebSocket.OPEN) upstream.send(text)
          else upstream?.addEventListener('open', () => upstream.send(text), { once: true })
        },
        close(socket) {
          upstreams.get(socket.raw)?.close()
        },
      })
      .get('/app', forward)
      .get('/app/*', forward)
      // The error overlay asks outside of /app, and posts text, which our own routes refuse.
      .onRequest(({ request }) =>
        new URL(request.url).pathname.startsWith('/__nextjs_') ? forward({ request }) : undefined,
      )
  )
}
