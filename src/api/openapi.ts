import { type AnyElysia, Elysia, type InternalRoute } from 'elysia'
import { SCOPES } from '../access.ts'
import { keepsAnswers } from './idempotency.ts'
import { COOKIE, cookieName, type Needs } from './identity.ts'
import { Json, type JsonSchema, jsonSchema } from './json-schema.ts'
import { operationIdOf } from './operation-id.ts'
import { failureResponses, HEADERS, responsesOf } from './openapi-responses.ts'
import { INFO, PARAMETERS, SCOPE_WORDS, TAGS } from './openapi-words.ts'
import { Problem } from './problems.ts'
import { isUnlimited } from './rate-limit.ts'

declare module 'elysia/types' {
  interface DocumentDecoration {
    /** What the caller needs; the macro `needs` writes it. */
    'x-scope'?: Needs
    /** Content types of the body beside JSON. */
    consumes?: string[]
    /** Content types of the answer beside JSON. */
    produces?: string[]
  }
}

type Media = { schema: JsonSchema; example?: unknown }
type Content = Record<string, Media>
export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required: boolean
  description?: string
  schema: JsonSchema
  example?: string | number
}
export type Response = { $ref?: string; description?: string; headers?: object; content?: Record<string, Media> }
export type Operation = {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  'x-scope'?: Needs
  security?: object[]
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Content }
  responses: Record<string, Response>
}
type Generated = Operation & { consumes?: string[]; produces?: string[] }

/** A request of the test workspace and its answer, as the tests recorded them. */
export type Example = {
  /** Of the path and the query, by name. */
  parameters?: Record<string, string>
  body?: unknown
  status: number
  etag?: boolean
  answer?: unknown
}
export type Examples = Record<string, Example>

const EXAMPLES = new URL('../../docs/examples.json', import.meta.url)

/** The OpenAPI document, from the schemas of the routes that there are when it is first asked for. */
export function openapiDocument(routes: () => InternalRoute[]) {
  let document: Promise<Document> | undefined
  return () =>
    (document ??= Bun.file(EXAMPLES)
      .json()
      .then((examples: Examples) => documentOf(routes(), examples)))
}

/** The document at /openapi.json. */
export const openapiRoute = (document: () => Promise<Document>) =>
  new Elysia({ name: 'openapi' }).get('/openapi.json', document, { detail: { hide: true } })

export type Document = Awaited<ReturnType<typeof documentOf>>

async function documentOf(routes: InternalRoute[], examples: Examples) {
  const { toOpenAPISchema } = await import('@elysiajs/openapi')
  const generated = toOpenAPISchema(asApp(routes), { paths: [/^\/app/] }, undefined, { valibot: jsonSchema })
  const paths: Record<string, Record<string, Operation>> = {}
  for (const [path, operations] of Object.entries(generated.paths as Record<string, Record<string, Generated>>))
    paths[path] = Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [method, described(path, method, operation, examples)]),
    )
  const used = new Set(Object.values(paths).flatMap((one) => Object.values(one).flatMap(({ tags }) => tags)))
  return {
    openapi: '3.1.2',
    info: INFO,
    servers: [{ url: '/', description: 'This service' }],
    tags: [...used].map((name) => ({ name, description: TAGS[name] ?? '' })).toSorted(byReading),
    security: EVERY_WAY_IN,
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'The token of `POST /auth/login`: it may do what the role of its user includes.',
        },
        apiToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'dd_…',
          description: `An API token with scopes of its own:\n\n${scopeList()}`,
        },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: COOKIE,
          description: `The dashboard’s cookie with the token of a session, over HTTPS \`${cookieName(true)}\`. Writes with it must come from the same origin.`,
        },
      },
      headers: HEADERS,
      responses: failureResponses(),
      schemas: { Problem: jsonSchema(Problem), Json },
    },
  }
}

const EVERY_WAY_IN: Record<string, string[]>[] = [{ session: [] }, { apiToken: [] }, { cookie: [] }]
const ORDER = Object.keys(TAGS)
const byReading = (a: { name: string }, b: { name: string }) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name)

const scopeList = () => SCOPES.map((scope) => `- \`${scope}\`: ${SCOPE_WORDS[scope]}`).join('\n')

