import {
  buildClientSchema,
  type DocumentNode,
  type GraphQLSchema,
  type IntrospectionQuery,
  NoDeprecatedCustomRule,
  specifiedRules,
  validate,
} from 'graphql'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const VERSION = '2026-10'

let schema: GraphQLSchema | undefined

/**
 * Shopify's own Admin schema: `dist/data/admin_2026-10.json.gz` of the npm package @shopify/dev-mcp 1.16.0 (ISC licence, copyright Shopify
 * Inc.), unchanged. The package itself brings 300 others.
 */
export function shopifySchema(): GraphQLSchema {
  if (schema) return schema
  const file = Bun.gunzipSync(new Uint8Array(readFileSync(join(import.meta.dir, `shopify-admin-${VERSION}.json.gz`))))
  const { data } = JSON.parse(new TextDecoder().decode(file)) as { data: IntrospectionQuery }
  // graphql 17 refuses the deprecations that Shopify puts on fields of interfaces.
  schema = buildClientSchema(data, { assumeValid: true })
  return schema
}

/** What Shopify would say of a document, deprecated fields included; empty when it is fine. */
export const wrongWith = (document: DocumentNode): string[] =>
  validate(shopifySchema(), document, [...specifiedRules, NoDeprecatedCustomRule]).map(({ message }) => message)
