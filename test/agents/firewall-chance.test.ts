import { expect, test } from 'bun:test'
import { evidenceOf } from '../../src/agents/evidence.ts'
import { unprovenIn } from '../../src/agents/firewall.ts'
import { newTurn } from '../../src/agents/agent-deps.ts'
import { callTool } from '../../src/agents/tool.ts'
import { readTools } from '../../src/agents/tools/read-tools.ts'
import { createUser } from '../../sql/users.ts'
import { april } from '../support/april.ts'
import { testDatabase } from '../support/database.ts'
import { anOrder, bookAll } from '../support/factories.ts'

const { sql } = await testDatabase()
const { nl, table, chair } = await april(sql)
for (const [day, product_id, price_minor] of [['2026-03-02', table, 812_300], ['2026-03-09', chair, 155_045]] as const)
  await anOrder(sql, nl, { day, lines: [{ product_id, price_minor, quantity: 2 }], shipping_cost_minor: 31_155, transaction_fee_minor: 21_019 }) // prettier-ignore
await bookAll(sql, nl)
const user = await createUser(sql, { email: 'a@example.com', role: 'owner', password_hash: 'none' })
const deps = {
  db: <T>(work: (tx: typeof sql) => Promise<T>) => work(sql),
  now: () => new Date('2026-04-13T10:00:00Z'),
  who: { user_id: user!.id, email: 'a@example.com', role: 'owner' as const, stores: 'all' as const },
  channel: 'api' as const,
  turn: newTurn(),
  progress: () => {},
}
const input = { store: 'nl', period: 'this_month', compare_with: 'previous' }
const { output, isError } = await callTool({ tools: readTools, deps, report: console.error }, { name: 'get_pnl', input }) // prettier-ignore
const evidence = evidenceOf({ results: [output], question: 'How are we doing?', today: '2026-04-13', now: deps.now() })

/** Always the same random numbers, from 0 to 1. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}
const random = randomNumbers(7)
const next = () => random.next().value
/** Spread evenly over the sizes from 10 to 20,000, as amounts are. */
const amount = () => 10 * 2_000 ** next()
const fixed = (value: number, digits: number) => value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** What a model might make up, and the share of random figures that may pass as proven. */
const SENTENCES: [name: string, most: number, sentence: () => string][] = [
  ['an amount to the cent of a named figure', 0.001, () => `Net profit was €${fixed(amount(), 2)}.`],
  ['an amount in whole euros of a named figure', 0.01, () => `Revenue was €${fixed(amount(), 0)}.`],
  ['an amount in thousands of a named figure', 0.05, () => `Ad spend was ${fixed(1 + next() * 19, 1)}k.`],
  ['an amount to the cent of no named figure', 0.005, () => `That makes €${fixed(amount(), 2)}.`],
  ['an amount in whole euros of no named figure', 0.05, () => `That makes €${fixed(amount(), 0)}.`],
  ['a percentage with a decimal', 0.02, () => `The margin was ${fixed(next() * 100, 1)} %.`],
  ['a change in percent', 0.03, () => `Revenue rose by ${fixed(next() * 100, 1)} %.`],
  ['a change in whole percent', 0.06, () => `Revenue rose by ${fixed(1 + next() * 99, 0)} %.`],
  ['a change to the cent', 0.001, () => `Net profit rose by €${fixed(amount(), 2)}.`],
  ['a change in whole euros', 0.01, () => `Net profit rose by €${fixed(amount(), 0)}.`],
  ['a part of revenue in whole percent', 0.06, () => `Ads took ${fixed(1 + next() * 99, 0)} % of revenue.`],
  ['a sum of two named figures', 0.005, () => `Goods and shipping cost €${fixed(amount(), 2)} together.`],
  ['a count of orders', 0.05, () => `We took ${fixed(1 + next() * 99, 0)} orders.`],
]
const TRIES = 2_000

test('of random figures hardly any passes for one of a real P&L with its comparison', () => {
  expect(isError).toBe(false)
  console.log(`${evidence.facts.length} figures in the result; random figures that pass, of ${TRIES} each:`)
  for (const [name, most, sentence] of SENTENCES) {
    let passed = 0
    for (let n = 0; n < TRIES; n++) if (unprovenIn(sentence(), evidence).length === 0) passed++
    const share = passed / TRIES
    console.log(`${(share * 100).toFixed(2).padStart(6)} %  ${name}`)
    expect(`${name}: ${share <= most ? 'few' : share}`).toBe(`${name}: few`)
  }
}, 180_000)
