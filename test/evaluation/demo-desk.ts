import { afterAll } from 'bun:test'
import { createUser } from '../../sql/users.ts'
import { createDesk, type Question } from '../../src/agents/desk.ts'
import { createModel } from '../../src/agents/model.ts'
import { ensureDemo } from '../../src/demo.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { appPool } from '../support/api.ts'
import { testDatabase } from '../support/database.ts'
import { gatherFacts } from './facts.ts'
import { type Input, NOW } from './golden-set.ts'

/** The desk over the demo workspace with its facts. Claude is the stand-in, unless a real key is given. */
export async function demoDesk(apiKey?: string) {
  const { sql, appUrl } = await testDatabase()
  await ensureDemo(sql, { now: NOW })
  await gatherFacts(sql)
  const claude = await startAnthropic()
  afterAll(() => claude.stop())
  const user = await createUser(sql, {
    email: 'ann@example.com',
    role: 'owner',
    password_hash: 'none',
    store_ids: null,
  })
  const who = { user_id: user!.id, email: 'ann@example.com', role: 'owner', stores: 'all' } as const
  const reported: unknown[] = []
  const desk = createDesk({
    sql: appPool(appUrl),
    now: () => NOW,
    model: createModel(apiKey ? { apiKey } : { apiKey: claude.key, baseURL: claude.url, maxRetries: 0 }),
    budget: 10_000,
    report: (error) => reported.push(error),
  })
  const products = new Map((await sql<{ sku: string; product_id: number }[]>`select distinct sku, product_id from variants`).map(({ sku, product_id }) => [sku, product_id])) // prettier-ignore
  return {
    sql,
    claude,
    reported,
    ask: (text: string, more: Partial<Question> = {}) => desk.ask({ who, channel: 'api', text, ...more }),
    /** The input as the tool takes it: with the id of the product whose SKU is given. */
    inputOf: (input: Input): Input =>
      'product_id' in input ? { ...input, product_id: products.get(input['product_id'] as string) } : input,
  }
}
export type DemoDesk = Awaited<ReturnType<typeof demoDesk>>
