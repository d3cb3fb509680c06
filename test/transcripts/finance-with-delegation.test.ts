import { expect, test } from 'bun:test'
import { calls, resultsOf, says } from '../support/anthropic-turns.ts'
import { answerTo, startTeam } from '../support/team.ts'
import { transcript } from '../support/transcript.ts'

const { claude, aMember, api, amountsOfSummary } = await startTeam()

test('a finance question in Telegram, for which Alfred asks Roos as well', async () => {
  const page = transcript('A finance question with delegation')
  const ann = await aMember()
  const question = 'What did nl earn from 1 to 13 April, and how did the oak chair do?'
  const days = { store: 'nl', from: '2026-04-01', to: '2026-04-13' }
  claude.script([
    [
      calls('get_pnl', days),
      calls('route_to_agent', {
        agent: 'roos',
        question: 'How did the oak chair do in nl from 2026-04-01 to 2026-04-13?',
      }),
    ],
    calls('find_products', { words: 'oak chair', store: 'nl' }),
    (request) => {
      const { products } = resultsOf(request)[0]!.result as { products: { id: number }[] }
      return calls('get_product', { product_id: products[0]!.id, ...days })
    },
    (request) => {
      const { figures } = resultsOf(request)[0]!.result as { figures: Record<string, string> }
      return says(`${figures['units_sold']} oak chairs, revenue EUR ${figures['revenue']}.`)
    },
    (request) => {
      const [pnl, roos] = resultsOf(request).map(({ result }) => result) as [
        { figures: { net_profit: string } },
        { answer: string; results: { tool: string }[] },
      ]
      expect(roos.results.map(({ tool }) => tool)).toEqual(['find_products', 'get_product'])
      return says(`nl earned EUR ${pnl.figures.net_profit} net from 1 to 13 April.\nRoos looked it up: ${roos.answer}`)
    },
  ])
  page.add('Ann', question)
  const { text } = await answerTo(ann, question)
  const { 'Net profit': profit } = await amountsOfSummary('store=nl&start=2026-04-01&end=2026-04-13')
  expect(text).toStartWith(`nl earned EUR ${profit} net from 1 to 13 April.\nRoos looked it up: `)

  page.toolCalls(claude.requests)
  page.add('Alfred', text)
  const models = claude.requests.map(({ body }) => body.model)
  expect(models.toSorted()).toEqual(['claude-haiku-5-5', 'claude-opus-5-5', ...Array(3).fill('claude-sonnet-5-5')])
  const { data, total } = JSON.parse((await api('/agents/usage?by=agent,model')).text)
  expect(data).toHaveLength(3)
  for (const { agent, model, requests, cost_usd } of data)
    page.add('booked', `${agent}, ${model}: ${requests} request(s), ${cost_usd} USD`)
  page.add('booked', `the answer: ${total.cost_usd} USD`)
  page.print()
})
