import { toOpenAPISchema } from '@elysiajs/openapi'
import { toJsonSchema } from '@valibot/to-json-schema'
import { type AnyElysia, Elysia, type InternalRoute } from 'elysia'
import type * as v from 'valibot'
import { Problem } from './problems.ts'

type Operation = { responses?: Record<string, unknown> }

/**
 * Our schemas describe the text that the database and the address line hold. Where the wire has something else, their metadata says
 * so: `json: 'number'` for amounts, or a whole JSON schema.
 */
function jsonSchema(schema: v.GenericSchema) {
  const { $schema: _, ...described } = toJsonSchema(schema, {
    typeMode: 'input',
    target: 'draft-2020-12',
    errorMode: 'ignore',
    overrideAction: ({ valibotAction, jsonSchema }) => onTheWire(valibotAction) ?? jsonSchema,
    overrideSchema: ({ jsonSchema }) =>
      jsonSchema.type === 'integer' && typeof jsonSchema.default === 'string'
        ? { ...jsonSchema, default: Number(jsonSchema.default) }
        : jsonSchema,
  })
  return described
}

function onTheWire(action: object) {
  if (!('metadata' in action)) return undefined
  const { json } = action.metadata as { json?: 'number' | { type: 'integer' } }
  return json === 'number' ? { type: json } : json
}

const INFO = {
  title: 'DealDome',
  version: '0.1.0',
  description:
    'The profit desk of an e-commerce team. Amounts exclude tax and are exact decimals in the currency beside them.',
  license: { name: 'MIT', identifier: 'MIT' },
}
const PROBLEM = {
  description: 'What went wrong and what to do (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** The OpenAPI document at /openapi.json, from the schemas of the routes that there are when it is first asked for. */
export const openapiDocument = (routes: () => InternalRoute[]) => {
  let document: object | undefined
  return new Elysia({ name: 'openapi' }).get('/openapi.json', () => (document ??= documentOf(routes())), {
    detail: { hide: true },
  })
}

function documentOf(routes: InternalRoute[]) {
  const { paths } = toOpenAPISchema(asApp(routes), { paths: [/^\/app/] }, undefined, { valibot: jsonSchema })
  for (const operations of Object.values(paths)) {
    for (const operation of Object.values(operations ?? {}) as Operation[])
      operation.responses = { ...(operation.responses ?? { 204: { description: 'Done' } }), default: PROBLEM }
  }
  return {
    openapi: '3.1.2',
    info: INFO,
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: jsonSchema(Problem) },
    },
  }
}

/** What the generator reads of an app. It would offer forms as well as JSON, which is all that we read. */
function asApp(routes: InternalRoute[]): AnyElysia {
  const jsonOnly = routes.map((route) => {
    const hooks = Object.assign({}, route.hooks, { parse: route.hooks.body && [{ fn: 'json' }] })
    return Object.assign({}, route, { hooks })
  })
  return { getGlobalRoutes: () => jsonOnly } as unknown as AnyElysia
}
