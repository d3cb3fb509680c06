import { afterAll, expect } from 'bun:test'
import { calls, cites, fails, resultsOf, says } from '../support/anthropic-turns.ts'
import { startAnthropic } from '../support/anthropic.ts'
import { open, PHONE, screenshot, settled, startBrowser, violationsOf } from '../support/browser.ts'
import { until } from '../support/until.ts'

const claude = await startAnthropic()
afterAll(() => claude.stop())
const { test, sql, visitAs } = await startBrowser({
  from: '2026-04-01',
  env: { ANTHROPIC_API_KEY: claude.key, ANTHROPIC_BASE_URL: claude.url, ROUTER_MODEL: 'none' },
})

type Pnl = { figures: { revenue: string; net_profit: string } }
const grouped = (amount: string) => Number(amount).toLocaleString('en-GB', { minimumFractionDigits: 2 })
const lookedUp = (request: Parameters<typeof resultsOf>[0]) => (resultsOf(request)[0]!.result as Pnl).figures

test('an answer is streamed, its figures open their receipt, and the same question asked again gives the same figures', async () => {
  const { page } = await visitAs()
  await open(page, '/chat')
  claude.script([
    calls('get_pnl', { period: 'this_month' }),
    (request) => {
      const { revenue, net_profit } = lookedUp(request)
      return says(
        `Revenue in June was €${grouped(revenue)}.\n\nNet profit was €${grouped(net_profit)}, after all costs.`,
      )
    },
  ])
  const question = page.getByLabel('Your question')
  await question.fill('What is left of our revenue this month?')
  await question.press('Enter')
  await page.getByText('after all costs.').waitFor()
  await page.waitForURL(/\/app\/chat\?conversation=\d+$/)
  expect(await question.inputValue()).toBe('')
  const [shown] = await sql<{ net_profit: string }[]>`
    select result -> 'figures' ->> 'net_profit' as net_profit from receipts order by id desc limit 1`
  const net_profit = shown!.net_profit
  await page.getByRole('button', { name: grouped(net_profit) }).click()
  const receipt = page.getByRole('dialog', { name: `Where €${grouped(net_profit)} comes from` })
  await receipt.getByText('this month').first().waitFor()
  expect(await receipt.locator('[data-meant] dt').first().textContent()).toStartWith('Net profit')
  await receipt.getByRole('button', { name: 'Ask again now' }).click()
  await receipt.getByText('the same figures, to the cent').waitFor()
  await receipt.getByText('SQL of pnl').click()
  expect(await receipt.locator('pre').textContent()).toContain('daily_financials')
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'chat-receipt-desktop-light')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Chart of/ }).click()
  await page.locator('canvas').waitFor()
  await page.reload()
  await page.getByText('after all costs.').waitFor()
  await settled(page)
  expect(await violationsOf(page)).toEqual([])
  await screenshot(page, 'chat-conversation-desktop-light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await screenshot(page, 'chat-conversation-desktop-dark')
})

