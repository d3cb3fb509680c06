import { Elysia } from 'elysia'
import * as v from 'valibot'
import { AuditEntry, listAuditLog } from '../../sql/audit-log.ts'
import { afterId, listAnswer, listing, Page } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'

/** Who changed money, access or secrets, and when. Nothing in it can be changed. */
export const auditLogRoutes = (deps: IdentityDeps) =>
  new Elysia({ prefix: '/audit-log', tags: ['audit log'] })
    .use(identity(deps))
    .get(
      '',
      ({ db, query: { limit, offset, cursor, count, format } }) =>
        db((tx) =>
          listAnswer(
            tx,
            listAuditLog,
            { limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'audit-log' },
          ),
        ),
      {
        needs: 'admin',
        query: v.object(listing),
        response: Page(AuditEntry),
        detail: {
          summary: 'Changes of money, access and secrets, newest first',
          description: 'People who are limited to stores see what people with no other stores did.',
        },
      },
    )
