import type { JsonSchema } from './json-schema.ts'
import { isKeptAddress } from './kept-answers.ts'
import type { Operation, Response } from './openapi.ts'

/** Every failure that this service answers with, by status: its name in the document and what it means. */
const FAILURES: Record<number, { name: string; description: string; header?: 'WWW-Authenticate' | 'Retry-After' }> = {
  400: { name: 'Malformed', description: 'What was sent cannot be read, or only makes sense with something else.' },
  401: {
    name: 'Unauthorized',
    description: 'No token, or one that is wrong or has ended.',
    header: 'WWW-Authenticate',
  },
  403: { name: 'Forbidden', description: 'The role, token or limit to stores does not include this.' },
  404: { name: 'NotFound', description: 'There is no such thing, or you do not see it.' },
  409: { name: 'Conflict', description: 'It contradicts what there is, or the Idempotency-Key was used for another.' },
  412: { name: 'Stale', description: 'It was changed since you read it: read it again.' },
  413: { name: 'TooLarge', description: 'The body is too large, or has too many rows.' },
  415: { name: 'UnsupportedMediaType', description: 'The body is not in a format that is read here.' },
  422: { name: 'Invalid', description: 'It can be read, but a value is not valid; `errors` names the fields.' },
  429: { name: 'TooMany', description: 'Too many requests or failed logins; wait.', header: 'Retry-After' },
  500: { name: 'Internal', description: 'A fault of ours, which was logged under the request id in `instance`.' },
  503: {
    name: 'Unavailable',
    description: 'The database or a service behind it is away; wait.',
    header: 'Retry-After',
  },
}

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }

const headerRef = (name: string) => ({ [name]: { $ref: `#/components/headers/${name}` } })
const ON_EVERY_ANSWER = headerRef('X-Request-Id')
const LIMITS = { ...headerRef('RateLimit'), ...headerRef('RateLimit-Policy') }

const text = (description: string, example: string, more: JsonSchema = {}) => ({
  description,
  schema: { type: 'string', ...more },
  example,
})
export const HEADERS = {
  'X-Request-Id': text(
    'The id of the request: yours, or the one that was made.',
    '0f9d2c1e-6c57-4f0e-9a53-4f3f0f6f1a11',
  ),
  RateLimit: text('What is left in this minute (`r`) and its seconds (`t`).', '"default";r=599;t=60'),
  'RateLimit-Policy': text('Requests in a minute (`q`) of one token.', '"default";q=600;w=60'),
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 }, example: 12 },
  'WWW-Authenticate': text('How to sign in.', 'Bearer'),
  ETag: text('The state of what was read; an update may be tied to it with `If-Match`.', '"1h2k3j4l5"'),
  'Idempotency-Replayed': text('`true` when this is the answer to an earlier request with the same key.', 'true', {
    const: 'true',
  }),
  'Content-Disposition': text('The name of the file.', 'attachment; filename="orders.csv"'),
}

/** The components of the document that failures refer to. */
export const failureResponses = () =>
  Object.fromEntries(
    Object.values(FAILURES).map(({ name, description, header }) => [
      name,
      {
        description,
        headers: { ...ON_EVERY_ANSWER, ...(header && headerRef(header)) },
        content: PROBLEM,
      },
    ]),
  )

type About = { path: string; method: string; hasEtag: boolean; limited: boolean }

/** The answers of a route: those of its schemas with their headers, then the failures that its shape makes possible. */
export function responsesOf(operation: Operation, { path, method, hasEtag, limited }: About): Record<string, Response> {
  const writes = method !== 'get'
  const isFile = operation.parameters?.some(({ name }) => name === 'format')
  const isNamed = isFile || path === '/workspace/export'
  const described = operation.responses ?? { 204: { description: '' } }
  const responses: Record<string, Response> = {}
  for (const [status, response] of Object.entries(described)) {
    const isDone = status.startsWith('2')
    const { content: _, ...rest } = response
    responses[status] = {
      ...rest,
      description: MEANING[status] ?? 'The answer, complete all the same.',
      headers: {
        ...ON_EVERY_ANSWER,
        ...(limited && LIMITS),
        ...(isDone && (hasEtag || (!writes && isKeptAddress(path))) && headerRef('ETag')),
        ...(isDone && writes && headerRef('Idempotency-Replayed')),
        ...(isDone && isNamed && headerRef('Content-Disposition')),
      },
      ...(hasBody(response) && { content: { ...response.content, ...(isDone ? isFile && FILES : PROBLEM) } }),
    }
  }
  for (const status of failuresOf(operation, { path, writes, limited }))
    responses[status] ??= { $ref: `#/components/responses/${FAILURES[status]?.name}` }
  if (!writes && isKeptAddress(path))
    responses[304] = {
      description: 'You have it already: `If-None-Match` names its ETag.',
      headers: { ...ON_EVERY_ANSWER, ...LIMITS, ...headerRef('ETag') },
    }
  return responses
}

/** A schema of null stands for no body at all. */
const hasBody = ({ content }: Response) => content !== undefined && !('type' in content)

const MEANING: Record<string, string> = {
  200: 'The answer.',
  201: 'It was made.',
  202: 'Taken note of.',
  204: 'Done; there is nothing to say.',
}

const FILES = {
  'text/csv': { schema: { type: 'string' } },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { schema: { type: 'string', format: 'binary' } },
}

function failuresOf(
  { parameters = [], ...operation }: Operation,
  about: { path: string; writes: boolean; limited: boolean },
) {
  const { path, writes, limited } = about
  const names = new Set(parameters.map(({ name }) => name))
  const scope = operation['x-scope']
  const takesBody = operation.requestBody !== undefined
  const canMiss = path.includes('{') || names.has('store') || takesBody
  return [
    400,
    ...(scope === undefined ? (takesBody ? [401] : []) : [401, 403]),
    ...(canMiss ? [404] : []),
    // Figures over currencies need rates, and say which one is missing.
    ...(writes || scope === 'stats:read' || names.has('store') ? [409] : []),
    ...(writes ? [413, 415] : []),
    ...(names.has('If-Match') ? [412] : []),
    422,
    ...(limited || takesBody ? [429] : []),
    500,
    503,
  ]
}
