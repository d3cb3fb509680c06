import { type AnyElysia, Elysia, type InternalRoute } from 'elysia'
import type { Sql } from '../../sql/connect.ts'
import type { OpenShop } from '../shopify/open-shop.ts'
import type { Desk } from '../agents/desk.ts'
import { AppError } from '../errors.ts'
import type { Embeddings } from '../knowledge/embeddings.ts'
import type { Meta } from '../ingest/meta/graph.ts'
import type { Seal } from '../secrets.ts'
import type { Shopify } from '../shopify/admin.ts'
import type { WorkerState } from '../jobs/worker.ts'
import { actionLimitRoutes, actionRoutes } from './actions.ts'
import { adAccountRoutes } from './ad-accounts.ts'
import { adReportRoutes } from './ad-report.ts'
import { adSpendRoutes } from './ad-spend.ts'
import { agentRoutes } from './agents.ts'
import { alertRoutes } from './alerts.ts'
import { apiTokenRoutes } from './api-tokens.ts'
import { auditLogRoutes } from './audit-log.ts'
import { authRoutes } from './auth.ts'
import { isStorable, jsonBodies } from './body.ts'
import { bridgeRoutes } from './bridge.ts'
import { lineOrderRoutes } from './line-orders.ts'
import { compression } from './compression.ts'
import { campaignRoutes } from './campaigns.ts'
import { cors } from './cors.ts'
import { feeRuleRoutes, shippingRuleRoutes } from './cost-rules.ts'
import { costTierRoutes } from './cost-tiers.ts'
import { chunkRoutes } from './chunks.ts'
import { conversationRoutes } from './conversations.ts'
import { dailyFinancialRoutes } from './daily-financials.ts'
import { dashboardFiles, dashboardProxy } from './dashboard.ts'
import { deadline } from './deadline.ts'
import { financialRoutes } from './financials.ts'
import { fixedCostRoutes } from './fixed-costs.ts'
import { fxRateRoutes } from './fx-rates.ts'
import { goalRoutes } from './goals.ts'
import { cookieName } from './identity.ts'
import { healthRoutes } from './health.ts'
import { createFreshness } from './freshness.ts'
import { jobRoutes } from './jobs.ts'
import { importRoutes } from './imports.ts'
import { keptAnswers } from './kept-answers.ts'
import { createKnownAskers } from './known-askers.ts'
import { createKnownScopes } from './known-scopes.ts'
import { mcpRoutes } from './mcp.ts'
import { docsRoutes } from './docs-page.ts'
import { openapiDocument, openapiRoute } from './openapi.ts'
import { missingCostRoutes } from './missing-costs.ts'
import { modelUsageRoutes } from './model-usage.ts'
import { memoryRoutes } from './memories.ts'
import { orderCostRoutes } from './order-costs.ts'
import { orderRoutes } from './orders.ts'
import { personalDataRoutes } from './personal-data.ts'
import { problems, type Refused } from './problems.ts'
import { rateLimit } from './rate-limit.ts'
import { productCostRoutes } from './product-costs.ts'
import { productReportRoutes } from './product-report.ts'
import { productTrendRoutes } from './product-trends.ts'
import { productPerformanceRoutes } from './product-performance.ts'
import { productRoutes } from './products.ts'
import { receiptRoutes } from './receipts.ts'
import { reportRoutes } from './reports.ts'
import { securityHeaders } from './security-headers.ts'
import { secondFactorRoutes } from './second-factor.ts'
import { sessionRoutes } from './sessions.ts'
import { settingsRoutes } from './settings.ts'
import { sourceRoutes } from './sources.ts'
import { storeComparisonRoutes } from './store-comparison.ts'
import { storeFreshnessRoutes } from './store-freshness.ts'
import { shopifyShopRoutes } from './shopify-shops.ts'
import { shopifyWebhookRoutes } from './shopify-webhook.ts'
import { storeRoutes } from './stores.ts'
import { telegramAccountRoutes } from './telegram-accounts.ts'
import { type PairingDeps, telegramPairingRoutes } from './telegram-pairings.ts'
import { type TelegramWebhook, telegramWebhookRoutes } from './telegram-webhook.ts'
import { reconciliationRoutes } from './reconciliation.ts'
import { syncRoutes } from './sync.ts'
import { taskRoutes } from './tasks.ts'
import { isObserving } from '../telemetry/observe.ts'
import { traced } from './traced.ts'
import { userRoutes } from './users.ts'
import { variantRoutes } from './variants.ts'
import { whatIfRoutes } from './what-if.ts'

/** Above this Bun itself refuses a body, before us and with an empty answer; we refuse it far earlier, with a readable one. */
const UNREADABLE_BODY = 1024 * 1024 * 1024

export type ApiDeps = {
  sql: Sql
  /** Asks whether what is remembered still holds, which must not wait behind long queries; the pool of all unless given. */
  checks?: Sql
  /** See `IdentityDeps`; the pool of all unless given. */
  figures?: { reports: Sql; lists: Sql }
  downloads?: Sql
  writes?: Sql
  now: () => Date
  desk: Desk
  embeddings: Embeddings
  report: (error: unknown, instance?: string) => void
  /** Told of everybody who was not let in. */
  refused: (what: Refused) => void
  jwtSecret: string
  jwtSecretPrevious?: string | undefined
  seal: Seal
  /** Asks a shop that is to be connected. */
  shopify: Shopify
  /** Opens the shop behind a store, where approved actions are carried out. */
  openShop: OpenShop
  /** Where shops reach us; without it they tell us of nothing. */
  publicUrl?: string | undefined
  /** Asks Meta about an ad account. */
  meta: Meta
  /** Cookies only over HTTPS. */
  secureCookie: boolean
  /** Origins whose pages may call the API from a browser. */
  corsOrigins: readonly string[]
  /** Of one token, or of one address without a token, over all processes. */
  requestsPerMinute: number
  /** Of answers that are kept. */
  keptAnswerBytes: number
  /** Seconds. */
  requestTimeout: number
  latestMigration: string
  /** Whether the process was told to end: then its connections close with their next answer. */
  leaving?: () => boolean
  /** Of the job worker in this process, if there is one. */
  workerState?: () => WorkerState
  /** The exported dashboard's folder, or the address of its development server; neither: no dashboard. */
  dashboard: { folder: string } | { origin: string } | undefined
  onPairingApproved?: PairingDeps['onApproved']
  telegramWebhook?: TelegramWebhook | undefined
}

