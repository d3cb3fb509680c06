import * as fc from 'fast-check'
import type { Operation, Parameter } from '../../src/api/openapi.ts'
import { HOSTILE_TEXT, valueOf } from './fuzz-values.ts'

export type FuzzRequest = {
  /** Its route in the document, such as `GET /products/{id}`. */
  route: string
  who: string
  method: string
  /** As it stands in the request line, query included. */
  path: string
  headers: Record<string, string>
  body?: string
}
type Route = { name: string; method: string; operation: Operation }

/** A header may only hold Latin-1 without line ends. */
const HEADER_TEXT = HOSTILE_TEXT.map((text) => text.replace(/[^\t\x20-\x7E\x80-\xFF]/g, '?').trim())
const HEADERS = fc.record(
  {
    'idempotency-key': fc.oneof(fc.constantFrom('key-1', 'key-2', 'key-3'), HEADER_TEXT),
    'if-match': fc.oneof(fc.constantFrom('*', '"x"', 'W/"x"', '"a", "b"'), HEADER_TEXT),
    'x-request-id': HEADER_TEXT,
    accept: fc.constantFrom('application/json, text/event-stream', 'text/html', '*/*;q=0', ''),
    'accept-encoding': fc.constantFrom('gzip', 'zstd;q=9', 'identity;q=0'),
    origin: fc.constantFrom('http://localhost', 'null', '::::'),
    cookie: HEADER_TEXT.map((text) => `dealdome_session=${text}`),
    'content-length': fc.constantFrom('0', '-1', 'many', '99999999999'),
  },
  { requiredKeys: [] },
)
const SOME_HEADERS = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: HEADERS })
const TYPES = fc.oneof(
  { weight: 30, arbitrary: fc.constant('application/json') },
  { weight: 1, arbitrary: fc.constantFrom('text/csv', 'text/plain', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'APPLICATION/JSON', ';', 'application/xml') }, // prettier-ignore
)

/** Well-formed JSON that is spoilt on the way. */
const SPOILS: ((json: string) => string)[] = [
  (json) => json.slice(0, -1),
  (json) => `${json},`,
  (json) => `\uFEFF${json}`,
  (json) => json.replaceAll('"', "'"),
  (json) => json.replace(/^\{/, '{"name":"first","name":"second","store":"nl","amount":1,"amount":[],'),
  (json) => json.replace(/\d+/, '1e999999'),
  (json) => json.replace(/\d+/, '123456789012345678901234567890'),
  (json) => json.replace(/"[^"]*"/, '"\\ud800"'),
  (json) => `${'['.repeat(200)}${json}${']'.repeat(200)}`,
  (json) => `[${Array.from({ length: 300 }, () => json).join()}]`,
  (json) => `{"text":"${'x'.repeat(10_000_000)}","rest":${json}}`,
  () => '',
  () => '[1,',
  () => 'undefined',
  () => 'id,date\n"1,2\n',
]

const wire = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
/** Percent-encoded as a careful client does, or left as it is. */
const encoded = (text: string, careful: boolean) => (careful ? encodeURIComponent(text.toWellFormed()) : text)

const pieceOf = ({ schema, name }: Parameter) =>
  fc
    .tuple(
      fc.oneof({ weight: 25, arbitrary: valueOf(schema, name, 0) }, { weight: 1, arbitrary: HOSTILE_TEXT }),
      fc.nat(9),
    )
    .map(([value, chance]) => encoded(wire(value), chance > 0))

function pathOf({ name, operation }: Route): fc.Arbitrary<string> {
  const [, template = ''] = name.split(' ')
  const pieces = (operation.parameters ?? []).filter((one) => one.in === 'path')
  return fc
    .tuple(...pieces.map(pieceOf))
    .map((values) =>
      values.reduce(
        (path, value, at) => path.replace(`{${pieces[at]!.name}}`, value.replaceAll('$', '$$$$') || '%20'),
        template,
      ),
    )
}

const EXTRA_QUERIES = ['__proto__=1', 'a[b]=1', '%=%', '&&=', 'limit=1&limit=2', 'store=nl&store=uk', '%00=1', 'x=%00', '#', '?', 'limit=1e9', 'store=%', 'start=2026-04-13,2026-04-14'] // prettier-ignore

/** Days that only make sense together go by one name. */
const rangeOf = (name: string) => (/(^|_)(start|end)$/.test(name) ? (name.includes('_') ? 'ranges' : 'range') : name)

function queryOf({ operation }: Route): fc.Arbitrary<string> {
  const asked = (operation.parameters ?? []).filter((one) => one.in === 'query')
  const needed = new Set(asked.filter(({ required }) => required).map(({ name }) => name))
  const all = fc.record(Object.fromEntries(asked.map((parameter) => [parameter.name, pieceOf(parameter)])))
  const some = fc.subarray([...new Set(asked.map(({ name }) => rangeOf(name)))])
  const extra = fc.oneof({ weight: 12, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...EXTRA_QUERIES) }) // prettier-ignore
  return fc.tuple(all, some, fc.nat(9), extra).map(([values, chosen, chance, more]) => {
    const names = Object.keys(values).filter((name) => needed.has(name) || chosen.includes(rangeOf(name)))
    const kept = chance === 9 ? names.slice(1) : names
    return [...kept.map((name) => `${name}=${values[name]}`), more].filter(Boolean).join('&')
  })
}

