import { afterAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { createAdAccount } from '../../sql/ad-accounts.ts'
import { mapAdCampaign } from '../../sql/ad-campaigns.ts'
import { removeManualRate, setManualRate } from '../../sql/fx-rates.ts'
import { setSecret } from '../../sql/secrets.ts'
import { saveEcbRates } from '../../src/ingest/fx/ecb.ts'
import { createMeta } from '../../src/ingest/meta/graph.ts'
import { accountSecretName, syncAdAccount } from '../../src/ingest/meta/sync-account.ts'
import { bookInsights } from '../../src/ledger/book-insights.ts'
import { rebookAtRates } from '../../src/ledger/rebook-at-rates.ts'
import { appPool, SEAL } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { aProduct, aStore } from '../support/factories.ts'
import { spends, startMeta } from '../support/meta.ts'

const database = await testDatabase()
const { sql: owner } = database
const sql = appPool(database.appUrl)
const meta = startMeta()
afterAll(() => meta.stop())
const client = createMeta({ root: meta.root, pause: async () => {} })
const now = () => new Date('2026-04-13T10:00:00Z')
const [person] = await owner<{ id: number }[]>`
  insert into users (email, role, password_hash) values ('ann@example.com', 'owner', 'x') returning id`

const DAYS = ['2026-04-08', '2026-04-09', '2026-04-10', '2026-04-11']
const ECB: Record<string, bigint> = { USD: 10_843n, GBP: 8_571n } // units per euro, in ten-thousandths
await saveEcbRates(owner, [
  { currency: 'USD', day: '2026-04-08', units_per_euro: '1.0843' },
  { currency: 'GBP', day: '2026-04-08', units_per_euro: '0.8571' },
])

const campaign = fc.nat(2)
const day = fc.constantFrom(...DAYS)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('spend' as const), campaign, day, minor: fc.nat(200_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('vanish' as const), campaign, day }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('map' as const), campaign, store: fc.nat(1), product: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rate' as const), day, rate: fc.integer({ min: 5_000, max: 20_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('no rate' as const), day }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('sync' as const) }) },
) // prettier-ignore

/** Halves away from zero, as Postgres rounds. */
const rounded = (dividend: bigint, divisor: bigint) => (2n * dividend + divisor) / (2n * divisor)

let rounds = 0
let steps = 0
let entries = 0
test('after any history of restated days, mappings and manual rates the ledger is what the platform says, to the cent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (history) => {
      rounds += 1
      steps += history.length
      await owner`delete from fx_rates where source = 'manual'`
      const stores = [await aStore(owner), await aStore(owner, { currency: 'GBP' })]
      const product = await aProduct(owner, stores[0]!)
      const account = meta.addAccount({ currency: 'USD' })
      const campaigns = ['One', 'Two', 'Three'].map((name) => meta.addCampaign(account, name))
      for (const one of campaigns) spends(one, DAYS[0]!, 100)
      const { id: external_id, name, currency, timezone_name: time_zone } = account
      const made = await createAdAccount(owner, { store_id: stores[0]!.id, external_id, name, currency, time_zone, action_type: 'omni_purchase', attribution: 'default', now: now() }) // prettier-ignore
      const account_id = made!.id
      const secret = accountSecretName(account_id)
      await setSecret(owner, { name: secret, sealed: SEAL.seal(secret, account.token), user_id: person!.id, email: 'ann@example.com', now: now() }) // prettier-ignore
      const sync = () =>
        syncAdAccount({ sql, now, seal: SEAL, meta: client }, { account_id, from: '2026-04-01', to: '2026-04-13' })
      await sync()
      const ids = (
        await owner<{ id: number }[]>`select id from ad_campaigns where account_id = ${account_id} order by external_id`
      ).map(({ id }) => id)

      const places = campaigns.map(() => ({ store: 0, product: null as number | null }))
      const manual = new Map<string, bigint>()
      for (const one of history) {
        if (one.do === 'spend') spends(campaigns[one.campaign]!, one.day, one.minor)
        if (one.do === 'vanish') spends(campaigns[one.campaign]!, one.day, 0)
        if (one.do === 'sync') await sync()
        if (one.do === 'map') {
          const place = { store: one.store, product: one.product ? product : null }
          places[one.campaign] = place
          const id = ids[one.campaign]!
          await mapAdCampaign(owner, { id, store_id: stores[place.store]!.id, product_id: place.product, mapped_at: now() }) // prettier-ignore
          await bookInsights(owner, { account_id, campaign_id: id, reason: 'mapped' })
        }
        if (one.do === 'rate' || one.do === 'no rate') {
          if (one.do === 'rate') {
            const text = `${Math.floor(one.rate / 10_000)}.${String(one.rate % 10_000).padStart(4, '0')}`
            await setManualRate(owner, { currency: 'USD', day: one.day, units_per_euro: text })
            manual.set(one.day, BigInt(one.rate))
          } else {
            await removeManualRate(owner, { currency: 'USD', day: one.day })
            manual.delete(one.day)
          }
          await rebookAtRates(owner, { rates: [{ currency: 'USD', from: one.day, to: one.day }], reason: 'rate' })
        }
      }
      await sync()

      const wanted = new Map<string, bigint>()
      for (const [at, { ads }] of campaigns.entries())
        for (const [on, { spend }] of ads[0]!.days) {
          const place = places[at]!
          const dollar = manual.get(DAYS.findLast((known) => known <= on && manual.has(known)) ?? '') ?? ECB['USD']!
          const pounds = place.store === 1
          const booked = rounded(BigInt(spend) * (pounds ? ECB['GBP']! : 10_000n), dollar)
          const key = `${stores[place.store]!.id} ${on} ${place.product}`
          if (booked !== 0n) wanted.set(key, (wanted.get(key) ?? 0n) + booked)
        }
      const told = await owner<{ key: string; minor: string; entries: number }[]>`
        select concat_ws(' ', store_id, business_day, coalesce(product_id::text, 'null')) as key, sum(amount_minor)::text as minor, count(*) as entries
        from ledger_entries
        where store_id in ${owner(stores.map(({ id }) => id))}
        group by store_id, business_day, product_id`
      entries += told.reduce((sum, row) => sum + row.entries, 0)
      const got = told.flatMap(({ key, minor }): [string, bigint][] => (minor === '0' ? [] : [[key, BigInt(minor)]]))
      expect(Object.fromEntries(got)).toEqual(Object.fromEntries(wanted))
      const [rollup] = await owner<{ minor: string }[]>`
        select coalesce(sum(ad_spend_minor), 0)::text as minor from daily_financials
        where store_id in ${owner(stores.map(({ id }) => id))}`
      expect(BigInt(rollup!.minor)).toBe([...wanted.values()].reduce((sum, minor) => sum + minor, 0n))
    }),
    { numRuns: 30 },
  )
  console.log(`${rounds} histories of ad spend, ${steps} steps, ${entries} entries`)
}, 300_000)
