import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { shopifySchema } from './shopify-schema.ts'

/** Arguments that say how many objects there are at most. */
const SIZES = new Set(['first', 'last', 'ids'])

/** Points that a query may ask for at most. */
export const MOST = 1_000

/**
 * What a document asks for at most: one point for each object, times the rows of the lists around it. Shopify counts likewise, not to the
 * point alike.
 */
export function costOf(document: DocumentNode, variables: Record<string, unknown>): number {
  const objects = new Set<FieldNode>()
  const info = new TypeInfo(shopifySchema())
  visit(document, visitWithTypeInfo(info, {
    Field(node) {
      const type = getNamedType(info.getType() ?? undefined)
      if (isObjectType(type) || isInterfaceType(type) || isUnionType(type)) objects.add(node)
    },
  })) // prettier-ignore
  const rowsOf = (field: FieldNode) => {
    const given = field.arguments?.find(({ name }) => SIZES.has(name.value))?.value
    if (!given) return 1
    const size = given.kind === Kind.VARIABLE ? variables[given.name.value] : given.kind === Kind.INT ? given.value : 1
    return Array.isArray(size) ? size.length : Number(size)
  }
  const of = (set: SelectionSetNode | undefined): number => {
    let [fields, fragments] = [0, 0]
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.INLINE_FRAGMENT) fragments = Math.max(fragments, of(selection.selectionSet))
      if (selection.kind !== Kind.FIELD || !objects.has(selection)) continue
      const wraps = ['edges', 'nodes', 'pageInfo', 'node'].includes(selection.name.value) && !isList(selection)
      const within = of(selection.selectionSet)
      fields += wraps
        ? within + (['node', 'nodes'].includes(selection.name.value) ? 1 : 0)
        : isList(selection)
          ? rowsOf(selection) * Math.max(within, 1)
          : 1 + within
    }
    return fields + fragments
  }
  const isList = (field: FieldNode) => field.arguments?.some(({ name }) => SIZES.has(name.value)) ?? false
  let cost = 0
  visit(document, {
    OperationDefinition: (node) => void (cost = of(node.selectionSet) + (node.operation === 'mutation' ? 10 : 0)),
  })
  return cost
}

/** Points of an app in a shop: they come back with time. */
export function bucket({ most = 20_000, perSecond = 1_000 }: { most?: number; perSecond?: number } = {}) {
  let [available, at] = [most, performance.now()]
  const status = () => {
    const now = performance.now()
    available = Math.min(most, available + ((now - at) / 1_000) * perSecond)
    at = now
    return { maximumAvailable: most, currentlyAvailable: Math.floor(available), restoreRate: perSecond }
  }
  return {
    status,
    /** Takes points; false when there are too few. */
    take(cost: number) {
      if (status().currentlyAvailable < cost) return false
      available -= cost
      return true
    },
    /** What was asked for and not needed. */
    giveBack: (points: number) => void (available = Math.min(most, available + points)),
    drain: () => void ((available = 0), (at = performance.now())),
  }
}
