import Anthropic, { APIError } from '@anthropic-ai/sdk'
import { Api, GrammyError } from 'grammy'
import { findSecret } from '../../sql/secrets.ts'
import { listAdAccounts } from '../../sql/ad-accounts.ts'
import { type Pool, seeing } from '../../sql/connect.ts'
import { findShopifyShop } from '../../sql/shopify-shops.ts'
import { listStores } from '../../sql/stores.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { createEcb } from '../ingest/fx/ecb-feed.ts'
import { createMeta } from '../ingest/meta/graph.ts'
import { accountSecretName } from '../ingest/meta/sync-account.ts'
import { addWebhooks, missingWebhooks } from '../ingest/shopify/sync-webhooks.ts'
import { createEmbeddings } from '../knowledge/embeddings.ts'
import { createSeal, readSecret, type Seal } from '../secrets.ts'
import { createShopify, type ShopifyShopKey } from '../shopify/admin.ts'
import { checkShop } from '../shopify/connect-shop.ts'
import { shopSecretName } from '../shopify/open-shop.ts'
import { type Finding, inTime, type Look } from './finding.ts'

type Found = Omit<Finding, 'part'>
const ok = (said: string): Found => ({ state: 'ok', said })
const skipped = (said: string): Found => ({ state: 'skipped', said })

type Deps = { config: Config; sql: Pool; now: () => Date }

/** The services outside, each asked with one harmless call; those that are not configured are skipped. */
export function serviceLooks(deps: Deps): Look[] {
  const { config, sql } = deps
  const seal = createSeal({ key: config.ENCRYPTION_KEY, previous: config.ENCRYPTION_KEY_PREVIOUS })
  const keyOf = async (given: string | undefined, name: 'anthropic_api_key' | 'openai_api_key') =>
    given ?? (await readSecret(sql, seal, name))
  return [
    { part: 'Telegram', look: () => inTime('Telegram', telegram(config)) },
    {
      part: 'Claude',
      look: async () => inTime('Claude', claude(config, await keyOf(config.ANTHROPIC_API_KEY, 'anthropic_api_key'))),
    },
    {
      part: 'OpenAI',
      look: async () => {
        const key = await keyOf(config.OPENAI_API_KEY, 'openai_api_key')
        if (!key) return skipped('No key is set (OPENAI_API_KEY): knowledge is searched by words alone.')
        const asked = { model: config.EMBEDDING_MODEL, baseURL: config.OPENAI_BASE_URL, maxRetries: 1 }
        await inTime('OpenAI', createEmbeddings({ apiKey: async () => key, ...asked }).embed(['doctor']))
        return ok(`The key is taken, and ${config.EMBEDDING_MODEL} answers.`)
      },
    },
    { part: 'Shopify', look: () => shops(deps, seal) },
    { part: 'Meta', look: () => accounts(deps, seal) },
    {
      part: 'ECB',
      look: async () => {
        const rates = await inTime('The ECB', createEcb({ root: config.ECB_API_ROOT }).lastDay())
        return ok(`The rates of ${rates[0]?.day} came.`)
      },
    },
  ]
}

async function telegram(config: Config): Promise<Found[]> {
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot, PUBLIC_URL, TELEGRAM_WEBHOOK_SECRET } = config
  if (!token) return [skipped('No bot is configured (TELEGRAM_BOT_TOKEN).')]
  const api = new Api(token, { timeoutSeconds: 15, ...(apiRoot && { apiRoot }) })
  try {
    const { username } = await api.getMe()
    const { url, pending_update_count: pending, last_error_message: error } = await api.getWebhookInfo()
    const wanted = PUBLIC_URL && TELEGRAM_WEBHOOK_SECRET ? `${PUBLIC_URL}/webhooks/telegram` : ''
    const advice = 'Start the service again: it sets this at its start.'
    return [
      ok(`The token is that of @${username}.`),
      url !== wanted
        ? { state: 'problem', said: wanted ? `Telegram does not send updates to ${wanted}.` : 'Telegram sends updates to a webhook, and this service fetches them.', advice } // prettier-ignore
        : ok(wanted ? `Updates come to ${wanted}.` : 'Updates are fetched.'),
      ...(wanted && error
        ? [{ state: 'warning' as const, said: `Telegram could not deliver to us lately: ${error}` }]
        : []),
      pending > 100
        ? { state: 'warning', said: `${pending} updates wait at Telegram.`, advice: 'Is a process with the role "bot" running?' } // prettier-ignore
        : ok(`${pending} updates wait at Telegram.`),
    ]
  } catch (error) {
    if (error instanceof GrammyError && error.error_code === 401)
      return [{ state: 'problem', said: 'Telegram refused the token.', advice: 'Set TELEGRAM_BOT_TOKEN from @BotFather.' }] // prettier-ignore
    throw new AppError('unavailable', 'Telegram does not answer.', { cause: error })
  }
}

