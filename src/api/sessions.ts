import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Sql } from '../../sql/connect.ts'
import { jsonRows } from '../../sql/query.ts'
import { endAllSessions, endOtherSessions, endSessionOf, ListedSession, listSessions } from '../../sql/sessions.ts'
import { audit } from '../audit.ts'
import { AppError } from '../errors.ts'
import { mustManagePerson } from '../users.ts'
import { json } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

const Sessions = v.object({ data: v.array(ListedSession) })
const NEWEST = 'Open sessions, the one used last first; browsers in words, and no addresses: none are kept'

/** Where a person is signed in: their own sessions, and for admins those of others. */
export const sessionRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const listed = async (sql: Sql, user_id: number, session_id: string | null) =>
    json(`{"data":${await jsonRows(sql, listSessions, { user_id, session_id, now: now() })}}`)
  return new Elysia({ tags: ['auth'] })
    .use(identity(deps))
    .get('/auth/sessions', ({ db, who }) => db((sql) => listed(sql, who.user_id, who.session_id ?? null)), {
      needs: 'session',
      response: Sessions,
      detail: { summary: `Your own sessions. ${NEWEST}` },
    })
    .delete(
      '/auth/sessions/:id',
      ({ db, who, params: { id: session_id }, set }) =>
        db(async (sql) => {
          if ((await endSessionOf(sql, { session_id, user_id: who.user_id, now: now() })) === 0)
            throw new AppError('not_found', 'You have no such open session.')
          await audit(sql, who, { action: 'session.ended', subject: who.email })
          set.status = 204
        }),
      {
        needs: 'session',
        params: v.object({ id: v.pipe(v.string(), v.uuid('must be the id of a session')) }),
        detail: { summary: 'End one of your sessions, at once' },
      },
    )
    .delete(
      '/auth/sessions',
      ({ db, who, set }) =>
        db(async (sql) => {
          await endOtherSessions(sql, { user_id: who.user_id, keep: who.session_id ?? '', now: now() })
          await audit(sql, who, { action: 'session.others_ended', subject: who.email })
          set.status = 204
        }),
      { needs: 'session', detail: { operationId: 'endOtherSessions', summary: 'End all your sessions but this one' } },
    )
    .get(
      '/users/:id/sessions',
      ({ db, who, params: { id } }) =>
        db(async (sql) => {
          await mustManagePerson(sql, who, { user_id: id })
          return listed(sql, id, who.session_id ?? null)
        }),
      {
        needs: 'admin',
        params: IdParams,
        response: Sessions,
        detail: { tags: ['users'], summary: `The sessions of a user. ${NEWEST}` },
      },
    )
    .delete(
      '/users/:id/sessions',
      ({ db, who, params: { id: user_id }, set }) =>
        db(async (sql) => {
          const { email } = await mustManagePerson(sql, who, { user_id })
          await endAllSessions(sql, { user_id, now: now() })
          await audit(sql, who, { action: 'session.all_ended', subject: email })
          set.status = 204
        }),
      {
        needs: 'admin',
        params: IdParams,
        detail: { tags: ['users'], operationId: 'endSessionsOfUser', summary: 'End all sessions of a user, at once' },
      },
    )
}
