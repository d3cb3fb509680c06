import { BASE } from './address.ts'

/** What the API answers when it refuses (RFC 9457). */
export type Problem = {
  title: string
  status: number
  detail?: string
  errors?: { field: string; message: string }[]
}

/** A refused or failed request. `status` 0 means that no answer came. `message` can be shown as it is. */
export class ApiError extends Error {
  override name = 'ApiError'
  constructor(
    readonly status: number,
    message: string,
    readonly errors: { field: string; message: string }[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

type SessionLost = (hadOne: boolean) => Promise<boolean>
let sessionLost: SessionLost = () => Promise.resolve(false)
let hadSession = false

/**
 * Sets who is asked when the session is missing or over (`hadOne`: this page had one before). True means that there is a new one: then the
 * refused request is sent again, as if nothing had happened. Undefined sets nobody.
 */
export const onSessionLost = (ask: SessionLost | undefined) => {
  sessionLost = ask ?? (() => Promise.resolve(false))
}

/** GET as JSON. Throws `ApiError`. */
export const get = <T>(path: string): Promise<T> => request<T>(path, {})

/** POST JSON; the answer as JSON, or undefined for 204. Throws `ApiError`. */
export const post = <T>(path: string, body?: object): Promise<T> =>
  request<T>(path, {
    method: 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })

/** Something with its ETag, which holds a change of it to what was read. */
export type Tagged<T> = { value: T; etag: string }

/** GET as JSON, with its ETag. Throws `ApiError`. */
export const getTagged = async <T>(path: string): Promise<Tagged<T>> => {
  const response = await send(path, {})
  return { value: (await response.json()) as T, etag: response.headers.get('etag') ?? '*' }
}

/** PATCH, PUT or POST JSON, with `etag` only on what was read. Throws `ApiError`: 412 when it was changed since. */
export const change = <T>(method: 'PATCH' | 'PUT' | 'POST', path: string, body: object, etag?: string): Promise<T> =>
  request<T>(path, {
    method,
    headers: { 'content-type': 'application/json', ...(etag !== undefined && { 'if-match': etag }) },
    body: JSON.stringify(body),
  })

/** A file in a form as a POST; the answer as JSON. Throws `ApiError`. */
export const postFile = <T>(path: string, file: File): Promise<T> => {
  const form = new FormData()
  form.set('file', file)
  return request<T>(path, { method: 'POST', body: form })
}

/** DELETE; goes through also when the page is being left. Throws `ApiError`. */
export const remove = (path: string): Promise<void> => request<void>(path, { method: 'DELETE', keepalive: true })

/** `path` with the query parameters that have a value. */
export const withQuery = (path: string, query: Record<string, string | null | undefined>): string => {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

/** The sentence to show for whatever was thrown. */
export const sentenceFor = (error: unknown): string =>
  error instanceof ApiError ? error.message : 'Something in this page failed. Reload it to go on.'

/** The same, naming the first input that was refused: “Name must not be empty”. */
export const reasonFor = (error: unknown): string => {
  const first = error instanceof ApiError ? error.errors[0] : undefined
  if (!first) return sentenceFor(error)
  const name = (first.field.split('.').at(-1) ?? first.field).replaceAll('_', ' ')
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${first.message}.`
}

const request = async <T>(path: string, init: RequestInit): Promise<T> => {
  const response = await send(path, init)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** The answer to a request in the user's session, whatever it holds. Throws `ApiError` when there is none or a refusal. */
export const send = async (path: string, init: RequestInit): Promise<Response> => {
  const response = await reach(path, init)
  if (response.status === 401 && path !== '/auth/login' && (await sessionLost(hadSession))) return send(path, init)
  if (!response.ok) {
    const error = await refusal(response)
    // Nothing else answers who has to set up a second factor first.
    if (error.errors.some(({ field }) => field === 'second_factor')) leadTo('/account')
    throw error
  }
  hadSession = true
  return response
}

const leadTo = (page: string) => {
  if (!window.location.pathname.startsWith(BASE + page)) window.location.replace(BASE + page)
}

const reach = async (path: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin' })
  } catch (cause) {
    throw new ApiError(0, 'The server cannot be reached. Check the connection and try again.', [], { cause })
  }
}

const refusal = async (response: Response): Promise<ApiError> => {
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false
  const problem = isProblem ? ((await response.json()) as Problem) : undefined
  const message = problem?.detail ?? problem?.title ?? `The server answered ${response.status}. Try again in a moment.`
  return new ApiError(response.status, message, problem?.errors)
}
