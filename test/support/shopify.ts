import {
  buildClientSchema,
  type DocumentNode,
  execute,
  type GraphQLSchema,
  type IntrospectionQuery,
  NoDeprecatedCustomRule,
  parse,
  specifiedRules,
  validate,
  visit,
} from 'graphql'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const VERSION = '2026-10'
const DAY = 86_400

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

type Payment = { id: string; gateway: string; amount: bigint }
type Refund = { id: string; note: string | null; amount: bigint }
export type ShopOrder = {
  id: string
  name: string
  note: string | null
  currency: string
  presentment: string
  payments: Payment[]
  refunds: Refund[]
}
type Fault = 'unauthorized' | 'throttled' | 'too many' | 'broken' | 'answer lost' | 'refused'

const cents = (amount: string) => BigInt(Math.round(Number(amount) * 100))
const money = (amount: bigint) => `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`
const bag = (amount: bigint, currencyCode: string) => ({ shopMoney: { amount: money(amount), currencyCode } })

/**
 * Shops as strict loopback servers: tokens by the client-credentials grant, every document checked against Shopify's schema of the version
 * and run over the shop's own objects. A request that Shopify would refuse is refused and noted in `refused`.
 */
export function startShopify() {
  const shops = new Map<string, ReturnType<typeof newShop>>()
  const requests: { domain: string; operation: string; variables: Record<string, unknown> }[] = []
  const refused: string[] = []
  let made = 0

  function newShop(domain: string) {
    return {
      domain,
      client_id: `client-${domain}`,
      client_secret: `shpss_${crypto.randomUUID()}`,
      token: '',
      orders: [] as ShopOrder[],
      answers: new Map<string, { input: string; refund: Refund }>(),
      faults: [] as { operation: string; fault: Fault }[],
    }
  }
  type Shop = ReturnType<typeof newShop>

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const [, domain = '', ...path] = new URL(request.url).pathname.split('/')
      const shop = shops.get(domain)
      if (!shop) return new Response('Not Found', { status: 404 })
      if (request.method === 'POST' && path.join('/') === 'admin/oauth/access_token') return token(shop, request)
      if (request.method === 'POST' && path.join('/') === `admin/api/${VERSION}/graphql.json`)
        return graphql(shop, request)
      refused.push(`${request.method} ${path.join('/')}`)
      return new Response('Not Found', { status: 404 })
    },
  })

  async function token(shop: Shop, request: Request) {
    const body = new URLSearchParams(await request.text())
    const fine =
      request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') &&
      body.get('grant_type') === 'client_credentials' &&
      body.get('client_id') === shop.client_id &&
      body.get('client_secret') === shop.client_secret
    if (!fine) return Response.json({ error: 'application_cannot_be_found' }, { status: 400 })
    shop.token = `shpat_${crypto.randomUUID()}`
    return Response.json({ access_token: shop.token, scope: 'read_orders,write_orders', expires_in: DAY - 1 })
  }

  async function graphql(shop: Shop, request: Request) {
    const no = (message: string, extensions = {}) => {
      refused.push(message)
      return Response.json({ errors: [{ message, extensions }] })
    }
    const body = await request.text()
    const at = shop.faults.findIndex(({ operation }) => body.includes(operation))
    const fault = at < 0 ? undefined : shop.faults.splice(at, 1)[0]?.fault
    if (fault === 'unauthorized' || request.headers.get('x-shopify-access-token') !== shop.token)
      return Response.json(
        { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' },
        { status: 401 },
      )
    if (fault === 'throttled')
      return Response.json({ errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }] })
    if (fault === 'too many') return new Response('', { status: 429, headers: { 'retry-after': '0.01' } })
    if (fault === 'broken') return new Response('<html>', { status: 502 })
    if (request.headers.get('content-type') !== 'application/json') return new Response('', { status: 415 })
    const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, unknown> }
    const document = parse(query)
    const wrong = wrongWith(document)
    if (wrong.length) return no(wrong.join('; '))
    let operation = ''
    visit(document, {
      OperationDefinition: ({ name }) => void (operation = name?.value ?? ''),
    })
    requests.push({ domain: shop.domain, operation, variables })
    if (operation === 'RefundOrder' && !query.includes('@idempotent'))
      return no('The @idempotent directive is required.')
    const key = typeof variables['key'] === 'string' ? variables['key'] : ''
    const refuses = fault === 'refused'
    const answer = await execute({
      schema: shopifySchema(),
      document,
      rootValue: root(shop, key, refuses),
      variableValues: variables,
    })
    if (answer.errors) return no(answer.errors.map(({ message }) => message).join('; '))
    if (fault === 'answer lost') return new Response('<html>', { status: 504 })
    return Response.json({
      ...answer,
      extensions: { cost: { throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 1990, restoreRate: 100 } } },
    })
  }

  const root = (shop: Shop, key: string, refuses: boolean) => ({
    orders: ({ first, query }: { first: number; query: string }) => {
      const name = /^name:"(.*)"$/.exec(query)?.[1]?.replace(/\\(.)/g, '$1')
      if (name === undefined) throw new Error(`The stand-in does not know the search "${query}".`)
      return {
        nodes: shop.orders
          .filter((order) => order.name.slice(1) === name)
          .slice(0, first)
          .map(shown),
      }
    },
    refundCreate: ({
      input,
    }: {
      input: {
        orderId: string
        note: string
        transactions: { parentId: string; kind: string; gateway: string; amount: string }[]
      }
    }) => {
      const said = JSON.stringify(input)
      const before = shop.answers.get(key)
      if (before && before.input !== said) throw new Error('The idempotency key was used with other parameters.')
      if (before) return { refund: before.refund, userErrors: [] }
      const order = shop.orders.find(({ id }) => id === input.orderId)
      const asked = input.transactions.map((one) => ({
        one,
        payment: order?.payments.find(({ id }) => id === one.parentId),
      }))
      const amount = asked.reduce((sum, { one }) => sum + cents(one.amount), 0n)
      if (
        refuses ||
        !order ||
        asked.length === 0 ||
        asked.some(({ one, payment }) => !payment || one.kind !== 'REFUND' || one.gateway !== payment.gateway)
      )
        return { refund: null, userErrors: [{ field: ['transactions'], message: 'Transaction is invalid.' }] }
      if (amount > leftOf(order))
        return {
          refund: null,
          userErrors: [{ field: ['transactions'], message: 'Refund amount is higher than the remaining amount.' }],
        }
      const refund = { id: `gid://shopify/Refund/${++made}`, note: input.note, amount }
      order.refunds.push(refund)
      shop.answers.set(key, { input: said, refund })
      return { refund, userErrors: [] }
    },
    orderUpdate: ({ input: { id, note } }: { input: { id: string; note: string } }) => {
      const order = shop.orders.find((order) => order.id === id)
      if (refuses || !order) return { order: null, userErrors: [{ field: ['id'], message: 'Order does not exist.' }] }
      order.note = note
      return { order: shown(order), userErrors: [] }
    },
  })

  const leftOf = ({ payments, refunds }: ShopOrder) =>
    payments.reduce((sum, { amount }) => sum + amount, 0n) - refunds.reduce((sum, { amount }) => sum + amount, 0n)
  const shown = (order: ShopOrder) => ({
    id: order.id,
    name: order.name,
    note: order.note,
    currencyCode: order.currency,
    presentmentCurrencyCode: order.presentment,
    transactions: order.payments.map(({ id, gateway, amount }) => ({
      id,
      kind: 'SALE',
      status: 'SUCCESS',
      gateway,
      maximumRefundableV2: {
        amount: money(amount < leftOf(order) ? amount : leftOf(order)),
        currencyCode: order.currency,
      },
    })),
    refunds: order.refunds.map(({ id, note, amount }) => ({ id, note, totalRefundedSet: bag(amount, order.currency) })),
  })

  return {
    root: server.url.href.replace(/\/$/, ''),
    requests: requests as readonly (typeof requests)[number][],
    refused: refused as readonly string[],
    /** A shop with its credentials; `faults` are what the next requests of an operation meet, each once. */
    shop(domain: string) {
      const shop = newShop(domain)
      shops.set(domain, shop)
      return {
        ...shop,
        faults: shop.faults,
        orders: shop.orders,
        /** An order paid in one go. */
        order(
          number: string,
          amount: string,
          { currency = 'EUR', presentment = currency }: { currency?: string; presentment?: string } = {},
        ) {
          const id = `gid://shopify/Order/${++made}`
          const payments = [
            { id: `gid://shopify/OrderTransaction/${++made}`, gateway: 'shopify_payments', amount: cents(amount) },
          ]
          const order: ShopOrder = { id, name: `#${number}`, note: null, currency, presentment, payments, refunds: [] }
          shop.orders.push(order)
          return order
        },
      }
    },
    stop: () => server.stop(true),
  }
}
