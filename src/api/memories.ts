import { Elysia } from 'elysia'
import * as v from 'valibot'
import { seeing, type Sql } from '../../sql/connect.ts'
import {
  approveMemory,
  findMemory,
  listMemories,
  Memory,
  MemoryKind,
  MemoryScope,
  MemoryStatus,
  supersedeMemory,
  updateMemory,
} from '../../sql/memories.ts'
import { jsonRows } from '../../sql/query.ts'
import { mayDo, mustBeAllowed, type Who } from '../access.ts'
import { audit } from '../audit.ts'
import { Day } from '../day.ts'
import { AppError } from '../errors.ts'
import { forget, takenMemory } from '../memory/forget.ts'
import { mustHoldNoFigure } from '../memory/no-figures.ts'
import { remember } from '../memory/remember.ts'
import { afterId, entity, listAnswer, listing, mustMatch, Page, Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { IdParams } from './inputs.ts'

const Content = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(3, 'has at least 3 characters'),
  v.maxLength(500, 'has at most 500 characters'),
)
const Category = v.pipe(v.string(), v.trim(), v.maxLength(50, 'has at most 50 characters'))
const NewMemory = v.strictObject({
  content: Content,
  category: v.optional(Category, ''),
  scope: v.optional(v.picklist(['person', 'team']), 'person'),
  kind: v.optional(MemoryKind, 'preference'),
  store: v.optional(Slug),
  valid_until: v.optional(Day),
  /** The memory whose place it takes. */
  supersedes: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
})
const ChangedMemory = v.strictObject({
  content: v.optional(Content),
  category: v.optional(Category),
  valid_until: v.optional(v.nullable(Day)),
  status: v.optional(v.literal('active', 'must be active: to forget a memory, delete it')),
})
const Words = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(100, 'has at most 100 characters'),
)

/** What the agents remember, for people to look at, to approve, to correct and to delete. */
export const memoryRoutes = (deps: IdentityDeps) => {
  const { now } = deps
  const textOf = async (sql: Sql, id: number) => {
    const text = (await jsonRows(sql, findMemory, { id })).slice(1, -1)
    if (text === '') throw new AppError('not_found', `There is no memory ${id}.`)
    return text
  }
  // An admin looks after everybody's memories; others see their own and the team's, which the database holds.
  const seen = <T>(who: Who, work: (sql: Sql) => Promise<T>) =>
    seeing(deps.sql, who.stores, work, mayDo(who, 'admin') ? 'all' : who.user_id)

  return new Elysia({ prefix: '/memories', tags: ['memories'] })
    .use(identity(deps))
    .get(
      '',
      ({ who, query: { scope, status, q, of, limit, offset, cursor, count, format } }) => {
        if (of === 'everyone') mustBeAllowed(who, 'admin')
        const db = <T>(work: (sql: Sql) => Promise<T>) =>
          seeing(deps.sql, who.stores, work, of === 'everyone' ? 'all' : who.user_id)
        return db((sql) => {
          const user_id = of === 'everyone' ? null : who.user_id
          const asked = { user_id, chat_id: null, scope: scope ?? null, status: status ?? null, q: q ?? null }
          return listAnswer(
            sql,
            listMemories,
            { ...asked, limit, offset, after: afterId(cursor) },
            { db, format, count, name: 'memories' },
          )
        })
      },
      {
        needs: 'agents:use',
        query: v.object({
          ...listing,
          scope: v.optional(MemoryScope),
          status: v.optional(MemoryStatus),
          q: v.optional(Words),
          of: v.optional(v.picklist(['me', 'everyone'])),
        }),
        response: Page(Memory),
        detail: { summary: 'What the agents remember of you and of the team, newest first; `of=everyone` for admins' },
      },
    )
    .get('/:id', ({ who, params: { id } }) => seen(who, async (sql) => entity(await textOf(sql, id))), {
      needs: 'agents:use',
      params: IdParams,
      response: Memory,
      detail: { summary: 'A memory with its papers: who said it where, who approved it, how often it was used' },
    })
    .post(
      '',
      ({ db, who, body: { supersedes, ...body } }) =>
        db(async (sql) => {
          if (supersedes !== undefined) await takenMemory(sql, who, supersedes)
          const { memory, result } = await remember(sql, { who, now: now(), agent: null }, body)
          if (result === 'known' && supersedes === undefined)
            throw new AppError('conflict', `Memory ${memory.id} says that already: "${memory.content}".`)
          if (supersedes !== undefined && supersedes !== memory.id)
            await supersedeMemory(sql, { id: supersedes, superseded_by: memory.id, now: now() })
          return entity(await textOf(sql, memory.id), 201)
        }),
      {
        needs: 'agents:use',
        body: NewMemory,
        response: { 201: Memory },
        detail: {
          summary: 'Remember something for yourself, or for the team, which an admin approves',
          description:
            'Never a figure. `contradicts` in the answer names what is about the same; with `supersedes` it takes the place of one.',
        },
      },
    )
    .patch(
      '/:id',
      ({ who, request, params: { id }, body: { status, content, ...body } }) =>
        seen(who, async (sql) => {
          mustMatch(request, await textOf(sql, id))
          const memory = await takenMemory(sql, who, id)
          if (memory.status !== 'active' && memory.status !== 'proposed')
            throw new AppError('conflict', `Memory ${id} is ${memory.status}; it cannot be changed any more.`)
          if (content !== undefined) mustHoldNoFigure(content)
          await updateMemory(sql, {
            id,
            content: content ?? null,
            category: body.category ?? null,
            valid_until: body.valid_until,
            now: now(),
          })
          if (status === 'active' && (await approveMemory(sql, { id, user_id: who.user_id, now: now() })) > 0)
            await audit(sql, who, { action: 'memory.approved', subject: `memory ${id} of the ${memory.scope}` })
          return entity(await textOf(sql, id))
        }),
      {
        needs: 'agents:use',
        params: IdParams,
        body: ChangedMemory,
        response: Memory,
        detail: { summary: 'Correct a memory, or approve it with `status: active`: the team’s as an admin' },
      },
    )
    .delete(
      '/:id',
      ({ who, request, params: { id } }) =>
        seen(who, async (sql) => {
          mustMatch(request, await textOf(sql, id))
          await forget(sql, who, id, now())
          return { id, result: 'forgotten' as const }
        }),
      {
        needs: 'agents:use',
        params: IdParams,
        response: v.object({ id: v.number(), result: v.literal('forgotten') }),
        detail: { summary: 'Forget a memory: its words are gone' },
      },
    )
}
