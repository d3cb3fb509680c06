import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execute, parse, visit } from 'graphql'
import { orderMutations } from './shopify-actions.ts'
import { productMutations } from './shopify-stock.ts'
import { bulkErrors, newOperation, searched, writeBulk } from './shopify-bulk.ts'
import { costOf, MOST } from './shopify-cost.ts'
import { cents, newId, type NewOrder, placed, type ShopVariant } from './shopify-objects.ts'
import { queries, seen } from './shopify-queries.ts'
import { scopesMissing, shopifySchema, VERSION, wrongWith } from './shopify-schema.ts'
import { newShop, type Shop } from './shopify-shop.ts'
import { webhookRoots } from './shopify-webhooks.ts'

const DAY = 86_400

/**
 * Shops as strict loopback servers: tokens by the client-credentials grant or permanent ones, every document checked against Shopify's
 * schema of the version, what it costs taken out of a bucket, and run over the shop's own objects. A request that Shopify would refuse is
 * refused and noted in `refused`.
 */
export function startShopify() {
  const shops = new Map<string, Shop>()
  const requests: { domain: string; operation: string; variables: Record<string, unknown> }[] = []
  const refused: string[] = []
  const downloads: { from: number; cut: number | null }[] = []

  const folder = mkdtempSync(join(tmpdir(), 'shopify-bulk-'))
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
      if (request.method === 'GET' && path[0] === 'bulk') return bulkFile(shop, path[1] ?? '', request)
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
    return Response.json({ access_token: shop.token, scope: shop.scopes.join(), expires_in: DAY - 1 })
  }

  async function graphql(shop: Shop, request: Request) {
    const no = (message: string, extensions = {}) => {
      refused.push(message)
      return Response.json({ errors: [{ message, extensions }] })
    }
    const body = await request.text()
    const at = shop.faults.findIndex(({ operation }) => body.includes(operation))
    const fault = at < 0 ? undefined : shop.faults.splice(at, 1)[0]?.fault
    const given = request.headers.get('x-shopify-access-token')
    if (fault === 'unauthorized' || !given || ![shop.token, shop.permanent].includes(given))
      return Response.json(
        { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' },
        { status: 401 },
      )
    if (fault === 'too many') return new Response('', { status: 429, headers: { 'retry-after': '0.01' } })
    if (fault === 'broken') return new Response('<html>', { status: 502 })
    if (request.headers.get('content-type') !== 'application/json') return new Response('', { status: 415 })
    const { query, variables = {} } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> }
    const document = parse(query)
    const wrong = wrongWith(document)
    if (wrong.length) return no(wrong.join('; '))
    let operation = ''
    visit(document, {
      OperationDefinition: ({ name }) => void (operation = name?.value ?? ''),
    })
    const [denied] = scopesMissing(document, shop.scopes)
    if (denied)
      return Response.json({
        errors: [{
          message: `Access denied for ${denied.what}. Required access: \`${denied.needs.join('` or `')}\` access scope.`,
          extensions: { code: 'ACCESS_DENIED', documentation: 'https://shopify.dev/api/usage/access-scopes' },
        }],
      }) // prettier-ignore
    const requestedQueryCost = costOf(document, variables)
    const cost = (actualQueryCost: number | null = null) => ({
      cost: { requestedQueryCost, actualQueryCost, throttleStatus: shop.bucket.status() },
    })
    if (requestedQueryCost > MOST || fault === 'too costly')
      return Response.json({
        errors: [{
          message: `Query cost is ${requestedQueryCost}, which exceeds the single query max cost limit (${MOST}).`,
          extensions: { code: 'MAX_COST_EXCEEDED', cost: requestedQueryCost, maxCost: MOST },
        }],
      }) // prettier-ignore
    if (fault === 'throttled' || !shop.bucket.take(requestedQueryCost)) {
      shop.throttled++
      return Response.json({
        errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
        extensions: cost(),
      })
    }
    requests.push({ domain: shop.domain, operation, variables })
    if (/\b(refundCreate|inventorySetQuantities)\(/.test(query) && !query.includes('@idempotent'))
      return no('The @idempotent directive is required.')
    if (fault === 'silent before') return silence(shop)
    const key = typeof variables['key'] === 'string' ? variables['key'] : ''
    const answer = await execute({
      schema: shopifySchema(),
      document,
      rootValue: {
        ...queries(shop),
        ...bulk(shop),
        ...webhookRoots(shop),
        ...orderMutations(shop, { key, refuses: fault === 'refused' }),
        ...productMutations(shop, { key, refuses: fault === 'refused' }),
      },
      variableValues: variables,
    })
    if (answer.errors) return no(answer.errors.map(({ message }) => message).join('; '))
    if (fault === 'silent after') return silence(shop)
    if (fault === 'answer lost') return new Response('<html>', { status: 504 })
    const actual = Math.min(requestedQueryCost, objectsIn(answer.data))
    shop.bucket.giveBack(requestedQueryCost - actual)
    return Response.json({ ...answer, extensions: cost(actual) })
  }

  function silence(shop: Shop) {
    shop.silent++
    return new Promise<Response>(() => undefined)
  }

  async function bulkFile(shop: Shop, number: string, request: Request) {
    const operation = shop.operations.get(`gid://shopify/BulkOperation/${number}`)
    if (operation?.status !== 'COMPLETED') return new Response('', { status: 404 })
    const from = shop.ranges ? Number(/^bytes=(\d+)-$/.exec(request.headers.get('range') ?? '')?.[1] ?? 0) : 0
    const cut = shop.cuts.shift()
    const part = Bun.file(operation.path).slice(from, cut === undefined ? undefined : from + cut)
    downloads.push({ from, cut: cut ?? null })
    // Without its length, as a proxy passes it on: whoever reads it cannot tell that it was cut.
    // TRICKY: Bun cuts a file to the range of the request by itself, unless it cannot see that it is one.
    const body = part.stream().pipeThrough(new TransformStream())
    const { size } = Bun.file(operation.path)
    return new Response(
      body,
      from > 0 ? { status: 206, headers: { 'content-range': `bytes ${from}-${size - 1}/${size}` } } : {},
    )
  }

  const bulk = (shop: Shop) => ({
    bulkOperationRunQuery: ({ query }: { query: string }) => {
      const errors = bulkErrors(query)
      if ([...shop.operations.values()].filter(({ status }) => status === 'RUNNING').length >= 5)
        errors.push('A bulk query operation limit was reached.')
      if (errors.length > 0)
        return { bulkOperation: null, userErrors: errors.map((message) => ({ field: ['query'], message })) }
      const operation = newOperation(folder)
      shop.operations.set(operation.id, operation)
      const denied = scopesMissing(parse(query), shop.scopes).length > 0
      if (denied) Object.assign(operation, { status: 'FAILED', errorCode: 'ACCESS_DENIED' })
      if (denied) return { bulkOperation: operation, userErrors: [] }
      const search = /orders\(query: ("(?:[^"\\]|\\.)*")\)/.exec(query)?.[1]
      const found = searched(seen(shop), search ? (JSON.parse(search) as string) : '')
      writeBulk(operation, found, query).catch(() =>
        Object.assign(operation, { status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR' }),
      )
      return { bulkOperation: operation, userErrors: [] }
    },
    bulkOperation: ({ id }: { id: string }) => {
      const operation = shop.operations.get(id)
      if (!operation) return null
      const { asked } = operation
      operation.asked = true
      if (!asked && operation.status === 'COMPLETED') return { ...operation, status: 'RUNNING', url: null }
      const url = `${server.url.href}${shop.domain}/bulk/${id.split('/').at(-1)}`
      return { ...operation, url: operation.status === 'COMPLETED' && operation.objectCount > 0 ? url : null }
    },
  })

  return {
    root: server.url.href.replace(/\/$/, ''),
    requests: requests as readonly (typeof requests)[number][],
    refused: refused as readonly string[],
    /** What was read of bulk files: from which byte on, and after how many it broke off. */
    downloads: downloads as readonly (typeof downloads)[number][],
    /** A shop with its credentials; `faults` are what the next requests of an operation meet, each once. */
    shop(domain: string) {
      const shop = newShop(domain)
      shops.set(domain, shop)
      return Object.assign(shop, {
        /** Somebody buys. The order is an object of the shop: change it with refund, edit and cancel of shopify-changes.ts, or by hand. */
        buys(number: string, order: NewOrder) {
          const made = placed(`#${number}`, order, shop.currency)
          shop.orders.push(made)
          return made
        },
        /** A SKU that is sold. Change it by hand. */
        sells(variant: Partial<ShopVariant>) {
          const made = {
            id: newId('ProductVariant'),
            product: newId('Product'),
            item: newId('InventoryItem'),
            sku: null,
            name: variant.sku ?? 'Thing',
            price: '10.00',
            cost: null,
            grams: 0,
            tracked: true,
            stock: new Map<string, number>(),
            ...variant,
          }
          shop.variants.push(made)
          return made
        },
        /** A place where goods are kept. */
        keepsIn(name: string) {
          const id = newId('Location')
          shop.places.set(id, name)
          return id
        },
        /** An order of one thing, paid in one go. */
        order(
          number: string,
          amount: string,
          { currency = 'EUR', presentment = currency }: { currency?: string; presentment?: string } = {},
        ) {
          const order = placed(`#${number}`, { at: '2026-04-01T10:00:00Z', lines: [{ price: amount }] }, currency)
          Object.assign(order, { presentment })
          order.payments = [{ ...order.payments[0]!, id: newId('OrderTransaction'), amount: cents(amount) }]
          shop.orders.push(order)
          return order
        },
      })
    },
    stop: async () => {
      await server.stop(true)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Points that an answer cost: one for each object in it. */
const objectsIn = (data: unknown): number =>
  data !== null && typeof data === 'object'
    ? (Array.isArray(data) ? 0 : 1) + Object.values(data).reduce((sum: number, one) => sum + objectsIn(one), 0)
    : 0
