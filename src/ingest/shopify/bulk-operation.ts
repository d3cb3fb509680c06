import * as v from 'valibot'
import { AppError } from '../../errors.ts'
import type { ShopifyAdmin } from '../../shopify/admin.ts'

const Count = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer())
const Operation = v.object({
  id: v.string(),
  status: v.picklist(['CANCELED', 'CANCELING', 'COMPLETED', 'CREATED', 'EXPIRED', 'FAILED', 'RUNNING']),
  errorCode: v.nullable(v.string()),
  createdAt: v.string(),
  objectCount: Count,
  rootObjectCount: Count,
  url: v.nullable(v.string()),
})

export const RUN_BULK = /* GraphQL */ `
  mutation RunBulk($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: false) {
      bulkOperation {
        id
      }
      userErrors {
        message
      }
    }
  }
`
export const POLL_BULK = /* GraphQL */ `
  query PollBulk($id: ID!) {
    bulkOperation(id: $id) {
      id
      status
      errorCode
      createdAt
      objectCount
      rootObjectCount
      url
    }
  }
`
const Started = v.object({
  bulkOperationRunQuery: v.nullable(
    v.object({
      bulkOperation: v.nullable(v.object({ id: v.string() })),
      userErrors: v.array(v.object({ message: v.string() })),
    }),
  ),
})

/** Lets the shop write everything that a query finds into a file. Answers the id of the operation. */
export async function startBulk({ ask }: ShopifyAdmin, query: string): Promise<string> {
  const { bulkOperationRunQuery: started } = await ask(RUN_BULK, { query }, Started)
  const refused = started?.userErrors.map(({ message }) => message).join(' ')
  // A shop runs five at a time.
  if (refused && /already in progress|limit/i.test(refused))
    throw new AppError('unavailable', `The shop is busy with other exports: ${refused}`, { retryAfter: 60 })
  if (refused || !started?.bulkOperation) throw new AppError('conflict', `Shopify refused the export: ${refused}`)
  return started.bulkOperation.id
}

export type Bulk =
  | { state: 'running'; objects: number }
  /** The shop does not know it any more: it must be started anew. */
  | { state: 'gone' }
  | { state: 'failed'; error: AppError }
  /** `url` is null when nothing was found. */
  | { state: 'ready'; url: string | null; objects: number; roots: number; begun: string }

/** How far a bulk operation is. */
export async function pollBulk({ ask }: ShopifyAdmin, id: string): Promise<Bulk> {
  const Polled = v.object({ bulkOperation: v.nullable(Operation) })
  const { bulkOperation: found } = await ask(POLL_BULK, { id }, Polled)
  if (!found || found.status === 'EXPIRED' || found.status === 'CANCELED') return { state: 'gone' }
  const { status, errorCode, objectCount: objects, rootObjectCount: roots, url, createdAt: begun } = found
  if (status === 'FAILED') return { state: 'failed', error: failure(errorCode) }
  return status === 'COMPLETED' ? { state: 'ready', url, objects, roots, begun } : { state: 'running', objects }
}

const failure = (code: string | null) =>
  code === 'ACCESS_DENIED'
    ? new AppError(
        'conflict',
        'The app may not read all of it. Connect the store again: that tells which scope it lacks.',
      )
    : new AppError('unavailable', `Shopify could not write the export (${code ?? 'no reason given'}).`, {
        retryAfter: 60,
      })
