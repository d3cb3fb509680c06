import { toOpenAPISchema } from '@elysiajs/openapi'
import { toJsonSchema } from '@valibot/to-json-schema'
import { Elysia } from 'elysia'
import type * as v from 'valibot'
import { Problem } from './problems.ts'

type Schema = v.GenericSchema & { pipe?: { kind: string; metadata?: { json?: string } }[] }
type Operation = { requestBody?: { content: Record<string, unknown> }; responses?: Record<string, unknown> }

/** Amounts are decimal text in our rows and exact JSON numbers on the wire; their schema says so in its metadata. */
const isJsonNumber = (schema: Schema) =>
  schema.pipe?.some((step) => step.kind === 'metadata' && step.metadata?.json === 'number') ?? false

function jsonSchema(schema: Schema) {
  const { $schema: _, ...described } = toJsonSchema(schema, {
    typeMode: 'input',
    target: 'draft-2020-12',
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      isJsonNumber(valibotSchema as Schema) ? { type: 'number' } : jsonSchema,
  })
  return described
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

/** The OpenAPI document at /openapi.json, from the schemas of the routes. */
export const openapiDocument = () => {
  const app = new Elysia({ name: 'openapi' })
  let document: object | undefined
  return app.get('/openapi.json', () => (document ??= documentOf(app)), { detail: { hide: true } })
}

function documentOf(app: Elysia) {
  const { paths } = toOpenAPISchema(app, { paths: [/^\/app/] }, undefined, { valibot: jsonSchema })
  for (const operations of Object.values(paths))
    for (const operation of Object.values(operations ?? {})) complete(operation as Operation)
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

/** What holds for every route: JSON bodies only, 204 where nothing comes back, problems otherwise. */
function complete(operation: Operation) {
  if (operation.requestBody)
    operation.requestBody.content = { 'application/json': operation.requestBody.content['application/json'] }
  operation.responses = { ...(operation.responses ?? { 204: { description: 'Done' } }), default: PROBLEM }
}
