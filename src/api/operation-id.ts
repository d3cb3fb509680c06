const METHODS: Record<string, string> = {
  GET: 'get',
  POST: 'create',
  PUT: 'replace',
  PATCH: 'update',
  DELETE: 'delete',
}

/**
 * A readable name for a route, such as `listProducts`, `getProduct` and `previewProductCosts`; a route whose own is better gives
 * `detail.operationId`.
 * @param route its method and path, such as `GET /products/:id`
 */
export function operationIdOf(route: string): string {
  const [method = '', path = ''] = route.split(' ')
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== 'auth')
  const last = segments.at(-1) ?? 'root'
  const isDeed = method === 'POST' && !last.startsWith(':') && !isPlural(last) && segments.length !== 0
  const nouns = (isDeed ? segments.slice(0, -1) : segments).flatMap((segment, at, all) => {
    if (segment.startsWith(':')) return []
    const isOne = all[at + 1]?.startsWith(':') || (method === 'POST' && !isDeed && at === all.length - 1)
    const isOwner = at < all.length - 1
    return [camel(isOne || isOwner ? singular(segment) : segment)]
  })
  const isList = method === 'GET' && isPlural(last)
  const verb = isDeed ? lowerFirst(camel(last)) : isList ? 'list' : (METHODS[method] ?? method.toLowerCase())
  return verb + nouns.join('')
}

const isPlural = (word: string) => word.endsWith('s')
const singular = (word: string) => (word === 'financials' ? word : word.replace(/ies$/, 'y').replace(/s$/, ''))
const camel = (words: string) => words.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') // prettier-ignore
const lowerFirst = (word: string) => word.charAt(0).toLowerCase() + word.slice(1)
