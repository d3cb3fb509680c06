import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020'
import type { Document, Operation } from '../../src/api/openapi.ts'

type Answered = { status: number; headers: Headers; text: string; body: unknown }

/** Refuses what the schema does not name: an answer must hold nothing that is not described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (schema === null || typeof schema !== 'object') return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return 'properties' in schema ? { additionalProperties: false, ...inner } : inner
}

/** Addresses without JSON for clients: the dashboard, the documentation, what a browser asks for first. */
const NO_CONTRACT = /^\/(app.*|docs.*|openapi\.json|__nextjs_.*)?$/
/** Headers that a description must name when an answer has them. */
const DESCRIBED_HEADERS = ['retry-after', 'ratelimit', 'ratelimit-policy', 'x-request-id', 'content-disposition', 'idempotency-replayed', 'www-authenticate'] // prettier-ignore

/** Compares answers with the document that describes them. Validators are made once, when first needed. */
export function contractOf(document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  const validators = new Map<object, ValidateFunction>()
  const validatorOf = (schema: object) => {
    const made = validators.get(schema)
    if (made) return made
    const validate = ajv.compile(closed({ ...schema, components: { schemas: document.components.schemas } }) as object)
    validators.set(schema, validate)
    return validate
  }
  const operations = Object.entries(document.paths)
    .toSorted(([a], [b]) => a.split('{').length - b.split('{').length)
    .flatMap(([path, methods]) => {
      const address = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`)
      return Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        address,
        operation,
      }))
    })

  const resolved = <T extends { $ref?: string }>(given: T | undefined): T | undefined =>
    given?.$ref
      ? (given.$ref
          .slice(2)
          .split('/')
          .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document) as T) // prettier-ignore
      : given

  const find = (method: string, path: string) =>
    operations.find((one) => one.method === method && one.address.test(path))
  /** The route that answers, such as `GET /products/{id}`. */
  const routeOf = (method: string, path: string) => find(method, path)?.name

  /** What is wrong with an answer by its description, in words; empty when all is well. */
  function mismatch(method: string, address: string, answer: Answered): string {
    const path = address.replace(/(?<=.)\/$/, '')
    const found = find(method, path)
    if (found) return wrongWith(found.operation, answer)
    if (NO_CONTRACT.test(path) || method === 'HEAD') return ''
    const { status, headers, body } = answer
    if (status < 400) return `${status} at an address that is not described`
    if (headers.get('content-type') !== 'application/problem+json') return 'a failure that is not problem details'
    const validate = validatorOf({ $ref: '#/components/schemas/Problem' })
    return validate(body) ? '' : ajv.errorsText(validate.errors)
  }

  function wrongWith(operation: Operation, { status, headers, text, body }: Answered): string {
    const described = resolved(operation.responses[status])
    if (!described) return `${status} is not described: give the route a response schema for it, or see failuresOf`
    for (const name of DESCRIBED_HEADERS) {
      const named = Object.keys(described.headers ?? {}).some((key) => key.toLowerCase() === name)
      // Limits and ids stand in failures as well, where saying it once is enough.
      if (headers.has(name) && !named && !(status >= 400 && name.startsWith('ratelimit')))
        return `the header ${name} is not described: see src/api/openapi-responses.ts`
    }
    if (!described.content) return text === '' ? '' : 'a body is not described: give the route a response schema'
    const type = headers.get('content-type')?.split(';')[0] ?? ''
    const media = described.content[type]
    if (!media) return `${type} is not described: name it in detail.produces`
    if (!type.endsWith('json')) return ''
    const validate = validatorOf(media.schema)
    return validate(body) ? '' : ajv.errorsText(validate.errors)
  }

  return { mismatch, routeOf, validatorOf, operations }
}
