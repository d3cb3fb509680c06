import { Elysia } from 'elysia'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import packageFile from '../../package.json' with { type: 'json' }
import { seeing } from '../../sql/connect.ts'
import { CustomerData, PersonalData } from '../../sql/personal-data.ts'
import { audit } from '../audit.ts'
import { backupName } from '../backup/keep.ts'
import { AppError } from '../errors.ts'
import { erasePerson, exportCustomer, exportPerson, forgetCustomer } from '../personal-data.ts'
import { json, Slug } from './answers.ts'
import { mayTakeLong } from './deadline.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

const Customer = v.pipe(
  v.string(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(200, 'has at most 200 characters'),
  v.description('The customer as the source of the orders calls them.'),
)
const OfStore = v.object({ store: Slug, customer: Customer })

/** What is kept of persons, given to them or taken away, and the whole workspace as a file to leave with. */
export const personalDataRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  return new Elysia({ tags: ['personal data'] })
    .use(identity(deps))
    .get(
      '/users/:id/personal-data',
      async ({ who, params: { id } }) => json(await exportPerson(deps.sql, who, { user_id: id })),
      {
        needs: 'admin',
        params: IdParams,
        response: PersonalData,
        detail: { summary: 'All that is kept about a member of the team, without secrets' },
      },
    )
    .post(
      '/users/:id/erase',
      ({ db, who, params: { id } }) => db((tx) => erasePerson(tx, who, { user_id: id, now: now() })),
      {
        needs: 'admin',
        params: IdParams,
        response: v.object({ pseudonym: v.string() }),
        detail: {
          summary: 'Take a member of the team out of the records, for good',
          description:
            'Conversations, memories, tasks, messages, tokens and sessions are deleted; the audit log and imports name a pseudonym; closed months ' +
            'keep who closed them, as part of what was signed. Every figure stays. Backups made before keep the person until they have had their time.',
        },
      },
    )
    .get(
      '/customers/personal-data',
      ({ db, who, query }) => db(async (tx) => json(await exportCustomer(tx, who, query))),
      {
        needs: 'admin',
        query: OfStore,
        response: CustomerData,
        detail: {
          summary:
            'All that is kept about a customer of a store: their orders, and what was proposed to be done to them',
        },
      },
    )
    .post('/customers/erase', ({ db, who, body }) => db((tx) => forgetCustomer(tx, who, { ...body, now: now() })), {
      needs: 'admin',
      body: OfStore,
      response: v.object({ pseudonym: v.string(), orders: v.number(), actions: v.number() }),
      detail: {
        summary: 'Give a customer of a store a pseudonym, in every order there is and that will be imported',
        description:
          'Figures stay, those of first and later orders too: all orders of the customer have the same pseudonym. Addresses, notes and tracking ' +
          'numbers go out of `actions`, of what was noted of them and of the conversations that they came from. 409 while such an action is being ' +
          'carried out.',
      },
    })
    .get(
      '/workspace/export',
      async ({ who, request, server }) => {
        if (who.stores !== 'all')
          throw new AppError('forbidden', 'You are limited to some stores, and the file holds all of them.')
        mayTakeLong(request, server)
        // A read is answered before its transaction has ended; this has to be kept before the file is begun, and stands in it.
        await seeing(deps.sql, 'all', (tx) => audit(tx, who, { action: 'workspace.exported', subject: 'workspace' }))
        return workspaceFile(deps.sql, now)
      },
      {
        needs: 'admin',
        response: v.string(),
        detail: {
          produces: ['application/gzip'],
          summary: 'The whole workspace as a file: every table as CSV in a gzipped tar',
          description:
            'Standard tools open it (`tar xz`), and `bun run restore FILE` makes a workspace of it again. Passwords, sessions, tokens and the keys of ' +
            'other services are not in it.',
        },
      },
    )
}

/** Written whole before the first byte leaves, so that a failure is no half file. It goes once it was sent. */
async function workspaceFile(sql: IdentityDeps['sql'], now: () => Date): Promise<Response> {
  const folder = await mkdtemp(join(tmpdir(), 'dealdome-export-'))
  const name = backupName(now(), { encrypted: false })
  const file = join(folder, name)
  const gone = () => rm(folder, { recursive: true, force: true })
  try {
    const { writeBackup } = await import('../backup/write-backup.ts')
    await writeBackup(sql, { file, recipients: [], release: packageFile.version, now, toLeave: true })
  } catch (error) {
    await gone()
    throw error
  }
  const sent = Bun.file(file)
    .stream()
    .pipeThrough(new TransformStream({ flush: gone }))
  return new Response(sent, {
    headers: {
      'content-type': 'application/gzip',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}