async function claude(config: Config, apiKey: string | undefined): Promise<Found[]> {
  if (!apiKey) return [skipped('No key is set (ANTHROPIC_API_KEY): commands work, questions in words do not.')]
  const baseURL = config.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com'
  const client = new Anthropic({ apiKey, authToken: null, baseURL, timeout: 15_000, maxRetries: 1 })
  const models = [config.ALFRED_MODEL, config.ROOS_MODEL, config.ELISA_MODEL, config.ROUTER_MODEL].flat()
  const found: Found[] = []
  for (const model of new Set(models)) {
    try {
      await client.messages.countTokens({ model, messages: [{ role: 'user', content: 'doctor' }] })
      found.push(ok(`${model} is there for our key.`))
    } catch (error) {
      const status = error instanceof APIError ? error.status : undefined
      if (status === 401 || status === 403)
        return [{ state: 'problem', said: 'Claude refused the key.', advice: 'Set ANTHROPIC_API_KEY.' }]
      if (status === 404)
        found.push({ state: 'problem', said: `There is no model ${model}.`, advice: 'See ALFRED_MODEL and its like.' })
      else throw new AppError('unavailable', 'Claude does not answer.', { cause: error })
    }
  }
  return found
}

async function shops({ config, sql, now }: Deps, seal: Seal): Promise<Found[]> {
  const shopify = createShopify({ root: config.SHOPIFY_API_ROOT, now })
  const stores = await seeing(sql, 'all', (tx) => listStores(tx, {}))
  const found: Found[] = []
  for (const store of stores) {
    const [shop, secret] = await seeing(sql, 'all', (tx) =>
      Promise.all([findShopifyShop(tx, { store_id: store.id }), findSecret(tx, { name: shopSecretName(store.id) })]),
    )
    if (!shop) continue
    const { domain, client_id } = shop
    try {
      if (!secret) throw new AppError('conflict', 'its secret is gone: connect it again.')
      const opened = seal.open(shopSecretName(store.id), secret.sealed)
      const key: ShopifyShopKey = client_id === null ? { domain, access_token: opened } : { domain, client_id, client_secret: opened } // prettier-ignore
      const { scopes, notes } = await inTime(domain, checkShop(shopify, store, key))
      found.push(ok(`${store.slug}: ${domain} takes our token, with ${scopes.length} scopes.`))
      for (const note of notes) found.push({ state: 'warning', said: `${store.slug}: ${note}` })
      found.push(await webhooks(config, store.slug, shopify(key)))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      found.push({ state: 'problem', said: `${store.slug}: ${error.message}` })
    }
  }
  return found.length > 0 ? found : [skipped('No store is connected to Shopify.')]
}

async function webhooks(
  { PUBLIC_URL }: Config,
  slug: string,
  admin: ReturnType<ReturnType<typeof createShopify>>,
): Promise<Found> {
  if (!PUBLIC_URL) return skipped(`${slug}: without PUBLIC_URL the shop cannot tell us of changes; they are fetched every 15 minutes.`) // prettier-ignore
  const missing = await missingWebhooks(admin, PUBLIC_URL)
  if (missing.length === 0) return ok(`${slug}: the shop tells us of every change.`)
  return {
    state: 'problem',
    said: `${slug}: the shop does not tell us of ${missing.join(', ')}.`,
    advice: 'It is asked to within the hour, or now with --fix.',
    fix: async () => {
      await addWebhooks(admin, PUBLIC_URL, missing)
      return `${slug}: ${missing.length} webhooks were set up again.`
    },
  }
}

async function accounts({ config, sql, now }: Deps, seal: Seal): Promise<Found[]> {
  const meta = createMeta({ root: config.META_API_ROOT })
  const all = { store_id: null, limit: 500, offset: 0, after: null, now: now() }
  const found: Found[] = []
  for (const { id, store, external_id, currency } of await seeing(sql, 'all', (tx) => listAdAccounts(tx, all))) {
    try {
      const name = accountSecretName(id)
      const secret = await seeing(sql, 'all', (tx) => findSecret(tx, { name }))
      if (!secret) throw new AppError('conflict', 'It has no token: set one.')
      const facts = await inTime('Meta', meta({ token: seal.open(name, secret.sealed), account: external_id }).facts())
      found.push(
        facts.currency === currency
          ? ok(`${store}: ${external_id} takes our token.`)
          : { state: 'problem', said: `${store}: ${external_id} is in ${facts.currency} now and was in ${currency}.`, advice: 'Connect it again.' }, // prettier-ignore
      )
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      found.push({ state: 'problem', said: `${store}: ${error.message}` })
    }
  }
  return found.length > 0 ? found : [skipped('No ad account is connected.')]
}
