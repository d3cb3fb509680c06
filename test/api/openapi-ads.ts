import { createAdAccount } from '../../sql/ad-accounts.ts'
import type { Sql } from '../../sql/connect.ts'
import { setSecret } from '../../sql/secrets.ts'
import type { Store } from '../../sql/stores.ts'
import { createMeta } from '../../src/ingest/meta/graph.ts'
import { accountSecretName, syncAdAccount } from '../../src/ingest/meta/sync-account.ts'
import { SEAL } from '../support/api.ts'
import { spends, startMeta } from '../support/meta.ts'

const TOKEN = 'EAAB-a-token-of-a-system-user'
const [CONNECTED, NEW] = ['act_1100110011', 'act_2200220022']

/** Two accounts at a stand-in for Meta. */
export function startAds() {
  const standIn = startMeta()
  const account = standIn.addAccount({ id: CONNECTED, name: 'Shop NL', token: TOKEN })
  spends(standIn.addCampaign(account, 'Spring'), '2026-04-12', 1_250, { purchases: 1, value: 4_000 })
  standIn.addAccount({ id: NEW, name: 'Shop US', token: TOKEN, currency: 'EUR' })
  return { meta: createMeta({ root: standIn.root }), stop: standIn.stop }
}

/** Connects the first of them to the store: account 1, with campaign 1. */
export async function connectAds(
  sql: Sql,
  { store, user_id, meta, now }: { store: Store; user_id: number; meta: ReturnType<typeof createMeta>; now: Date },
): Promise<void> {
  const account = { external_id: CONNECTED, name: 'Shop NL', currency: 'EUR', time_zone: 'Europe/Amsterdam' }
  const made = await createAdAccount(sql, { store_id: store.id, ...account, action_type: 'omni_purchase', attribution: 'default', now }) // prettier-ignore
  const name = accountSecretName(made!.id)
  await setSecret(sql, { name, sealed: SEAL.seal(name, TOKEN), user_id, email: 'ann@example.com', now })
  await syncAdAccount({ sql, now: () => now, seal: SEAL, meta }, { account_id: made!.id })
}

/** Calls of the routes about ads and exchange rates for test/api/openapi.test.ts, in the order of asking. */
export const adCalls: Record<string, [path: string, json?: object][]> = {
  'PUT /fx-rates/{currency}/{date}': [
    ['/fx-rates/USD/2026-04-10', { units_per_euro: 1.0843 }],
    ['/fx-rates/EUR/2026-04-10', { units_per_euro: 1 }],
  ],
  'GET /fx-rates': [['/fx-rates?currency=USD&limit=2'], ['/fx-rates?source=bank']],
  'GET /fx-rates/{currency}/{date}': [['/fx-rates/USD/2026-04-10'], ['/fx-rates/USD/2026-04-11']],
  'DELETE /fx-rates/{currency}/{date}': [['/fx-rates/USD/2026-04-10'], ['/fx-rates/USD/2026-04-10']],
  'GET /financials/channels': [
    ['/financials/channels?start=2026-04-01&end=2026-04-13&grain=week'],
    ['/financials/channels?grain=hour'],
  ],
  'GET /financials/ad-campaigns': [
    ['/financials/ad-campaigns?start=2026-04-01&end=2026-04-13&platform=meta'],
    ['/financials/ad-campaigns?platform=radio'],
  ],
  'GET /ad-accounts': [['/ad-accounts?store=nl'], ['/ad-accounts?limit=0']],
  'GET /ad-accounts/{id}': [['/ad-accounts/1'], ['/ad-accounts/999999']],
  'POST /ad-accounts': [
    ['/ad-accounts', { store: 'nl', external_id: NEW, token: TOKEN, since: '2026-01-01' }],
    ['/ad-accounts', { store: 'nl', external_id: NEW, token: TOKEN }],
    ['/ad-accounts', { store: 'nl', external_id: 'shop', token: TOKEN }],
  ],
  'POST /ad-accounts/{id}/check': [
    ['/ad-accounts/1/check', {}],
    ['/ad-accounts/999999/check', {}],
  ],
  'PATCH /ad-accounts/{id}': [
    ['/ad-accounts/1', { attribution: '7d_click' }],
    ['/ad-accounts/1', { attribution: '7d_view' }],
  ],
  'DELETE /ad-accounts/{id}': [['/ad-accounts/2'], ['/ad-accounts/999999']],
  'GET /campaigns': [['/campaigns?store=nl&mapped=false&start=2026-04-01&end=2026-04-13'], ['/campaigns?mapped=maybe']],
  'GET /campaigns/{id}': [['/campaigns/1'], ['/campaigns/999999']],
  'PATCH /campaigns/{id}': [
    ['/campaigns/1', { store: 'nl', product_id: 1 }],
    ['/campaigns/1', { store: 'none' }],
  ],
}
