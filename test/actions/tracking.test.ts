import { expect, test } from 'bun:test'
import { newId } from '../support/shopify-objects.ts'
import { shopDesk } from '../support/shop-desk.ts'

const { anOrderOf, propose, roos, sent, shop, yes } = await shopDesk()
async function aParcel() {
  const { number, inShop } = await anOrderOf()
  const parcel = { id: newId('Fulfillment'), status: 'SUCCESS', number: null as string | null, company: null, mails: 0 }
  inShop.parcels = [parcel]
  return {
    number,
    inShop,
    parcel,
    asked: { kind: 'tracking_mail' as const, order: number, number: '3S1', company: 'PostNL' },
  }
}

test('a tracking number is noted and mailed once after a yes', async () => {
  const { number, parcel } = await aParcel()
  const { result, id } = await roos('propose_tracking_mail', { order: number, number: '3S1', company: 'PostNL' })
  expect(result).toMatchObject({
    old_value: { number: '', company: '' },
    new_value: { order: number, number: '3S1', company: 'PostNL' },
  })
  expect(parcel.mails).toBe(0)
  expect(await yes(id)).toMatchObject({ status: 'executed', result: { number: '3S1', company: 'PostNL' } })
  expect(await yes(id)).toMatchObject({ status: 'executed' })
  expect(parcel).toMatchObject({ number: '3S1', company: 'PostNL', mails: 1 })
})

test('one whose answer was lost is not mailed again', async () => {
  const { parcel, asked } = await aParcel()
  const id = await propose(asked)
  shop.faults.push({ operation: 'TrackParcel', fault: 'answer lost' })
  expect(await yes(id)).toMatchObject({ status: 'executing' })
  const before = sent('TrackParcel')
  expect(await yes(id)).toMatchObject({ status: 'executed' })
  expect([parcel.mails, sent('TrackParcel')]).toEqual([1, before])
})

test('a number that came from elsewhere before the yes stays, and nobody is mailed', async () => {
  const { parcel, asked } = await aParcel()
  const id = await propose(asked)
  parcel.number = 'DHL9'
  expect(await yes(id)).toMatchObject({
    status: 'failed',
    error: 'The parcel has the tracking number DHL9 of nobody in the shop by now. Ask for a new proposal.',
  })
  expect([parcel.number, parcel.mails]).toEqual(['DHL9', 0])
})

test('what was not sent, was told already or went in several parcels is not proposed', async () => {
  const none = await anOrderOf()
  expect(propose({ kind: 'tracking_mail', order: none.number, number: 'A', company: 'B' })).rejects.toThrow(
    'Nothing of',
  )
  const { inShop, parcel, asked } = await aParcel()
  Object.assign(parcel, { number: '3S1', company: 'PostNL' })
  expect(propose(asked)).rejects.toThrow('has this tracking number already')
  await propose(asked).catch(() => undefined)
  inShop.parcels.push({ ...parcel, id: newId('Fulfillment') })
  expect(propose({ ...asked, number: '3S2' })).rejects.toThrow('sent in 2 parcels')
  await propose({ ...asked, number: '3S2' }).catch(() => undefined)
})
