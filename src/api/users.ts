import { Elysia } from 'elysia'
import * as v from 'valibot'
import { listUsers, Member, Role } from '../../sql/users.ts'
import { anotherPasswordLink, changeUser, inviteUser, memberText } from '../users.ts'
import { afterId, entity, listAnswer, listing, mustMatch, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams, StoresInput } from './inputs.ts'

const Email = v.pipe(
  v.string(),
  v.maxLength(320, 'has at most 320 characters'),
  v.email('must be an e-mail address'),
  v.toLowerCase(),
)
const Link = { set_password: v.string() }

/** The team: who may sign in, with which role, and to which stores they are limited. */
export const userRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ prefix: '/users', tags: ['users'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { limit, offset, cursor, count, format } }) =>
        db((tx) =>
          listAnswer(
            tx,
            listUsers,
            { user_id: null, limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'users' },
          ),
        ),
      {
        needs: 'admin',
        query: v.object(listing),
        response: Page(Member),
        detail: { summary: 'Users, newest first, disabled ones included' },
      },
    )
    .get('/:id', ({ db, params: { id } }) => db(async (tx) => entity(await memberText(tx, id))), {
      needs: 'admin',
      params: IdParams,
      response: Member,
      detail: { summary: 'A user' },
    })
    .post(
      '',
      ({ db, who, body: { email, role, stores }, set }) =>
        db(async (tx) => {
          const { id, link } = await inviteUser(tx, who, { email, role, stores: stores ?? null, now: now() })
          const user = JSON.parse(await memberText(tx, id)) as v.InferOutput<typeof Member>
          set.status = 201
          set.headers['cache-control'] = 'no-store'
          return { user, set_password: link }
        }),
      {
        needs: 'admin',
        body: v.object({ email: Email, role: Role, stores: v.optional(StoresInput) }),
        response: { 201: v.object({ user: Member, ...Link }) },
        detail: {
          summary:
            'Add a user; answers the path of a link to set a password, valid once and for 24 hours, shown only now',
        },
      },
    )
    .post(
      '/:id/password-link',
      ({ db, who, params: { id }, set }) =>
        db(async (tx) => {
          const { link } = await anotherPasswordLink(tx, who, { user_id: id, now: now() })
          set.status = 201
          set.headers['cache-control'] = 'no-store'
          return { set_password: link }
        }),
      {
        needs: 'admin',
        params: IdParams,
        response: { 201: v.object(Link) },
        detail: {
          operationId: 'createPasswordLink',
          summary: 'Another link to set a password, valid once and for 24 hours; ends earlier links',
        },
      },
    )
    .patch(
      '/:id',
      ({ db, who, params: { id }, body, request }) =>
        db(async (tx) => {
          const mustBe = (current: string) => mustMatch(request, current)
          return entity(await changeUser(tx, who, { user_id: id, change: body, now: now(), mustBe }))
        }),
      {
        needs: 'admin',
        params: IdParams,
        body: v.object({ role: v.optional(Role), stores: v.optional(StoresInput), disabled: v.optional(v.boolean()) }),
        response: Member,
        detail: { summary: 'Change role, stores (null: all) or disabled; ends the sessions of the user at once' },
      },
    )
    .delete(
      '/:id',
      ({ db, who, params: { id }, request, set }) =>
        db(async (tx) => {
          const mustBe = (current: string) => mustMatch(request, current)
          await changeUser(tx, who, { user_id: id, change: { disabled: true }, now: now(), mustBe })
          set.status = 204
        }),
      {
        needs: 'admin',
        params: IdParams,
        detail: { summary: 'Disable a user and end their sessions and API tokens; what they did stays' },
      },
    )
}
