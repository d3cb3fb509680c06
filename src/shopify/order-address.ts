import * as v from 'valibot'
import { AppError } from '../errors.ts'
import type { ShopifyAdmin } from './admin.ts'
import { mustBeFine, UserErrors } from './user-errors.ts'

const Text = v.pipe(
  v.nullable(v.string()),
  v.transform((text) => text ?? ''),
)
const MailingAddress = v.pipe(
  v.object({
    firstName: Text,
    lastName: Text,
    company: Text,
    address1: Text,
    address2: Text,
    zip: Text,
    city: Text,
    provinceCode: Text,
    countryCodeV2: Text,
    phone: Text,
  }),
  v.transform((a) => ({
    first_name: a.firstName,
    last_name: a.lastName,
    company: a.company,
    address1: a.address1,
    address2: a.address2,
    zip: a.zip,
    city: a.city,
    province: a.provinceCode,
    country: a.countryCodeV2,
    phone: a.phone,
  })),
)
/** Where an order goes: empty where nothing is said; country and province by their codes. */
export type ShopAddress = v.InferOutput<typeof MailingAddress>

const ADDRESS = /* GraphQL */ `
  query OrderAddress($id: ID!) {
    order(id: $id) {
      shippingAddress {
        firstName
        lastName
        company
        address1
        address2
        zip
        city
        provinceCode
        countryCodeV2
        phone
      }
    }
  }
`
const CHANGE = /* GraphQL */ `
  mutation ChangeAddress($input: OrderInput!) {
    orderUpdate(input: $input) {
      userErrors {
        message
      }
    }
  }
`
export const ADDRESS_DOCUMENTS = [ADDRESS, CHANGE]

/** Where the order goes. @throws AppError `conflict` for one that is not sent anywhere */
export async function shopAddress({ ask }: ShopifyAdmin, id: string): Promise<ShopAddress> {
  const Read = v.object({ order: v.nullable(v.object({ shippingAddress: v.nullable(MailingAddress) })) })
  const { order } = await ask(ADDRESS, { id }, Read)
  if (!order?.shippingAddress) throw new AppError('conflict', 'The order has no shipping address.')
  return order.shippingAddress
}

/** Sends the order somewhere else. @throws AppError `conflict` when the shop refuses */
export async function changeShopAddress({ ask }: ShopifyAdmin, id: string, to: ShopAddress): Promise<void> {
  const { first_name, last_name, province, country, ...same } = to
  const shippingAddress = {
    ...same,
    firstName: first_name,
    lastName: last_name,
    provinceCode: province,
    countryCode: country,
  }
  const { orderUpdate } = await ask(
    CHANGE,
    { input: { id, shippingAddress } },
    v.object({ orderUpdate: v.nullable(v.object({ userErrors: UserErrors })) }),
  )
  mustBeFine(orderUpdate?.userErrors)
}
