import { Elysia } from 'elysia'
import * as v from 'valibot'
import {
  ActionType,
  AdAccount,
  Attribution,
  changeAdAccount,
  createAdAccount,
  findAdAccount,
  keepAccountFacts,
  listAdAccounts,
  lockAdAccount,
  moveAccountSync,
  removeAccountSync,
  removeAdAccount,
} from '../../sql/ad-accounts.ts'
import type { Sql } from '../../sql/connect.ts'
import { knownCurrencies } from '../../sql/fx-rates.ts'
import { jsonRows } from '../../sql/query.ts'
import { findSecret, removeSecret, setSecret } from '../../sql/secrets.ts'
import { findStore } from '../../sql/stores.ts'
import { keepSync, runSyncNow } from '../../sql/sync-state.ts'
import { Id } from '../../sql/units.ts'
import { storeScope } from '../access.ts'
import { audit } from '../audit.ts'
import { addDays, addMonths, Day, dayIn } from '../day.ts'
import { AppError } from '../errors.ts'
import type { Meta } from '../ingest/meta/graph.ts'
import { accountSecretName } from '../ingest/meta/sync-account.ts'
import { bookInsights } from '../ledger/book-insights.ts'
import type { Seal } from '../secrets.ts'
import { afterId, entity, listAnswer, listing, mustMatch, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

const Token = v.pipe(
  v.string(),
  v.regex(/^[\x21-\x7E]{10,1000}$/, 'must be 10 to 1000 printable ASCII characters without spaces'),
)
const NewAdAccount = v.strictObject({
  store: Slug,
  external_id: v.pipe(
    v.string(),
    v.regex(/^(act_)?\d{1,20}$/, 'must be the id of an ad account such as act_1234567890'),
    v.transform((id) => (id.startsWith('act_') ? id : `act_${id}`)),
  ),
  token: Token,
  action_type: v.optional(ActionType, 'omni_purchase'),
  attribution: v.optional(Attribution, 'default'),
  /** The first day to fetch. */
  since: v.optional(Day),
})
const ChangedAdAccount = v.strictObject({
  store: v.optional(Slug),
  token: v.optional(Token),
  action_type: v.optional(ActionType),
  attribution: v.optional(Attribution),
})
/** Days that are fetched of a new account unless it says since when; Meta keeps 37 months. */
const HISTORY = 90
const MONTHS_KEPT = 37

const syncOf = (account: string, store_id: number) => ({ connector: 'meta', account, store_id, resource: 'insights' })

/** Accounts of ad platforms, fetched by themselves. Only Meta has a connector; the others come as files and over /financials/ad-spend. */
export const adAccountRoutes = (deps: IdentityDeps & { seal: Seal; meta: Meta }) => {
  const { now, seal, meta } = deps
  const textOf = async (sql: Sql, id: number) => {
    const text = (await jsonRows(sql, findAdAccount, { id, now: now() })).slice(1, -1)
    if (text === '') throw new AppError('not_found', `There is no ad account ${id}.`)
    return text
  }
  const mustFind = async (sql: Sql, id: number) => {
    const account = await findAdAccount(sql, { id, now: now() })
    if (!account) throw new AppError('not_found', `There is no ad account ${id}.`)
    return account
  }
  /** The account as it was read by who wants to change it, taken until the end of the transaction. */
  const toChange = async (sql: Sql, id: number, request: Request) => {
    await lockAdAccount(sql, { id })
    if (request.headers.has('if-match')) mustMatch(request, await textOf(sql, id))
    return mustFind(sql, id)
  }
  const mustFindStore = async (sql: Sql, slug: string) => {
    const store = await findStore(sql, { slug })
    if (!store) throw new AppError('invalid', `There is no store "${slug}".`)
    return store
  }
  const factsOf = async (token: string, external_id: string) => {
    const facts = await meta({ token, account: external_id }).facts()
    // What its zone is called, our clock must know: "today" in it is asked for.
    if (!Intl.supportedValuesOf('timeZone').includes(facts.time_zone) && facts.time_zone !== 'UTC')
      throw new AppError('conflict', `The account ${external_id} is in the time zone ${facts.time_zone}, which is not known here.`) // prettier-ignore
    return facts
  }

  return new Elysia({ prefix: '/ad-accounts', tags: ['ads'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { store, limit, offset, cursor, count, format } }) =>
        db(async (sql) => {
          const store_id = store ? ((await storeScope(sql, store)).store_ids[0] ?? null) : null
          return listAnswer(
            sql,
            listAdAccounts,
            { store_id, limit, offset, after: afterId(cursor), now: now() },
            { db, format, count, name: 'ad-accounts' },
          )
        }),
      {
        needs: 'financials:read',
        query: v.object({ ...listing, store: v.optional(Slug) }),
        response: Page(AdAccount),
        detail: {
          summary: 'Connected ad accounts, newest first',
          description:
            'A platform cuts its days in the time zone of the account. They count as the store’s days of the same date: ' +
            '`hours_after_store` says by how much they differ.',
        },
      },
    )
    .get('/:id', ({ db, params: { id } }) => db(async (sql) => entity(await textOf(sql, id))), {
      needs: 'financials:read',
      params: IdParams,
      response: AdAccount,
      detail: { summary: 'A connected ad account; its token is never shown' },
    })
    .post(
      '',
      async ({ db, who, body: { store: slug, external_id, token, action_type, attribution, since } }) => {
        const facts = await factsOf(token, external_id)
        return db(async (sql) => {
          const store = await mustFindStore(sql, slug)
          if ((await knownCurrencies(sql, { codes: [facts.currency] })).length === 0)
            throw new AppError('conflict', `The account is in ${facts.currency}, which is not a currency here.`)
          const today = dayIn(facts.time_zone, now())
          const from = since ?? addDays(today, 1 - HISTORY)
          if (from > today || from <= addMonths(today, -MONTHS_KEPT))
            throw new AppError('invalid', `The first day ${from} (since) must lie within the 37 months until ${today}.`)
          const made = await createAdAccount(sql, { store_id: store.id, external_id, ...facts, action_type, attribution, now: now() }) // prettier-ignore
          if (!made) throw new AppError('conflict', `The account ${external_id} is connected already.`)
          const { id } = made
          const { user_id, email } = who
          const name = accountSecretName(id)
          await setSecret(sql, { name, sealed: seal.seal(name, token), user_id, email, now: now() })
          const y = await keepSync(sql, { ...syncOf(external_id, store.id), every_minutes: 60, next_run_at: null })
          await runSyncNow(sql, { id: y.id, from, to: today })
          await audit(sql, who, {
            action: 'ad_account.connected',
            subject: `ad account ${id}`,
            new_value: { store: slug, external_id, ...facts, action_type, attribution, since: from },
          })
          return entity(await textOf(sql, id), 201)
        })
      },
      {
        needs: 'admin',
        body: NewAdAccount,
        response: { 201: AdAccount },
        detail: {
          summary: 'Connect an ad account at Meta to a store: its spend is fetched from now on, and back to `since`',
          description:
            'The token, of a system user with the permission ads_read, is tried at once and kept sealed. `since` is 90 days ' +
            'ago unless given, 37 months at most. `action_type` is the one kind of purchase that is counted.',
        },
      },
    )
    .patch(
      '/:id',
      async ({ db, read, who, request, params: { id }, body: { store: slug, token, ...counted } }) => {
        const known = token ? await read((sql) => mustFind(sql, id)) : undefined
        const facts = token && known ? await factsOf(token, known.external_id) : undefined
        return db(async (sql) => {
          const before = await toChange(sql, id, request)
          const store = await mustFindStore(sql, slug ?? before.store)
          if (facts && facts.currency !== before.currency)
            throw new AppError(
              'conflict',
              `The account is in ${facts.currency} now. Disconnect it and connect it again.`,
            )
          const { action_type = before.action_type, attribution = before.attribution } = counted
          const { campaigns } = await changeAdAccount(sql, { id, store_id: store.id, action_type, attribution })
          if (facts && token) {
            const name = accountSecretName(id)
            const { user_id, email } = who
            await setSecret(sql, { name, sealed: seal.seal(name, token), user_id, email, now: now() })
            await keepAccountFacts(sql, { id, ...facts })
          }
          if (campaigns > 0) {
            const reason = `${before.name} counts for ${store.slug} instead of ${before.store}`
            mustBeBooked(await bookInsights(sql, { account_id: id, reason }))
          }
          const moved = await moveAccountSync(sql, { account: before.external_id, store_id: store.id })
          if (moved) await runSyncNow(sql, { id: moved.id, from: null, to: null })
          const after = await mustFind(sql, id)
          await audit(sql, who, {
            action: 'ad_account.changed',
            subject: `ad account ${id}`,
            old_value: changeable(before),
            new_value: { ...changeable(after), ...(token && { token: 'set' }) },
          })
          return entity(await textOf(sql, id))
        })
      },
      {
        needs: 'admin',
        params: IdParams,
        body: ChangedAdAccount,
        response: AdAccount,
        detail: {
          summary: 'Change the store, token, kind of purchase or attribution window of an ad account',
          description:
            'Another store takes the spend of all campaigns along that nobody has mapped, as restatements. Another kind of ' +
            'purchase or window counts for the days that are fetched from now on: the last 30.',
        },
      },
    )
    .delete(
      '/:id',
      ({ db, who, request, params: { id } }) =>
        db(async (sql) => {
          const { external_id, store } = await toChange(sql, id, request)
          await removeAdAccount(sql, { id })
          await removeAccountSync(sql, { account: external_id })
          await removeSecret(sql, { name: accountSecretName(id) })
          await audit(sql, who, {
            action: 'ad_account.disconnected',
            subject: `ad account ${id}`,
            old_value: { external_id, store },
          })
          return { id, result: 'disconnected' as const }
        }),
      {
        needs: 'admin',
        params: IdParams,
        response: v.object({ id: Id, result: v.literal('disconnected') }),
        detail: { summary: 'Disconnect an ad account; the ad spend that came from it stays' },
      },
    )
    .post(
      '/:id/check',
      async ({ db, read, params: { id } }) => {
        const { external_id, sealed } = await read(async (sql) => {
          const account = await mustFind(sql, id)
          return { ...account, ...(await findSecret(sql, { name: accountSecretName(id) })) }
        })
        if (!sealed) throw new AppError('conflict', `The account ${external_id} has no token. Set one.`)
        const facts = await factsOf(seal.open(accountSecretName(id), sealed), external_id)
        return db(async (sql) => {
          await keepAccountFacts(sql, { ...facts, id, currency: (await mustFind(sql, id)).currency })
          return entity(await textOf(sql, id))
        })
      },
      {
        needs: 'admin',
        params: IdParams,
        response: AdAccount,
        detail: { summary: 'Try whether Meta takes the token of an ad account; what is wrong is said in words' },
      },
    )
}

const changeable = ({ store, action_type, attribution }: AdAccount) => ({ store, action_type, attribution })

/** @throws AppError `conflict` when something could not be booked where it belongs now */
export function mustBeBooked({ waiting, reason }: { waiting: number; reason: string | undefined }): void {
  if (waiting > 0) throw new AppError('conflict', `It cannot be booked there: ${reason?.replace(/^\w+: /, '')}.`)
}