function described(path: string, method: string, generated: Generated, examples: Examples): Operation {
  const { consumes = [], produces = [], ...operation } = generated
  const scope = operation['x-scope']
  const example = examples[`${method.toUpperCase()} ${path}`]
  const hasEtag = example?.etag ?? false
  const limited = !isUnlimited(path)
  const parameters = [
    ...(operation.parameters ?? []).map((parameter) => withWords(parameter, path, example)),
    ...headersOf({ path, method, scope, examples }),
  ]
  const media = (types: string[]) => Object.fromEntries(types.map((type) => [type, { schema: FORMS[type] ?? TEXT }]))
  const requestBody = operation.requestBody ?? (consumes.length > 0 && { required: true, content: {} })
  if (requestBody) {
    requestBody.content = { ...requestBody.content, ...media(consumes) }
    const json = requestBody.content['application/json']
    if (json && example?.body !== undefined) json.example = example.body
  }
  const responses = responsesOf(
    { ...operation, parameters, ...(requestBody && { requestBody }) },
    { path, method, hasEtag, limited },
  )
  for (const [status, answer] of Object.entries(responses)) {
    if (status.startsWith('2') && produces.includes('application/gzip')) answer.content = media(produces)
    const json = answer.content?.['application/json']
    if (!json || !status.startsWith('2')) continue
    const isShown = example?.status === Number(status)
    const shown = { 'application/json': isShown ? { ...json, example: example.answer } : json }
    answer.content = { ...answer.content, ...shown, ...media(produces) }
  }
  return {
    ...operation,
    operationId: operation.operationId.includes('/') ? operationIdOf(operation.operationId) : operation.operationId,
    description: [operation.description, needWords(scope)].filter(Boolean).join('\n\n'),
    ...(scope && { security: securityOf(scope) }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses,
  }
}

const TEXT: JsonSchema = { type: 'string' }
/** A form with a file; its other fields are those of the query. */
const FORMS: Record<string, JsonSchema> = {
  'multipart/form-data': {
    type: 'object',
    properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
    required: ['file'],
    additionalProperties: { type: 'string' },
  },
}

function needWords(needs: Needs | undefined): string {
  if (needs === undefined) return 'Open to everyone.'
  if (needs === 'signed in') return 'For everyone who is signed in.'
  return needs === 'session' ? 'For people who signed in, not for API tokens.' : `Needs \`${needs}\`.`
}

/** Scopes stand in `x-scope`: only OAuth may list them here, say the linters. */
const securityOf = (needs: Needs): Record<string, string[]>[] =>
  needs === 'session' ? [{ session: [] }, { cookie: [] }] : EVERY_WAY_IN

function withWords(parameter: Parameter, path: string, example: Example | undefined): Parameter {
  const { description, ...schema } = parameter.schema
  const given = example?.parameters?.[parameter.name]
  const isNumber = schema.type === 'integer' || schema.type === 'number'
  return {
    ...parameter,
    description: description ?? wordsOf(parameter, path) ?? '',
    schema,
    ...(given !== undefined && { example: isNumber ? Number(given) : given }),
  }
}

function wordsOf({ name, in: place }: Parameter, path: string): string | undefined {
  const owner = place === 'path' && path.split('/').at(path.split('/').indexOf(`{${name}}`) - 1)
  return owner && name === 'id' ? `Id, as in the list of ${owner.replaceAll('-', ' ')}.` : PARAMETERS[name]
}

type Asked = { path: string; method: string; scope: Needs | undefined; examples: Examples }

/** The request headers that a route understands beside those of every request. */
/** Routes whose `If-Match` is the ETag of the thing that their path begins with. */
const PART_OF_WHAT_IT_CHANGES = new Set(['post /products/{id}/costs'])

function headersOf({ path, method, scope, examples }: Asked): Parameter[] {
  const writes = method !== 'get'
  const header = (name: string, description: string, schema: JsonSchema, example: string): Parameter[] => [
    { name, in: 'header', required: false, description, schema, example },
  ]
  /** What has an ETag may be tied to it. */
  const tiedTo = (route: string, methods: string[]) => methods.includes(method) && examples[route]?.etag
  return [
    ...(writes && scope !== undefined && keepsAnswers(path)
      ? header(
          'Idempotency-Key',
          'Any text of your own: the same key and body within 24 hours gets the first answer and does nothing.',
          { type: 'string', pattern: '^[\\x21-\\x7E]{1,200}$' },
          'import-2026-04-13-1',
        )
      : []),
    ...(tiedTo(`GET ${path}`, ['patch', 'put', 'delete']) ||
    tiedTo(`${method.toUpperCase()} ${path}`, ['patch', 'put']) ||
    PART_OF_WHAT_IT_CHANGES.has(`${method} ${path}`)
      ? header('If-Match', 'The ETag of what you read: 412 when it was changed since.', { type: 'string' }, '*')
      : []),
  ]
}

/** What the generator reads of an app. It would offer forms as well as JSON. */
function asApp(routes: InternalRoute[]): AnyElysia {
  const jsonOnly = routes.map((route) => {
    const { detail, body } = route.hooks as { detail?: { operationId?: string }; body?: unknown }
    const named = { ...detail, operationId: detail?.operationId ?? `${route.method} ${route.path}` }
    const hooks = Object.assign({}, route.hooks, { detail: named, parse: body && [{ fn: 'json' }] })
    return Object.assign({}, route, { hooks })
  })
  return { getGlobalRoutes: () => jsonOnly } as unknown as AnyElysia
}
