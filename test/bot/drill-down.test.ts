import { expect, test } from 'bun:test'
import { answerTo, amountsIn, startTeam } from '../support/team.ts'
import type { Heard, Person } from '../support/telegram.ts'

const { stores, sql, api, telegram, aMember, amountsOfSummary } = await startTeam()
const DAYS = 'start=2026-04-01&end=2026-04-13'
const json = async (path: string) => JSON.parse((await api(path)).text) as { data: Record<string, unknown>[] }
const textsOf = ({ buttons }: Heard) => buttons.map(({ text }) => text)
const decimals = (text: string) =>
  [...text.matchAll(/−?\d[\d,]*\.\d\d/g)].map(([amount]) => Number(amount.replace('−', '-').replaceAll(',', '')))
async function tapped(person: Person, message: Heard, text: RegExp) {
  const button = textsOf(message).find((label) => text.test(label))
  if (button === undefined) throw new Error(`no button ${text} among ${textsOf(message).join(' | ')}`)
  await person.taps(message, button)
  const now = await person.hears()
  expect(now.message_id).toBe(message.message_id)
  return now
}

test('buttons lead from the total to a store, its products, their orders and back up, with the figures of REST', async () => {
  const ann = await aMember()
  const all = await answerTo(ann, '/stores 1-13 apr 2026')
  const nl = await tapped(ann, all, /^Netherlands$/)
  expect(amountsIn(nl)).toEqual(await amountsOfSummary(`store=nl&${DAYS}`))
  const products = await tapped(ann, nl, /^Products$/)
  const { data } = await json(`/financials/product-report?${DAYS}&store=nl&sort=-cm3`)
  const best = data.find(({ product_id }) => product_id !== null)
  const product = await tapped(ann, products, /^1\. /)
  expect(product.text.split('\n').slice(0, 2)).toEqual([
    best!['product'] as string,
    'Netherlands · 1 Apr 2026 – 13 Apr 2026, EUR',
  ])
  for (const figure of ['revenue', 'cogs', 'cm1', 'cm2', 'direct_ad_spend', 'shared_ad_spend', 'cm3'])
    expect(decimals(product.text)).toContain(best![figure] as number)
  const told = (await json(`/orders?store=nl&${DAYS}&limit=500`)).data
  const [newest] = textsOf(product)
  const listed = told.find(({ number }) => newest!.startsWith(`${number as string} · nl · `))!
  expect(decimals(newest!)).toEqual([listed['cm2'] as number])
  const order = await tapped(ann, product, /^.+ · nl · .+ CM2/)
  expect(order.text).toContain(`CM2`)
  expect(decimals(order.text)).toContain(listed['cm2'] as number)
  const again = await tapped(ann, order, new RegExp(`^‹ ${best!['product'] as string}`))
  expect(again.text).toBe(product.text)
  const up = await tapped(ann, again, /^‹ Netherlands$/)
  expect(up.text).toBe(nl.text)
})

test('from all stores together the way up leads to all stores, whose orders are of several', async () => {
  const ann = await aMember()
  const products = await answerTo(ann, '/top 1-13 apr 2026')
  const product = await tapped(ann, products, /^1\. /)
  expect(product.text).toContain('All stores · 1 Apr 2026')
  const order = await tapped(ann, product, / CM2 /)
  expect((await tapped(ann, order, /^‹ All stores$/)).text).toStartWith('All stores · Profit and loss')
})

test('an order that was looked up by its number leads to its products and its store', async () => {
  const ann = await aMember()
  const [{ external_id } = {}] = await sql<{ external_id: string }[]>`
    select external_id from orders where store_id = ${stores.nl.id} and business_day > '2026-04-13' limit 1`
  const order = await answerTo(ann, `/order ${external_id!}`)
  expect(textsOf(order)).toEqual(['‹ Oak chair', '‹ Netherlands'])
  expect((await tapped(ann, order, /Oak chair/)).text).toStartWith('Oak chair\nNetherlands · Last 30 days')
})

test('who sees one store and no orders gets no buttons to others, and one of somebody else shows only what they may see', async () => {
  const [ann, bob] = [await aMember('Ann'), await aMember('Bob')]
  const team = telegram.group('Team', { by: ann })
  await sql`insert into users (email, role, password_hash, store_ids) values ('bob@example.com', 'viewer', 'none', ${[stores.nl.id]})`
  await sql`update telegram_accounts set user_id = (select id from users where email = 'bob@example.com') where telegram_id = ${bob.id}`
  const product = await tapped(bob, await answerTo(bob, '/top 1-13 apr 2026'), /^1\. /)
  expect(textsOf(product)).toEqual(['‹ Products', '‹ All stores'])
  await bob.writesIn(team, 'Hello')
  await ann.writesIn(team, '/stores 1-13 apr 2026')
  const shared = await ann.hears({ in: team })
  await bob.taps(shared, 'United Kingdom')
  const seen = await ann.hears({ in: team })
  expect(seen.text).toStartWith('All stores')
  expect(amountsIn(seen)).toEqual(await amountsOfSummary(`store=nl&${DAYS}`))
})