/** The HTTP side: problems first, then what is common to all requests, then the routes. */
export async function createApp(given: ApiDeps) {
  const { now } = given
  const known = createKnownAskers({ freshness: createFreshness(given.checks ?? given.sql), now })
  const deps = { ...given, known, scopes: createKnownScopes() }
  const built: { router?: unknown; routes: InternalRoute[] } = { routes: [] }
  const document = openapiDocument(() => built.routes)
  const app = new Elysia({
    serve: { development: false, maxRequestBodySize: UNREADABLE_BODY },
  })
    .use(isObserving() ? traced() : new Elysia())
    .onRequest(({ set }) => {
      if (deps.leaving?.()) set.headers['connection'] = 'close'
    })
    .use(deadline(deps.requestTimeout))
    .use(problems({ report: deps.report, refused: deps.refused, methodsOf: (path) => methodsOf(built.router, path) }))
    .use(securityHeaders({ https: deps.secureCookie }))
    .use(cors(deps.corsOrigins))
    .use(rateLimit({ sql: deps.sql, perMinute: deps.requestsPerMinute, now: deps.now }))
    .use(keptAnswers({ known, now, sessionCookie: cookieName(deps.secureCookie), most: deps.keptAnswerBytes }))
    .use(compression())
    .use(jsonBodies())
    // TRICKY: with a Standard Schema on the query Elysia splits every value at commas, even encoded ones.
    .onTransform({ as: 'global' }, ({ query, request }) => {
      const { searchParams } = new URL(request.url)
      const values = query as Record<string, string | string[]>
      for (const key of Object.keys(values)) {
        const all = searchParams.getAll(key)
        if (!all.every(isStorable))
          throw new AppError('invalid', 'The query holds a character that cannot be stored: NUL.')
        values[key] = all.length > 1 ? all : (all[0] ?? '')
      }
    })
    .get('/', ({ redirect }) => redirect('/app'), { detail: { hide: true } })
  // Not one chain: its type would name every route, which is more than the compiler takes.
  const resources: AnyElysia[] = [
    openapiRoute(document),
    docsRoutes(document),
    healthRoutes(deps),
    authRoutes(deps),
    sessionRoutes(deps),
    secondFactorRoutes(deps),
    userRoutes(deps),
    personalDataRoutes(deps),
    apiTokenRoutes(deps),
    auditLogRoutes(deps),
    settingsRoutes(deps),
    jobRoutes(deps),
    storeRoutes(deps),
    shopifyShopRoutes(deps),
    reconciliationRoutes(deps),
    syncRoutes(deps),
    storeFreshnessRoutes(deps),
    productRoutes(deps),
    productCostRoutes(deps),
    costTierRoutes(deps),
    variantRoutes(deps),
    fixedCostRoutes(deps),
    feeRuleRoutes(deps),
    shippingRuleRoutes(deps),
    fxRateRoutes(deps),
    financialRoutes(deps),
    dailyFinancialRoutes(deps),
    adSpendRoutes(deps),
    adReportRoutes(deps),
    adAccountRoutes(deps),
    campaignRoutes(deps),
    productPerformanceRoutes(deps),
    orderRoutes(deps),
    orderCostRoutes(deps),
    bridgeRoutes(deps),
    lineOrderRoutes(deps),
    missingCostRoutes(deps),
    whatIfRoutes(deps),
    productReportRoutes(deps),
    productTrendRoutes(deps),
    storeComparisonRoutes(deps),
    reportRoutes(deps),
    goalRoutes(deps),
    actionRoutes(deps),
    actionLimitRoutes(deps),
    memoryRoutes(deps),
    importRoutes(deps),
    sourceRoutes(deps),
    chunkRoutes(deps),
    agentRoutes(deps),
    receiptRoutes(deps),
    taskRoutes(deps),
    alertRoutes(deps),
    modelUsageRoutes(deps),
    conversationRoutes(deps),
    mcpRoutes(deps),
    telegramPairingRoutes({ ...deps, ...(deps.onPairingApproved && { onApproved: deps.onPairingApproved }) }),
    telegramAccountRoutes(deps),
    telegramWebhookRoutes(deps),
    shopifyWebhookRoutes(deps),
  ]
  for (const routes of resources) app.use(routes)
  if (deps.dashboard) {
    app.use(
      'folder' in deps.dashboard ? await dashboardFiles(deps.dashboard.folder) : dashboardProxy(deps.dashboard.origin),
    )
  }
  built.router = app.router
  built.routes = app.routes
  return app
}
export type App = Awaited<ReturnType<typeof createApp>>

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The methods that a path answers: Elysia itself answers 404 to a wrong one. */
function methodsOf(given: unknown, path: string): string[] {
  const router = given as {
    static: Record<string, Record<string, unknown>>
    http: { find: (method: string, path: string) => unknown }
  }
  return [
    ...new Set([
      ...Object.keys(router.static[path] ?? {}),
      ...METHODS.filter((method) => router.http.find(method, path)),
    ]),
  ].filter((method) => METHODS.includes(method))
}
