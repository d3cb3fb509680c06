import {
  type DocumentNode,
  execute,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { join } from 'node:path'
import { newId, type ShopOrder } from './shopify-objects.ts'
import { shopifySchema, wrongWith } from './shopify-schema.ts'
import { shownOrder } from './shopify-shown.ts'

/** Orders that are worked out at once, whose lines come in any order. */
const TOGETHER = 40

export type Operation = {
  id: string
  status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'EXPIRED'
  errorCode: string | null
  createdAt: string
  objectCount: number
  rootObjectCount: number
  path: string
  /** Whether somebody asked how far it is: who asks at once sees it running. */
  asked: boolean
}

/** Why Shopify would not run a query in bulk; empty when it would. */
export function bulkErrors(query: string): string[] {
  const document = parse(query)
  const wrong = wrongWith(document)
  if (wrong.length > 0) return wrong
  const info = new TypeInfo(shopifySchema())
  const errors: string[] = []
  let [connections, depth, lists] = [0, 0, 0]
  const isConnection = () => {
    const type = getNamedType(info.getType() ?? undefined)
    return isObjectType(type) && type.name.endsWith('Connection')
  }
  const isList = () =>
    isListType(getNullableType(info.getType() ?? undefined)) &&
    !['edges', 'nodes'].includes(info.getFieldDef()?.name ?? '')
  visit(document, visitWithTypeInfo(info, {
    Field: {
      enter() {
        if (isConnection()) {
          connections++
          depth++
          if (depth > 3) errors.push('Queries may be nested at most two connections deep.')
          if (lists > 0) errors.push('Queries that contain a connection field within a list field are not currently supported.')
        }
        if (isList()) lists++
      },
      leave() {
        if (isConnection()) depth--
        if (isList()) lists--
      },
    },
  })) // prettier-ignore
  if (connections === 0) errors.push('Bulk queries must contain at least one connection.')
  if (connections > 5) errors.push('Bulk queries cannot contain more than 5 connections.')
  return errors
}

/** The orders that a search finds. */
export function searched(orders: readonly ShopOrder[], search: string): ShopOrder[] {
  const terms = search.split(' AND ').filter(Boolean).map((term) => {
    const parts = /^(created_at|updated_at):(>=|<)'([^']+)'$/.exec(term)
    if (!parts) throw new Error(`The stand-in does not know the search "${term}".`)
    return { field: parts[1] === 'created_at' ? ('at' as const) : ('updated' as const), from: parts[2] === '>=', time: Date.parse(parts[3]!) }
  }) // prettier-ignore
  return orders.filter((order) =>
    terms.every(({ field, from, time }) => (from ? Date.parse(order[field]) >= time : Date.parse(order[field]) < time)),
  )
}

/** Writes everything that a query finds into a file, as Shopify does: a line an object, children anywhere. Memory stays flat. */
export async function writeBulk(operation: Operation, orders: readonly ShopOrder[], query: string): Promise<void> {
  const document = parse(query)
  const file = Bun.file(operation.path).writer()
  let seed = 7
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  for (let from = 0; from < orders.length; from += TOGETHER) {
    const lines = await linesOf(document, orders.slice(from, from + TOGETHER))
    for (let at = lines.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1))
      ;[lines[at], lines[other]] = [lines[other]!, lines[at]!]
    }
    void file.write(lines.map((line) => `${line}\n`).join(''))
    operation.objectCount += lines.length
    operation.rootObjectCount += Math.min(TOGETHER, orders.length - from)
    if (from % 2_000 === 0) await file.flush()
    await Bun.sleep(0)
  }
  await file.end()
  operation.status = 'COMPLETED'
}

/** An operation that will write its file into the folder. */
export const newOperation = (folder: string): Operation => {
  const id = newId('BulkOperation')
  const path = join(folder, `${id.split('/').at(-1)}.jsonl`)
  return {
    id,
    status: 'RUNNING',
    errorCode: null,
    createdAt: new Date().toISOString(),
    objectCount: 0,
    rootObjectCount: 0,
    path,
    asked: false,
  }
}

type Node = Record<string, unknown>
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

async function linesOf(document: DocumentNode, orders: readonly ShopOrder[]): Promise<string[]> {
  const nodes = orders.map((order) => shownOrder(order, true))
  const rootValue = { orders: () => ({ edges: nodes.map((node) => ({ node })) }) }
  const { data, errors } = await execute({ schema: shopifySchema(), document, rootValue })
  if (errors) throw new Error(errors.map(({ message }) => message).join('; '))
  const lines: string[] = []
  /** An object without its connections, whose nodes become lines of their own. */
  const stripped = (value: Node, parent: string): Node =>
    Object.fromEntries(
      Object.entries(value).flatMap(([name, field]) => {
        if (!isNode(field)) return [[name, field]]
        if (!Array.isArray(field['edges'])) return [[name, stripped(field, parent)]]
        for (const { node } of field['edges'] as { node: Node }[]) write(node, parent)
        return []
      }),
    )
  const write = (node: Node, parent?: string) => {
    const line = stripped(node, String(node['id']))
    lines.push(JSON.stringify(parent === undefined ? line : { ...line, __parentId: parent }))
  }
  for (const { node } of (data as unknown as { orders: { edges: { node: Node }[] } }).orders.edges) write(node)
  return lines
}
