import { afterAll, expect, test } from 'bun:test'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { anOrder, bookAll } from '../support/factories.ts'
import { startShopify } from '../support/shopify.ts'
import { answerTo, OWNER, startTeam } from '../support/team.ts'

const shopify = startShopify()
const { sql, stores, claude, service: before, start, aMember } = await startTeam()
afterAll(() => shopify.stop())
const shop = shopify.shop('nl.myshopify.com')
const number = '1042'
await anOrder(sql, stores.nl, { external_id: number, taxes_minor: 1_050, lines: [{ price_minor: 5_000 }] })
await bookAll(sql, stores.nl)
const inShop = shop.order(number, '60.50')
await before.stop()
const service = await start({
  ANTHROPIC_API_KEY: claude.key,
  ANTHROPIC_BASE_URL: claude.url,
  SHOPIFY_API_ROOT: shopify.root,
})

let token: string | undefined
async function api(path: string, method = 'GET', json?: object) {
  const response = await fetch(service.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(json && { body: JSON.stringify(json) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('a refund is proposed in Telegram and approved once, though the button is pressed three times', async () => {
  const lines: string[] = []
  const add = (who: string, text: string) => lines.push(`${who.padEnd(10)}  ${text}`)
  token = String((await api('/auth/login', 'POST', OWNER)).body['token'])
  const { domain, client_id, client_secret } = shop
  const connected = await api('/stores/nl/shopify', 'PUT', { domain, client_id, client_secret })
  expect(connected.status).toBe(200)
  add('owner', `PUT /stores/nl/shopify → ${JSON.stringify(connected.body)}`)

  const ann = await aMember()
  const question = `The cup of order ${number} came broken. Give them 12.10 back, please.`
  let action = 0
  claude.script([
    calls('take_over', {}),
    calls('route_to_agent', {
      agent: 'roos',
      question: `Propose to refund 12.10 of order ${number} in nl: the cup came broken.`,
    }),
    calls('propose_refund', { order: number, store: 'nl', amount: '12.10', reason: 'The cup came broken' }),
    (request) => {
      const card = resultsOf(request)[0]!.result as { action_id: number; target: string; effect_on_profit: object }
      action = card.action_id
      add('  card', JSON.stringify(card))
      return says('I proposed to refund EUR 12.10. It waits for a yes.')
    },
    says(`Roos proposed to refund EUR 12.10 on order ${number}. It waits for your yes.`),
  ])
  add('Ann', question)
  const { text } = await answerTo(ann, question)
  add('Alfred', text)
  expect(text).toContain('waits for your yes')
  expect(inShop.refunds).toEqual([])
  expect((await api(`/actions/${action}`)).body).toMatchObject({ status: 'pending', agent: 'roos' })

  const press = () => api(`/actions/${action}/approve`, 'POST', {})
  const pressed = await Promise.all([press(), press(), press()])
  for (const [at, { status, body }] of pressed.entries())
    add(`press ${at + 1}`, `HTTP ${status}, action ${action} is ${String(body['status'])}`)
  expect(pressed.map(({ status }) => status)).toEqual([200, 200, 200])
  const after = await api(`/actions/${action}`)
  expect(after.body).toMatchObject({ status: 'executed', result: { amount: '12.10' } })
  add('result', JSON.stringify(after.body['result']))
  const sent = shopify.requests.filter(({ operation }) => operation === 'RefundOrder')
  expect(sent).toHaveLength(1)
  expect(inShop.refunds.map((refund) => refund.amount)).toEqual([1_210n])
  expect(shopify.refused).toEqual([])
  add('shop', `${sent.length} refund sent: ${JSON.stringify(sent[0]!.variables)}`)
  const log = (await api('/audit-log?limit=10')).body['data'] as { action: string; subject: string }[]
  for (const entry of log.filter(({ subject }) => subject.startsWith(`action ${action}:`)).toReversed())
    add('audit', `${entry.action}, ${entry.subject}`)
  console.log(`\n=== A refund approved once ===\n${lines.join('\n')}\n`)
})
