import { openapi } from '@elysiajs/openapi'
import { toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'

type Schema = v.GenericSchema & { pipe?: { kind: string; type: string; metadata?: { json?: string } }[] }

/** Amounts are decimal text in our rows and exact JSON numbers on the wire; their schema says so in its metadata. */
const isJsonNumber = (schema: Schema) =>
  schema.pipe?.some((step) => step.kind === 'metadata' && step.metadata?.json === 'number') ?? false

/** The OpenAPI document at /openapi.json, from the schemas of the routes. */
export const openapiDocument = () =>
  openapi({
    provider: null,
    specPath: '/openapi.json',
    documentation: {
      info: {
        title: 'DealDome',
        version: '0.1.0',
        description:
          'The profit desk of an e-commerce team. Amounts exclude tax and are exact decimals in the currency beside them.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
    exclude: { paths: ['/', '/app', '/app/*', /^\/app/] },
    mapJsonSchema: {
      valibot: (schema: Schema) =>
        toJsonSchema(schema, {
          typeMode: 'input',
          target: 'openapi-3.0',
          errorMode: 'ignore',
          overrideSchema: ({ valibotSchema, jsonSchema }) =>
            isJsonNumber(valibotSchema as Schema) ? { type: 'number' } : jsonSchema,
        }),
    },
  })
