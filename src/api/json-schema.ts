import { toJsonSchema } from '@valibot/to-json-schema'
import type * as v from 'valibot'

/** A JSON Schema of draft 2020-12, which is that of OpenAPI 3.1. */
export type JsonSchema = {
  [keyword: string]: unknown
  type?: string | string[]
  description?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
}

const ANY_JSON = { $ref: '#/components/schemas/Json' }
/** The schema behind `unknown`. TRICKY: readers take an empty schema, which says the same, for a mistake. */
export const Json: JsonSchema = { type: ['object', 'array', 'string', 'number', 'boolean', 'null'], items: ANY_JSON }

/**
 * Our schemas describe the text that the database and the address line hold. Where the wire has something else, their metadata says
 * so: `json: 'number'` for amounts, or a whole JSON schema.
 */
export function jsonSchema(schema: v.GenericSchema): JsonSchema {
  const { $schema: _, ...described } = toJsonSchema(schema, {
    typeMode: 'input',
    target: 'draft-2020-12',
    errorMode: 'ignore',
    overrideAction: ({ valibotAction, jsonSchema }) => onTheWire(valibotAction) ?? readable(jsonSchema),
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (valibotSchema.type === 'date') return { type: 'string', format: 'date-time' }
      if (valibotSchema.type === 'unknown' || valibotSchema.type === 'any') return ANY_JSON
      if (jsonSchema.type === 'integer' && typeof jsonSchema.default === 'string')
        return { ...jsonSchema, default: Number(jsonSchema.default) }
      // TRICKY: of a picklist that may be null Elysia makes a nullable type, and leaves null out of the values.
      const [inner] = valibotSchema.type === 'nullable' ? (jsonSchema.anyOf ?? []) : []
      if (typeof inner === 'object' && inner.enum) return { type: ['string', 'null'], enum: [...inner.enum, null] }
      return jsonSchema
    },
  })
  return described as JsonSchema
}

function onTheWire(action: object) {
  if (!('metadata' in action)) return undefined
  const { json } = action.metadata as { json?: 'number' | { type: 'integer' } }
  return json === 'number' ? { type: json } : json
}

/** Not every reader compiles patterns with the `u` flag, without which `\P{Cc}` means something else. */
const readable = <S extends { pattern?: string | undefined }>(schema: S): S =>
  schema.pattern?.includes('\\P{Cc}')
    ? { ...schema, pattern: schema.pattern.replaceAll('\\P{Cc}', '[^\\u0000-\\u001F\\u007F-\\u009F]') }
    : schema
