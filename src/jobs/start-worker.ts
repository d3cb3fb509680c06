import { Api } from 'grammy'
import { startDueDigests } from '../../sql/alerts.ts'
import { seeing, type Pool } from '../../sql/connect.ts'
import { startDueDeliveries } from '../../sql/deliveries.ts'
import { settleSooner } from '../../sql/settled-days.ts'
import { keepSync, startDueSyncs } from '../../sql/sync-state.ts'
import { startDueTasks } from '../../sql/task-runs.ts'
import type { Desk } from '../agents/desk.ts'
import type { BackUp } from '../backup/back-up.ts'
import { createButtons } from '../bot/buttons.ts'
import type { Config } from '../config.ts'
import { createEcb } from '../ingest/fx/ecb-feed.ts'
import type { Meta } from '../ingest/meta/graph.ts'
import { reconcile } from '../ingest/shopify/reconcile/reconcile.ts'
import { sweepOrders, syncOrders } from '../ingest/shopify/sync-orders.ts'
import { syncProducts } from '../ingest/shopify/sync-products.ts'
import { syncWebhooks } from '../ingest/shopify/sync-webhooks.ts'
import type { Embeddings } from '../knowledge/embeddings.ts'
import type { Log } from '../log.ts'
import type { Seal } from '../secrets.ts'
import { keepComingIn } from '../shopify/connect-shop.ts'
import type { OpenShop } from '../shopify/open-shop.ts'
import { adsConnector } from './ads-connector.ts'
import { backUpJob } from './back-up.ts'
import { checkAlertsJob } from './check-alerts.ts'
import { embedChunksJob } from './embed-chunks.ts'
import { ratesConnector } from './rates-connector.ts'
import { readShopifyEventsJob } from './read-shopify-events.ts'
import { resumeActionsJob } from './resume-actions.ts'
import { runSyncJob } from './run-sync.ts'
import { runTaskJob } from './run-task.ts'
import { sendDeliveryJob } from './send-delivery.ts'
import { sendDigestJob } from './send-digest.ts'
import { settleDaysJob } from './settle-days.ts'
import { sweepJob } from './sweep.ts'
import { createWorker, type Worker } from './worker.ts'

type Deps = {
  config: Config
  sql: Pool
  now: () => Date
  log: Log
  report: (error: unknown) => void
  desk: Desk
  openShop: OpenShop
  seal: Seal
  meta: Meta
  embeddings: Embeddings
}

/** Starts the worker with every job that there is, once the syncs that it makes due are kept. */
export async function startWorker({ config, sql, now, ...deps }: Deps): Promise<Worker> {
  const { log, report, desk, openShop, seal, meta, embeddings } = deps
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = config
  const telegram = token ? new Api(token, { timeoutSeconds: 30, ...(apiRoot && { apiRoot }) }) : undefined
  const buttons = createButtons({ secret: config.JWT_SECRET, now })
  await keepSync(sql, { connector: 'ecb', store_id: null, account: '', resource: 'rates', every_minutes: 60, next_run_at: now() }) // prettier-ignore
  await seeing(sql, 'all', (tx) => keepComingIn(tx, { store_id: null, anew: false, now: now() }))
  const worker = createWorker({
    sql,
    now,
    log,
    databaseUrl: config.DATABASE_URL,
    jobs: [
      runTaskJob({ sql, now, desk }),
      sendDeliveryJob({ sql, now, telegram }),
      checkAlertsJob({ sql, now, buttons, report }),
      sendDigestJob({ sql, now, buttons }),
      runSyncJob({
        sql,
        now,
        connectors: {
          'ecb/rates': ratesConnector({ sql, now, ecb: createEcb({ root: config.ECB_API_ROOT }) }),
          'shopify/orders': syncOrders({ sql, now, openShop, report }),
          'shopify/orders-90-days': sweepOrders({ sql, now, openShop, report }),
          'shopify/reconciliation': reconcile({ sql, now, openShop }),
          'shopify/webhooks': syncWebhooks({ sql, now, openShop, publicUrl: config.PUBLIC_URL }),
          'shopify/products': syncProducts({ sql, now, openShop }),
          'meta/insights': adsConnector({ sql, now, seal, meta }),
        },
      }),
      readShopifyEventsJob({ sql, now, openShop, report }),
      resumeActionsJob({ sql, now, openShop, report }),
      embedChunksJob({ sql, embeddings }),
      sweepJob({ sql, now }),
      settleDaysJob({ sql, now }),
      backUpJob({ sql, log, to: backUpTo(config, now) }),
    ],
    due: [startDueTasks, startDueDigests, startDueDeliveries, startDueSyncs, settleSooner],
  })
  worker.start()
  return worker
}

const backUpTo = (config: Config, now: () => Date): BackUp | undefined =>
  config.BACKUP_DIR === undefined
    ? undefined
    : { folder: config.BACKUP_DIR, recipients: config.BACKUP_RECIPIENTS, release: config.RELEASE, now }
