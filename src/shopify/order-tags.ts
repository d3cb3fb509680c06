import * as v from 'valibot'
import { AppError } from '../errors.ts'
import type { ShopifyAdmin } from './admin.ts'
import { mustBeFine, UserErrors } from './user-errors.ts'

const TAGS = /* GraphQL */ `
  query OrderTags($id: ID!) {
    order(id: $id) {
      tags
    }
  }
`
const ADD = /* GraphQL */ `
  mutation AddTags($id: ID!, $tags: [String!]!) {
    tagsAdd(id: $id, tags: $tags) {
      userErrors {
        message
      }
    }
  }
`
const REMOVE = /* GraphQL */ `
  mutation RemoveTags($id: ID!, $tags: [String!]!) {
    tagsRemove(id: $id, tags: $tags) {
      userErrors {
        message
      }
    }
  }
`
export const TAG_DOCUMENTS = [TAGS, ADD, REMOVE]

const Fine = v.nullable(v.object({ userErrors: UserErrors }))

/** The tags of an order. @throws AppError `not_found` */
export async function shopTags({ ask }: ShopifyAdmin, id: string): Promise<string[]> {
  const { order } = await ask(TAGS, { id }, v.object({ order: v.nullable(v.object({ tags: v.array(v.string()) })) }))
  if (!order) throw new AppError('not_found', 'The shop does not have the order any more.')
  return order.tags
}

/** Adds tags to an order; those that it has stay. @throws AppError `conflict` when the shop refuses */
export async function addShopTags({ ask }: ShopifyAdmin, id: string, tags: string[]): Promise<void> {
  mustBeFine((await ask(ADD, { id, tags }, v.object({ tagsAdd: Fine }))).tagsAdd?.userErrors)
}

/** Takes tags off an order. @throws AppError `conflict` when the shop refuses */
export async function removeShopTags({ ask }: ShopifyAdmin, id: string, tags: string[]): Promise<void> {
  mustBeFine((await ask(REMOVE, { id, tags }, v.object({ tagsRemove: Fine }))).tagsRemove?.userErrors)
}
