import { afterAll, beforeEach, expect } from 'bun:test'
import { findAction } from '../../sql/actions.ts'
import { seeing } from '../../sql/connect.ts'
import { setSecret } from '../../sql/secrets.ts'
import { connectShopifyShop } from '../../sql/shopify-shops.ts'
import type { Proposal } from '../../src/actions/proposal.ts'
import { createModel } from '../../src/agents/model.ts'
import { createShopify } from '../../src/shopify/admin.ts'
import { createOpenShop, shopSecretName } from '../../src/shopify/open-shop.ts'
import { calls, resultsOf, says } from './anthropic-turns.ts'
import { startAnthropic } from './anthropic.ts'
import { appPool, SEAL, testApi } from './api.ts'
import { testDatabase } from './database.ts'
import { anOrder, aProduct, aStore, bookAll } from './factories.ts'
import { aProposal, whoIs } from './proposals.ts'
import { startShopify } from './shopify.ts'

/**
 * The store `nl` with its shop at the stand-in, a lamp that it sells, and two people who decide: ann, who owns it, and bob. Agents answer as
 * a test scripts them.
 */
export async function shopDesk() {
  const database = await testDatabase()
  const { sql } = database
  const service = appPool(database.appUrl)
  const shopify = startShopify()
  afterAll(() => shopify.stop())
  const claude = await startAnthropic()
  afterAll(() => claude.stop())
  const now = (): Date => api.clock.now
  const openShop = createOpenShop({ shopify: createShopify({ root: shopify.root, now: () => now() }), seal: SEAL })
  const api = await testApi(database, { openShop, model: createModel({ apiKey: claude.key, baseURL: claude.url }) })
  const ann = await api.someone('owner')
  const bob = await api.someone('finance')
  const shop = shopify.shop('nl.myshopify.com')
  shop.clock = () => now()
  const nl = await aStore(sql, { slug: 'nl' })
  const lamp = await aProduct(sql, nl, { name: 'Lamp', sku: 'LAMP', unit_cost: '4' })
  await connectShopifyShop(sql, { store_id: nl.id, domain: shop.domain, client_id: shop.client_id })
  const name = shopSecretName(nl.id)
  const sealed = SEAL.seal(name, shop.client_secret)
  await setSecret(sql, { name, sealed, user_id: ann.id, email: ann.email, now: now() })
  beforeEach(() => {
    shop.faults.length = 0
  })

  let orders = 0
  /** An order of 50.00 net and 10.50 tax, in our books and in the shop. */
  async function anOrderOf(amount_minor = 5_000) {
    const number = `10${++orders}`
    await anOrder(sql, nl, {
      external_id: number,
      taxes_minor: amount_minor * 0.21,
      lines: [{ product_id: lamp, price_minor: amount_minor }],
    })
    await bookAll(sql, nl)
    return { number, inShop: shop.order(number, ((amount_minor * 1.21) / 100).toFixed(2)) }
  }
  const propose = (proposal: Proposal & { reason?: string }) =>
    aProposal(service, whoIs(ann), now(), proposal, openShop)
  /** Lets Roos call one of her tools for ann; resolves to what it answered her, and to the action that she proposed. */
  async function roos(tool: string, input: object) {
    claude.script([calls(tool, { reason: 'The customer asked for it', ...input }), says('It waits for your yes.')])
    const { body } = await api.send('/agents/messages', {
      method: 'POST',
      json: { agent: 'roos', text: 'Please' },
      token: ann.token,
    })
    const { result } = resultsOf(claude.requests.at(-1)!)[0]!
    return { result: result as Record<string, unknown>, id: (body['action_ids'] as number[])[0]! }
  }
  const press = (id: number, what = 'approve', { token } = ann) =>
    api.send(`/actions/${id}/${what}`, { method: 'POST', json: {}, token })
  const shown = async (id: number) => (await api.get(`/actions/${id}`, ann.token)).body
  /** The action as the bot reads it for its card. */
  const card = async (id: number) => (await seeing(service, 'all', (tx) => findAction(tx, { id, now: now() })))!
  const auditOf = async (id: number) =>
    (
      await sql<{ action: string }[]>`select action from audit_log where subject like ${`action ${id}:%`} order by id`
    ).map((row) => row.action)
  /** How often the shop was sent a document. */
  const sent = (operation: string) => shopify.requests.filter((one) => one.operation === operation).length
  const yes = async (id: number) => {
    const { status, body } = await press(id)
    expect(status).toBe(200)
    return body
  }

  return {
    database, sql, service, shopify, claude, api, ann, bob, shop, nl, lamp, now, openShop,
    anOrderOf, propose, roos, press, yes, shown, card, auditOf, sent,
  } // prettier-ignore
}
