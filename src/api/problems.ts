import { Elysia, type ValidationError } from 'elysia'
import * as v from 'valibot'
import { AppError, type ErrorCode, expectedError, type FieldError } from '../errors.ts'
import { Replay } from './idempotency.ts'
import { UnsupportedBody } from './body.ts'

const STATUS: Record<ErrorCode, number> = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  too_large: 413,
  invalid: 422,
  too_many: 429,
  unavailable: 503,
}
const TITLE: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Problem details (RFC 9457), the body of every error. */
export const Problem = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  instance: v.string(),
  errors: v.optional(v.array(v.object({ field: v.string(), message: v.string() }))),
})

type More = { errors?: FieldError[]; headers?: Record<string, string> }

const bodyOf = (status: number, detail: string, instance: string): v.InferOutput<typeof Problem> => ({
  type: 'about:blank',
  title: TITLE[status] ?? 'Error',
  status,
  detail,
  instance,
})
const INTERNAL = 'Something went wrong on our side. It was logged; name the request id when you report it.'

/** The problem details of a failure in the middle of an answer, whose status has left already. What is unexpected goes to `report`. */
export function lateProblem(error: unknown, instance: string, report: (error: unknown, instance: string) => void) {
  const expected = expectedError(error)
  if (!expected) report(error, instance)
  return bodyOf(expected ? STATUS[expected.code] : 500, expected?.message ?? INTERNAL, instance)
}

/** An answer of problem details; `instance` is the request id. */
export function problem(status: number, detail: string, instance: string, more: More = {}): Response {
  return new Response(JSON.stringify({ ...bodyOf(status, detail, instance), errors: more.errors }), {
    status,
    headers: {
      ...more.headers,
      'content-type': 'application/problem+json',
      'x-request-id': instance,
      'cache-control': 'no-store',
    },
  })
}

/** Elysia joins valibot's path objects to "[object Object]": the schema is run again for the names of the fields. */
function fieldErrors({ validator, value }: Pick<ValidationError, 'validator' | 'value'>) {
  type Standard = { '~standard': v.StandardProps<unknown, unknown> }
  const schema = validator as unknown as Standard & { schema: Standard }
  const result = (schema['~standard'] ?? schema.schema['~standard']).validate(value)
  const issues = ('issues' in result ? (result.issues ?? []) : []) as v.BaseIssue<unknown>[]
  return issues.map((issue) => ({ field: v.getDotPath(issue) ?? '', message: withoutInput(issue) }))
}

/** valibot's default messages end in what was received, which may be a password. */
function withoutInput(issue: v.BaseIssue<unknown>): string {
  if (issue.received === 'undefined') return 'is missing'
  if (!issue.message.startsWith('Invalid ')) return issue.message
  return issue.expected ? `expected ${issue.expected.replaceAll('"', "'")}` : 'is not valid'
}

export const requestId = (request: Request): string => {
  const given = request.headers.get('x-request-id') ?? ''
  return /^[\w.-]{8,64}$/.test(given) ? given : crypto.randomUUID()
}

/** Who was not let in, or not let do something: written down so that attempts can be seen. Neither token nor query nor body. */
export type Refused = { status: 401 | 403; method: string; path: string; request_id: string; reason: string }

type Deps = {
  report: (error: unknown, instance: string) => void
  refused: (what: Refused) => void
  /** The methods that a path has, for 405. */
  methodsOf: (path: string) => string[]
}

/**
 * Turns every failure into problem details: an AppError by its code, bad input with its fields, the rest as "internal" after `report`.
 */
export const problems = ({ report, refused, methodsOf }: Deps) =>
  new Elysia({ name: 'problems' })
    .onRequest(({ request, set }) => {
      set.headers['x-request-id'] = requestId(request)
    })
    .onError({ as: 'global' }, ({ code, error, set, path, request }) => {
      const instance = set.headers['x-request-id'] ?? crypto.randomUUID()
      if (error instanceof Replay) {
        error.response.headers.set('x-request-id', instance)
        return error.response
      }
      // Elysia wraps what a parser throws.
      const cause = code === 'PARSE' ? error.cause : error
      const expected = expectedError(cause)
      if (expected) {
        const headers = {
          ...(expected.code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {}),
          ...(expected instanceof AppError && expected.retryAfter
            ? { 'retry-after': String(expected.retryAfter) }
            : {}),
        }
        const status = STATUS[expected.code]
        if (status === 401 || status === 403)
          refused({ status, method: request.method, path, request_id: instance, reason: expected.message })
        return problem(status, expected.message, instance, {
          headers,
          ...(expected.errors && { errors: expected.errors }),
        })
      }
      if (code === 'VALIDATION' && error.type !== 'response') {
        const errors = fieldErrors(error)
        const fields = errors.map((e) => e.field).filter(Boolean)
        return problem(
          422,
          fields.length ? `Check ${[...new Set(fields)].join(', ')}.` : 'The input is not valid.',
          instance,
          { errors },
        )
      }
      if (cause instanceof UnsupportedBody) return problem(415, cause.message, instance)
      if (code === 'PARSE')
        return problem(400, 'The body is not what its content type says. Send valid JSON.', instance)
      if (code === 'NOT_FOUND') {
        const allow = methodsOf(path)
        return allow.length
          ? problem(405, `This address answers ${allow.join(', ')}.`, instance, {
              headers: { allow: allow.join(', ') },
            })
          : problem(404, 'There is nothing at this address.', instance)
      }
      // Nobody waits for the answer any more, and what broke off because of that is no fault.
      if (!request.signal.aborted) report(error, instance)
      return problem(500, INTERNAL, instance)
    })
