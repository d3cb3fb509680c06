import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import {
  deleteConversation,
  findConversationOwner,
  listConversations,
  ListedConversation,
  readMessages,
  ReadMessage,
} from '../../sql/conversations.ts'
import { jsonRows } from '../../sql/query.ts'
import { mayDo, mustBeAllowed, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { afterId, json, listAnswer, listing, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdText, IdParams } from './inputs.ts'

/** The owner of a conversation that `who` may read: it is theirs, or they are an administrator. @throws AppError `not_found` */
async function ownerOf(sql: Sql, who: Who, conversation_id: number): Promise<number> {
  const owner = (await findConversationOwner(sql, { conversation_id }))?.user_id
  if (owner !== undefined && (owner === who.user_id || mayDo(who, 'admin'))) return owner
  throw new AppError('not_found', `There is no conversation ${conversation_id}, or it is not yours.`)
}

/** What was asked and answered, as people read it. A conversation with figures of a store is only seen by who sees that store. */
export const conversationRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/conversations', tags: ['conversations'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, who, query: { user_id = who.user_id, limit, offset, cursor, count, format } }) => {
        if (user_id !== who.user_id) mustBeAllowed(who, 'admin')
        const args = { user_id, conversation_id: null, limit, offset, after: afterId(cursor) }
        return db((tx) => listAnswer(tx, listConversations, args, { db, format, count, name: 'conversations' }))
      },
      {
        needs: 'agents:use',
        query: v.object({ ...listing, user_id: v.optional(IdText) }),
        response: Page(ListedConversation),
        detail: {
          summary: 'Your conversations with the agents, newest first',
          description:
            'With `user_id` those of another person, for administrators. `title` is how a conversation began; `summary` are notes on its older part, without figures, and empty while it is short.',
        },
      },
    )
    .get(
      '/:id',
      ({ db, who, params: { id } }) =>
        db(async (tx) => {
          const user_id = await ownerOf(tx, who, id)
          const asked = { user_id, conversation_id: id, limit: 1, offset: 0, after: null }
          return json((await jsonRows(tx, listConversations, asked)).slice(1, -1))
        }),
      {
        needs: 'agents:use',
        params: IdParams,
        response: ListedConversation,
        detail: { summary: 'A conversation', description: 'Your own; as an administrator anybody’s.' },
      },
    )
    .get(
      '/:id/messages',
      ({ db, who, params: { id }, query: { limit, offset, cursor, count, format } }) =>
        db(async (tx) => {
          await ownerOf(tx, who, id)
          const args = { conversation_id: id, limit, offset, after: afterId(cursor) }
          return listAnswer(tx, readMessages, args, { db, format, count, name: `conversation-${id}` })
        }),
      {
        needs: 'agents:use',
        params: IdParams,
        query: v.object(listing),
        response: Page(ReadMessage),
        detail: {
          summary: 'The messages of a conversation, oldest first',
          description:
            '`content` is the text: what was said, which tools were called with what, and what they gave; `blocks` are the same parts one by one.',
        },
      },
    )
    .delete(
      '/:id',
      ({ db, who, params: { id }, set }) =>
        db(async (tx) => {
          const owner = await ownerOf(tx, who, id)
          if ((await deleteConversation(tx, { conversation_id: id })) === 0)
            throw new AppError('conflict', 'A question is being answered in this conversation. Delete it afterwards.')
          if (owner !== who.user_id)
            await audit(tx, who, { action: 'conversation.deleted', subject: `conversation ${id} of user ${owner}` })
          set.status = 204
        }),
      {
        needs: 'agents:use',
        params: IdParams,
        detail: {
          summary: 'Delete a conversation with its messages',
          description: 'Your own; as an administrator anybody’s, which is noted in the audit log.',
        },
      },
    )
