import * as v from 'valibot'
import { AppError } from '../errors.ts'
import { observedFetch } from '../telemetry/observed-fetch.ts'
import { createThrottle } from './throttle.ts'

/** The Admin API version that every request names; its schema is what the stand-in of the tests checks them against. */
export const SHOPIFY_VERSION = '2026-10'

/** An app of the Dev Dashboard, whose tokens last a day and are fetched anew, or a token that lasts until it is revoked. */
export type ShopifyShopKey = { domain: string } & (
  | { client_id: string; client_secret: string }
  | { access_token: string }
)

/** The Admin GraphQL API of one shop. */
export type ShopifyAdmin = {
  /**
   * Sends one document, and waits first until the shop has the points that it costs. Throws AppError `unavailable` when the shop does not
   * answer or is too busy, so that it may have been done or not; `conflict` (ShopRefusal) when it refused: nothing was done.
   */
  ask: <T>(document: string, variables: Record<string, unknown>, answer: v.GenericSchema<unknown, T>) => Promise<T>
}

/** The shop refused a request as such: nothing was done. `reason` is Shopify's code, such as MAX_COST_EXCEEDED. */
export class ShopRefusal extends AppError {
  override name = 'ShopRefusal'
  constructor(
    readonly reason: string | undefined,
    message: string,
  ) {
    super('conflict', message)
  }
}

const Token = v.object({ access_token: v.string(), expires_in: v.number() })
const Failure = v.object({
  errors: v.union([
    v.string(),
    v.array(v.object({ message: v.string(), extensions: v.optional(v.looseObject({ code: v.optional(v.string()) })) })),
  ]),
})
const Answered = v.object({ data: v.unknown() })

/** What a document is called. */
const NAME = /^\s*(?:query|mutation)\s+(\w+)/

const TRIES = 3
const TIMEOUT = 20_000
/** Milliseconds that a request waits in all for points, before it says that the shop is too busy. */
const PATIENCE = 30_000
/** Milliseconds before a read is tried again that the shop had no answer to. */
const BREAK = 300

/**
 * Speaks to shops. Tokens of apps come from the client-credentials grant, last 24 hours and are renewed five minutes before; they are kept
 * in memory only.
 * @param root where requests go instead of the shop's own domain, which then stands as the first part of the path
 */
export function createShopify({ root, now }: { root?: string | undefined; now: () => Date }) {
  const tokens = new Map<string, { token: string; until: number }>()
  const throttle = createThrottle(now)
  const address = (domain: string) => (root ? `${root}/${domain}` : `https://${domain}`)

  async function send(domain: string, path: string, endpoint: string, init: RequestInit): Promise<Response> {
    try {
      const asked = { service: 'shopify', endpoint, account: domain }
      return await observedFetch(asked, address(domain) + path, { ...init, signal: AbortSignal.timeout(TIMEOUT) })
    } catch (cause) {
      throw notAnswered(domain, cause)
    }
  }

  async function tokenOf(shop: ShopifyShopKey): Promise<string> {
    if ('access_token' in shop) return shop.access_token
    const { domain, client_id, client_secret } = shop
    const known = tokens.get(nameOf(shop))
    if (known && known.until > now().getTime()) return known.token
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
    const response = await send(domain, '/admin/oauth/access_token', 'access_token', { method: 'POST', body })
    if (response.status >= 500 || response.status === 429) throw notAnswered(domain)
    if (!response.ok)
      throw new ShopRefusal(
        'CREDENTIALS',
        `Shopify refused the credentials of ${domain} (HTTP ${response.status}). Connect the store again.`,
      )
    const { access_token, expires_in } = readAs(Token, await jsonOf(response, domain))
    tokens.set(nameOf(shop), { token: access_token, until: now().getTime() + (expires_in - 300) * 1_000 })
    return access_token
  }

  const post = async (shop: ShopifyShopKey, query: string, variables: Record<string, unknown>) =>
    send(shop.domain, `/admin/api/${SHOPIFY_VERSION}/graphql.json`, NAME.exec(query)?.[1] ?? 'graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-shopify-access-token': await tokenOf(shop) },
      body: JSON.stringify({ query, variables }),
    })

  return (shop: ShopifyShopKey): ShopifyAdmin => ({
    async ask(query, variables, schema) {
      const { domain } = shop
      const onlyReads = /^\s*(query\b|\{)/.test(query)
      let waited = 0
      const wait = async (milliseconds: number) => {
        waited += milliseconds
        if (waited > PATIENCE) throw notAnswered(domain)
        await Bun.sleep(milliseconds)
      }
      await wait(throttle.take(domain, query))
      for (let tried = 1; ; tried++) {
        const response = await post(shop, query, variables)
        const { status } = response
        if (status === 401 && 'client_id' in shop) {
          tokens.delete(nameOf(shop))
          if (tried < 2) continue
        }
        if (status === 401 || status === 403 || status === 404)
          throw new ShopRefusal('ACCESS', `Shopify refused ${domain} (HTTP ${status}). Connect the store again.`)
        if (status === 429 || status >= 500) {
          if (tried >= TRIES || (status !== 429 && !onlyReads)) throw notAnswered(domain)
          await wait(status === 429 ? Number(response.headers.get('retry-after') ?? 1) * 1_000 : BREAK * tried)
          continue
        }
        const answer = await jsonOf(response, domain)
        const needed = throttle.learn(domain, query, answer)
        const failure = v.safeParse(Failure, answer)
        if (!failure.success) return readAs(schema, readAs(Answered, answer).data)
        const { errors } = failure.output
        const code =
          typeof errors === 'string' ? undefined : errors.find(({ extensions }) => extensions?.code)?.extensions?.code
        if (code !== 'THROTTLED') throw refusal(code, errors)
        await wait(Math.max(needed, 50))
      }
    },
  })
}
export type Shopify = ReturnType<typeof createShopify>

function refusal(code: string | undefined, errors: v.InferOutput<typeof Failure>['errors']) {
  const said = typeof errors === 'string' ? errors : errors.map(({ message }) => message).join('; ')
  if (code === 'ACCESS_DENIED') return new ShopRefusal(code, `The app may not do this in Shopify: ${said}`)
  return new ShopRefusal(code, `Shopify refused the request: ${said}`)
}

/** @throws ShopRefusal when the answer is not what the schema of this version says */
function readAs<T>(schema: v.GenericSchema<unknown, T>, data: unknown): T {
  const read = v.safeParse(schema, data)
  if (read.success) return read.output
  const [issue] = read.issues
  throw new ShopRefusal(
    'SCHEMA',
    `Shopify answered something else than its API ${SHOPIFY_VERSION} says, at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`,
  )
}

/** Which credentials a token was fetched with. */
const nameOf = ({ domain, client_id, client_secret }: { domain: string; client_id: string; client_secret: string }) =>
  `${domain} ${client_id} ${client_secret}`

const notAnswered = (domain: string, cause?: unknown) =>
  new AppError('unavailable', `${domain} does not answer right now. Try again in a moment.`, { cause, retryAfter: 30 })

/** What is no JSON, or breaks off, comes from something in between: it may have been done or not. */
const jsonOf = (response: Response, domain: string): Promise<unknown> =>
  response.json().catch((cause: unknown) => {
    throw notAnswered(domain, cause)
  })