function bodyOf({ operation }: Route): fc.Arbitrary<string | undefined> {
  const schema = operation.requestBody?.content['application/json']?.schema
  if (!schema) return fc.constantFrom(undefined, undefined, undefined, '{}', '[', '{"a":1}')
  const value = fc.oneof(
    { weight: 2, arbitrary: valueOf(schema, '', 0) },
    { weight: 3, arbitrary: valueOf(schema, '', 1) },
  )
  const spoil = fc.oneof({ weight: 15, arbitrary: fc.constant((json: string) => json) }, { weight: 1, arbitrary: fc.constantFrom(...SPOILS) }) // prettier-ignore
  return fc.tuple(value, spoil).map(([value, spoil]) => spoil(JSON.stringify(value)))
}

/** Requests of a route by someone, from its own description: mostly well formed, with something wrong in about half of them. */
function requestsOf(route: Route, people: readonly string[]): fc.Arbitrary<FuzzRequest> {
  const { name, method } = route
  const [first = ''] = people
  const query = method === 'GET' || route.operation.parameters?.some((one) => one.in === 'query') ? queryOf(route) : fc.constant('') // prettier-ignore
  const body = method === 'GET' ? fc.constant(undefined) : bodyOf(route)
  return fc
    .tuple(fc.oneof(fc.constant(first), fc.constantFrom(...people)), pathOf(route), query, SOME_HEADERS, TYPES, body)
    .map(([who, path, query, more, type, body]) => {
      const headers: Record<string, string> = Object.assign({ accept: 'application/json, text/event-stream' }, more)
      const request: FuzzRequest = { route: name, who, method, path: query ? `${path}?${query}` : path, headers }
      if (body !== undefined) {
        request.body = body
        headers['content-type'] = type
      }
      return request
    })
}

/** Passwords are hashed slowly on purpose. */
const SLOW = /^POST \/(auth|users)/

/** Requests of all routes of the document. */
export const anyRequest = (routes: readonly Route[], people: readonly string[]): fc.Arbitrary<FuzzRequest> =>
  fc.oneof(...routes.map((route) => ({ weight: SLOW.test(route.name) ? 1 : 6, arbitrary: requestsOf(route, people) })))

/** The request for a person to repeat it, long values cut. */
export function asCurl({ who, method, path, headers, body }: FuzzRequest): string {
  const cut = (text: string) => (text.length > 600 ? `${text.slice(0, 600)}…(${text.length} characters)` : text)
  const quoted = (text: string) => `'${JSON.stringify(cut(text)).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", `'\\''`)}'` // prettier-ignore
  return [
    `curl -X ${method} ${quoted(`http://localhost:3000${path}`)} # as ${who}`,
    ...Object.entries(headers).map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`  --data-raw ${quoted(body)}`]),
  ].join(' \\\n')
}
