import {
  buildClientSchema,
  type DocumentNode,
  type GraphQLSchema,
  type IntrospectionQuery,
  getNamedType,
  isObjectType,
  NoDeprecatedCustomRule,
  specifiedRules,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const VERSION = '2026-10'

let schema: GraphQLSchema | undefined
/** Scopes of which one is enough, by type, or type and field. */
const scopes = new Map<string, string[]>()

type SchemaFile = {
  data: IntrospectionQuery
  offline_scopes: { items: { typeName: string; fieldName?: string; offlineScopes: string[] }[] }
}

/**
 * Shopify's own Admin schema: `dist/data/admin_2026-10.json.gz` of the npm package @shopify/dev-mcp 1.16.0 (ISC licence, copyright Shopify
 * Inc.), unchanged. The package itself brings 300 others.
 */
export function shopifySchema(): GraphQLSchema {
  if (schema) return schema
  const file = Bun.gunzipSync(new Uint8Array(readFileSync(join(import.meta.dir, `shopify-admin-${VERSION}.json.gz`))))
  const { data, offline_scopes } = JSON.parse(new TextDecoder().decode(file)) as SchemaFile
  for (const { typeName, fieldName, offlineScopes } of offline_scopes.items)
    if (offlineScopes.length) scopes.set([typeName, fieldName].filter(Boolean).join('.'), offlineScopes)
  // graphql 17 refuses the deprecations that Shopify puts on fields of interfaces.
  schema = buildClientSchema(data, { assumeValid: true })
  return schema
}

/** What Shopify would say of a document, deprecated fields included; empty when it is fine. */
export const wrongWith = (document: DocumentNode): string[] =>
  validate(shopifySchema(), document, [...specifiedRules, NoDeprecatedCustomRule]).map(({ message }) => message)

/** What an app with these scopes may not read of a document, each with the scopes of which one would do. */
export function scopesMissing(document: DocumentNode, has: readonly string[]): { what: string; needs: string[] }[] {
  const missing = new Map<string, string[]>()
  const info = new TypeInfo(shopifySchema())
  const check = (what: string) => {
    const needs = scopes.get(what)
    const holds = needs?.some((scope) => has.includes(scope) || has.includes(scope.replace(/^read_/, 'write_')))
    if (needs && !holds) missing.set(what, needs)
  }
  visit(document, visitWithTypeInfo(info, {
    Field(node) {
      check(`${info.getParentType()?.name}.${node.name.value}`)
      const type = getNamedType(info.getType() ?? undefined)
      if (isObjectType(type)) check(type.name)
    },
  })) // prettier-ignore
  return [...missing].map(([what, needs]) => ({ what, needs }))
}