test('a question that could not be answered comes back into the field, with the reason', async () => {
  const { page } = await visitAs()
  await open(page, '/chat')
  claude.script(Array.from({ length: 6 }, () => fails(529, { retryAfter: 0.01 })))
  await page.getByLabel('Your question').fill('Are you there?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await page
    .getByRole('alert')
    .getByText(/Claude|model/)
    .waitFor()
  expect(await page.getByLabel('Your question').inputValue()).toBe('Are you there?')
})

test('a proposal waits as a card, is carried out after a yes and can be taken back', async () => {
  const { page } = await visitAs(undefined, PHONE)
  await open(page, '/chat')
  claude.script([
    calls('route_to_agent', {
      agent: 'roos',
      question: 'Set the unit cost of the speckled mug to 5.40 EUR from today.',
    }),
    calls('find_products', { words: 'mug' }),
    (request) => {
      const found = JSON.stringify(resultsOf(request)[0]?.result)
      const product_id = Number(/"(?:product_)?id": ?(\d+)/.exec(found)?.[1])
      return calls('propose_unit_cost', { product_id, unit_cost: '5.40', currency: 'EUR', reason: 'The supplier raised it.' }) // prettier-ignore
    },
    says('It is proposed.'),
    says('Roos proposed it; it waits for your yes.'),
  ])
  await page.getByLabel('Your question').fill('Set the cost of the speckled mug to 5.40 euros')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  const card = page.getByRole('article', { name: /^Change a unit cost/ }).first()
  await card.getByText('Waits for a yes').waitFor()
  expect(await card.textContent()).toContain('5.40 EUR')
  await screenshot(page, 'chat-proposal-phone-light')
  await card.getByRole('button', { name: 'Approve' }).click()
  await card.getByText('Done').waitFor()
  expect(await sql`select status from actions`).toMatchObject([{ status: 'executed' }])
  await card.getByRole('button', { name: 'Undo' }).click()
  await card.getByText('Undone').waitFor()
})

test('a transcript that is uploaded is found by its words, with the minute, and Alfred answers from it with the place', async () => {
  const { page } = await visitAs()
  await open(page, '/chat/knowledge')
  const text =
    'WEBVTT\n\n00:02:05.000 --> 00:02:50.000\nCustomers may send goods back within the return window of two weeks.\n'
  await page.locator('input[type=file]').setInputFiles({
    name: 'Lesson 3 Returns.vtt',
    mimeType: 'text/vtt',
    buffer: Buffer.from(text),
  })
  await page.getByText('Lesson 3 Returns.vtt was added').waitFor()
  await page.getByRole('searchbox', { name: 'Search the material' }).fill('return window')
  await page.keyboard.press('Enter')
  await page.getByText('within the return window of two weeks').waitFor()
  await page.getByText('at 2:05').waitFor()
  await screenshot(page, 'chat-knowledge-found-desktop-light')
  claude.script([
    calls('route_to_agent', { agent: 'elisa', question: 'How long is the return window?' }),
    calls('search_knowledge', { query: 'return window' }),
    cites('Customers may send goods back within two weeks.', 0),
    says('Elisa says: customers may send goods back within two weeks.'),
  ])
  await open(page, '/chat')
  await page.getByLabel('Your question').fill('How long is the return window?')
  await page.keyboard.press('Enter')
  await page.getByText('Elisa says').waitFor()
  expect(await page.getByRole('list', { name: 'Sources in the material' }).textContent()).toContain('Lesson 3')
})

test('a memory that somebody else changed meanwhile is shown, and not overwritten unasked', async () => {
  const { page, errors } = await visitAs()
  await open(page, '/chat/memory')
  await page.getByRole('button', { name: 'Remember something' }).click()
  await page.getByLabel('What should be remembered?').fill('We never discount candles.')
  await page.getByRole('button', { name: 'Remember', exact: true }).click()
  await page.getByText('We never discount candles.').waitFor()
  await page.getByRole('button', { name: 'Correct' }).click()
  const field = page.getByLabel('What is remembered')
  await field.fill('We never discount candles, except in January.')
  await sql`update memories set content = 'We rarely discount candles.'`
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('We rarely discount candles.').waitFor()
  expect(await field.inputValue()).toBe('We never discount candles, except in January.')
  await page.getByRole('button', { name: 'Save mine over it' }).click()
  await page.getByText('except in January').waitFor()
  await page.getByRole('button', { name: 'Forget' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('except in January').waitFor()
  expect(await sql`select status from memories`).toMatchObject([{ status: 'active' }])
  await page.getByRole('button', { name: 'Forget' }).click()
  await page.goto('/app/chat/tasks') // leaving does not wait for the undo
  await until(
    'it is forgotten',
    async () => (await sql`select 1 from memories where status = 'forgotten'`).length === 1,
  )
  await settled(page)
  expect(await sql`select status from memories`).toMatchObject([{ status: 'forgotten' }])
  errors.splice(0, errors.length, ...errors.filter((line) => !line.includes('412')))
})

test('a task is scheduled, paused and run by hand', async () => {
  const { page } = await visitAs()
  await open(page, '/chat/tasks')
  await page.getByRole('button', { name: 'New task' }).click()
  await page.getByLabel('What', { exact: true }).selectOption('reminder')
  await page.getByLabel('Name').fill('Invoices')
  await page.getByLabel('The reminder').fill('Send the invoices of June')
  await page.getByLabel('When', { exact: true }).selectOption('week')
  await page.getByLabel('Thu').check()
  await screenshot(page, 'chat-tasks-new-desktop-light')
  await page.getByRole('button', { name: 'Schedule' }).click()
  await page.getByText('every Monday and Thursday at 09:00').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('paused').waitFor()
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.getByText('by hand').waitFor()
  await page.getByText('done', { exact: true }).waitFor()
})
