import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Proposal } from '../../src/actions/proposal.ts'
import { faultTable } from '../support/fault-table.ts'
import { resumeActionsJob } from '../../src/jobs/resume-actions.ts'
import { startService } from '../support/service.ts'
import { whoIs } from '../support/proposals.ts'
import { newId } from '../support/shopify-objects.ts'
import { shopDesk } from '../support/shop-desk.ts'
import { until } from '../support/until.ts'

const { anOrderOf, ann, api, auditOf, database, now, openShop, propose, service, shop, shopify, shown } =
  await shopDesk()
const house = shop.keepsIn('Warehouse')
const lamp = shop.sells({ sku: 'LAMP', price: '19.95', stock: new Map([[house, 10]]) })
const HOME = { firstName: 'A', lastName: 'B', company: null, address1: 'Dam 1', address2: null, zip: '1', city: 'C' }

const table = faultTable('Actions in shops')
let survived = 0

/** What the worker does every minute. */
async function goOn() {
  const work = resumeActionsJob({ sql: service, now, openShop, report: (error) => expect(error).toBeUndefined() })
  await work.run({}, { signal: new AbortController().signal, attempt: 1, last: false })
}

type InShop = Awaited<ReturnType<typeof anOrderOf>>['inShop']
/** What each kind sends, what is proposed, and what the shop shows when it was done once. */
const KINDS: { sends: string; of: (order: string) => Proposal; once: (order: InShop) => unknown; shows: unknown }[] = [
  { sends: 'RefundOrder', of: (order) => ({ kind: 'refund', order, amount: '12.10' }), once: ({ refunds }) => refunds.map(({ amount }) => amount), shows: [1_210n] },
  { sends: 'CancelOrder', of: (order) => ({ kind: 'cancel', order }), once: ({ refunds, cancelled }) => [refunds.length, cancelled !== null], shows: [1, true] },
  { sends: 'ChangeAddress', of: (order) => ({ kind: 'address', order, first_name: 'A', last_name: 'B', address1: 'Kerk 2', address2: '', zip: '2', city: 'D', country: 'NL' }), once: ({ address }) => address?.city, shows: 'D' },
  { sends: 'NoteOrder', of: (order) => ({ kind: 'note', order, note: 'Gift' }), once: ({ note }) => note, shows: 'Gift' },
  { sends: 'AddTags', of: (order) => ({ kind: 'tag', order, add: ['vip'] }), once: ({ tags }) => tags, shows: ['vip'] },
  { sends: 'TrackParcel', of: (order) => ({ kind: 'tracking_mail', order, number: '3S', company: 'PostNL' }), once: ({ parcels }) => parcels[0]?.mails, shows: 1 },
  { sends: 'ChangePrice', of: () => ({ kind: 'price', store: 'nl', sku: 'LAMP', price: '21.00' }), once: () => lamp.price, shows: '21.00' },
  { sends: 'SetStock', of: () => ({ kind: 'inventory', store: 'nl', sku: 'LAMP', available: 7 }), once: () => lamp.stock.get(house), shows: 7 },
] // prettier-ignore

/** Lets a process of its own press, and kills it when the shop has the request and does not answer. */
async function killedWith(id: number, sends: string, fault: 'silent before' | 'silent after') {
  const before = shop.silent
  shop.faults.push({ operation: sends, fault })
  const who = JSON.stringify(whoIs(ann))
  const script = join(import.meta.dir, '../support/approve-process.ts')
  const run = Bun.spawn([process.execPath, script, database.appUrl, shopify.root, who, String(id), now().toISOString()])
  await until(`the shop has ${sends}`, () => shop.silent > before)
  run.kill(9)
  await run.exited
}

for (const { sends, of, once, shows } of KINDS)
  describe(`${sends}, killed with -9`, () => {
    for (const fault of ['silent before', 'silent after'] as const)
      test(`${fault === 'silent before' ? 'before' : 'after'} the shop has done it happens once`, async () => {
        const { number, inShop } = await anOrderOf()
        Object.assign(lamp, { price: '19.95', stock: new Map([[house, 10]]) })
        inShop.address = { ...HOME, provinceCode: null, countryCode: 'NL', phone: null }
        inShop.parcels = [{ id: newId('Fulfillment'), status: 'SUCCESS', number: null, company: null, mails: 0 }]
        const id = await propose(of(number))
        await killedWith(id, sends, fault)
        expect(await shown(id)).toMatchObject({ status: 'executing', error: null })
        // Not while its process may still be at it.
        await goOn()
        expect(await shown(id)).toMatchObject({ status: 'executing' })
        await api.at(new Date(now().getTime() + 3 * 60_000).toISOString(), async () => {
          const { token } = await api.signIn(ann.id)
          const press = () => api.send(`/actions/${id}/approve`, { method: 'POST', json: {}, token })
          // By itself, in two workers, and by a person, all at the same moment.
          await Promise.all([goOn(), goOn(), ...(fault === 'silent after' ? [press()] : [])])
          expect((await press()).body).toMatchObject({ status: 'executed', error: null })
        })
        expect(once(inShop)).toEqual(shows)
        expect(await auditOf(id)).toEqual(['action.approved', 'action.executed'])
        survived++
      })
  })

test('a service that starts goes on by itself with what was killed in the middle', async () => {
  const { number, inShop } = await anOrderOf()
  const id = await propose({ kind: 'refund', order: number, amount: '12.10' })
  await killedWith(id, 'RefundOrder', 'silent after')
  await using worker = await startService({
    DATABASE_URL: database.appUrl,
    ROLES: 'api,worker',
    SHOPIFY_API_ROOT: shopify.root,
    ENCRYPTION_KEY: '07'.repeat(32),
    CLOCK_START: new Date(now().getTime() + 3 * 60_000).toISOString(),
  })
  const started = performance.now()
  await until('it is done', async () => (await shown(id))['status'] === 'executed')
  const saw = '“The outcome is not known yet. It goes on by itself; approve again to see it now.”'
  table.note({ fault: `kill -9 before or after the shop did what was approved, ${survived} times over ${KINDS.length} kinds of actions`, saw, lost: 'nothing: each done once', recovery: performance.now() - started }) // prettier-ignore
  expect(inShop.refunds.map(({ amount }) => amount)).toEqual([1_210n])
  expect(worker.logs.filter(({ level }) => level === 'error')).toEqual([])
})
