import { Elysia } from 'elysia'
import * as v from 'valibot'
import { Answer } from '../agents/answer.ts'
import type { Desk } from '../agents/desk.ts'
import { Slug } from './answers.ts'
import { identity, type IdentityDeps } from './identity.ts'

/** What a person says to an agent. */
export const QuestionText = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(8_000, 'has at most 8,000 characters'),
)

const Question = v.object({
  text: QuestionText,
  conversation_id: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  store: v.optional(Slug),
})

/** The agents over HTTP, by the same way as in Telegram. */
export const agentRoutes = (deps: IdentityDeps & { desk: Desk }) =>
  new Elysia({ prefix: '/agents', tags: ['agents'] })
    .use(identity(deps))
    .post(
      '/messages',
      ({ body, who, request }) => deps.desk.ask({ who, channel: 'api', ...body, signal: request.signal }),
      {
        needs: 'agents:use',
        body: Question,
        response: Answer,
        detail: { operationId: 'askAlfred', summary: 'Ask Alfred; give conversation_id to go on with a conversation' },
      },
    )
