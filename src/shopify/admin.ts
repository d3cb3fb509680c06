import * as v from 'valibot'
import { AppError } from '../errors.ts'

/** The Admin API version that every request names; its schema is what the stand-in of the tests checks them against. */
export const SHOPIFY_VERSION = '2026-10'

export type ShopifyShopKey = { domain: string; client_id: string; client_secret: string }

/** The Admin GraphQL API of one shop. */
export type ShopifyAdmin = {
  /**
   * Sends one document. Throws AppError `unavailable` when the shop does not answer or is too busy, so that it may have been done or not;
   * `conflict` when it refused the request as such: nothing was done.
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

const TRIES = 3
const TIMEOUT = 20_000

/**
 * Speaks to shops. Tokens come from the client-credentials grant, last 24 hours and are renewed five minutes before; they are kept in
 * memory only.
 * @param root where requests go instead of the shop's own domain, which then stands as the first part of the path
 */
export function createShopify({ root, now }: { root?: string | undefined; now: () => Date }) {
  const tokens = new Map<string, { token: string; until: number }>()
  const address = (domain: string) => (root ? `${root}/${domain}` : `https://${domain}`)

  async function tokenOf({ domain, client_id, client_secret }: ShopifyShopKey): Promise<string> {
    const known = tokens.get(`${domain} ${client_id}`)
    if (known && known.until > now().getTime()) return known.token
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
    const response = await send(`${address(domain)}/admin/oauth/access_token`, { method: 'POST', body })
    if (!response.ok)
      throw new AppError(
        'conflict',
        `Shopify refused the credentials of ${domain} (HTTP ${response.status}). Connect the store again.`,
      )
    const { access_token, expires_in } = v.parse(Token, await response.json())
    tokens.set(`${domain} ${client_id}`, { token: access_token, until: now().getTime() + (expires_in - 300) * 1_000 })
    return access_token
  }

  return (shop: ShopifyShopKey): ShopifyAdmin => ({
    async ask(query, variables, schema) {
      for (let tried = 1; ; tried++) {
        const response = await send(`${address(shop.domain)}/admin/api/${SHOPIFY_VERSION}/graphql.json`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-shopify-access-token': await tokenOf(shop) },
          body: JSON.stringify({ query, variables }),
        })
        if (response.status === 401) {
          tokens.delete(`${shop.domain} ${shop.client_id}`)
          if (tried < 2) continue
        }
        if (response.status === 401 || response.status === 403 || response.status === 404)
          throw new AppError(
            'conflict',
            `Shopify refused ${shop.domain} (HTTP ${response.status}). Connect the store again.`,
          )
        if (response.status === 429 || response.status >= 500) {
          if (tried < TRIES && response.status === 429) {
            await Bun.sleep(Number(response.headers.get('retry-after') ?? 1) * 1_000)
            continue
          }
          throw notAnswered(shop.domain)
        }
        const answer: unknown = await response.json()
        const failure = v.safeParse(Failure, answer)
        if (!failure.success) return v.parse(schema, v.parse(Answered, answer).data)
        const { errors } = failure.output
        const throttled =
          typeof errors !== 'string' && errors.some(({ extensions }) => extensions?.code === 'THROTTLED')
        if (!throttled)
          throw new ShopRefusal(
            typeof errors === 'string' ? undefined : errors[0]?.extensions?.code,
            `Shopify refused the request: ${typeof errors === 'string' ? errors : errors.map(({ message }) => message).join('; ')}`,
          )
        if (tried >= TRIES) throw notAnswered(shop.domain)
        await Bun.sleep(1_000)
      }
    },
  })
}
export type Shopify = ReturnType<typeof createShopify>

const notAnswered = (domain: string, cause?: unknown) =>
  new AppError('unavailable', `${domain} does not answer right now. Try again in a moment.`, { cause, retryAfter: 30 })

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT) })
  } catch (cause) {
    throw notAnswered(new URL(url).host, cause)
  }
}
