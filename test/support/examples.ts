import { join } from 'node:path'
import type { Example, Examples } from '../../src/api/openapi.ts'
import type { Answer } from './api.ts'

/** Where the document takes its examples from. */
export const EXAMPLES = join(import.meta.dir, '../../docs/examples.json')
/** Whether what is derived in docs/ is to be written anew, as `bun run docs` does. */
export const WRITE_DOCS = process.env['WRITE_DOCS'] === '1'

export const examplesInDocs = (): Promise<Examples> => Bun.file(EXAMPLES).json()

/**
 * A call and its answer as an example of a route. What is secret, or another with every run, is replaced.
 * @param route such as `GET /products/{id}`
 */
export function exampleOf(route: string, path: string, json: unknown, answer: Answer): Example {
  const [address = '', query = ''] = path.split('?')
  const template = (route.split(' ')[1] ?? '').split('/')
  const parameters = Object.fromEntries([
    ...address.split('/').flatMap((value, at) => {
      const name = /^\{(\w+)\}$/.exec(template[at] ?? '')?.[1]
      return name ? [[name, value]] : []
    }),
    ...new URLSearchParams(query),
  ]) as Record<string, string>
  return settled({
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(json !== undefined && { body: json }),
    status: answer.status,
    ...(answer.headers.has('etag') && { etag: true }),
    ...(answer.text !== '' && { answer: messageIn(answer) }),
  })
}

/** The JSON of an answer; of a stream its last event, which is the whole. */
function messageIn({ text, body }: Answer): unknown {
  const event = [...text.matchAll(/^data: (.*)$/gm)].at(-1)?.[1]
  return event === undefined || text.startsWith('{') ? body : JSON.parse(event)
}

function settled(example: Example): Example {
  const text = JSON.stringify(example)
    .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'eyJhbGciOiJIUzI1NiIsImtpZCI6IuKApiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl')
    .replace(/dd_[a-z\d]{8}_\w+/gi, 'dd_k3v9x2mq_kept-secret-and-shown-only-once')
    .replace(/dd_[a-z\d]{8}\b(?!_)/gi, 'dd_k3v9x2mq')
    .replace(/erased-[a-z\d]{16}/g, 'erased-k3v9x2mqw7r4t8z5')
    .replace(/#[\w-]{20,}/g, '#shown-only-once')
    .replace(/"token":"[\w-]{20,}"/g, '"token":"shown-only-once"')
    .replace(/"code":"[A-Z\d]{8}"/g, '"code":"ABCD2345"')
    .replace(/"code":"\d{6}"/g, '"code":"123456"')
    .replace(/\b[A-Z2-7]{32}\b/g, 'SHOWNONCESHOWNONCESHOWNONCESHOWN')
    .replace(/"path":"M\d[^"]+"/g, '"path":"M2 2h1v1h-1z"')
    .replace(/"[a-z2-7]{6}(-[a-z2-7]{6}){3}"/g, '"shown2-only2n-once2n-shown2"')
    .replace(/"[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}"/g, '"6f1d3c5e-8a4b-4c2d-9e7f-0a1b2c3d4e5f"')
  return JSON.parse(text, (_, value: unknown) => (isNow(value) ? '2026-04-13T10:00:00Z' : value)) as Example
}

/** A point in time of the true clock: the database's own. */
const isNow = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && Math.abs(Date.parse(value) - Date.now()) < 86_400_000
