import { Elysia } from 'elysia'
import * as v from 'valibot'
import { AgentName } from '../../sql/conversations.ts'
import { Answer } from '../agents/answer.ts'
import type { Desk, Question } from '../agents/desk.ts'
import { Slug } from './answers.ts'
import { mayTakeLong } from './deadline.ts'
import { eventStream } from './event-stream.ts'
import { idempotentRequest, onceAlone } from './idempotency.ts'
import { identity, type IdentityDeps } from './identity.ts'
import { lateProblem } from './problems.ts'

/** What a person says to an agent. */
export const QuestionText = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(8_000, 'has at most 8,000 characters'),
)

const Asked = v.object({
  text: QuestionText,
  conversation_id: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  store: v.optional(Slug),
  agent: v.optional(AgentName),
})

/** The agents over HTTP, by the same way as in Telegram. */
export const agentRoutes = (deps: IdentityDeps & { desk: Desk; report: (error: unknown, instance: string) => void }) =>
  new Elysia({ prefix: '/agents', tags: ['agents'] }).use(identity(deps)).post(
    '/messages',
    ({ body, who, request, requestId, server, set }) => {
      mayTakeLong(request, server)
      const question: Question = { ...body, who, channel: 'api' }
      const repeat = idempotentRequest(request, body, who.user_id, deps.now())
      const ask = async (more: Partial<Question>, signal: AbortSignal): Promise<Answer> => {
        if (!repeat) return deps.desk.ask({ ...question, ...more, signal })
        const { answer, replayed } = await onceAlone(deps.sql, repeat, () => deps.desk.ask({ ...question, ...more }))
        if (replayed) set.headers['idempotency-replayed'] = 'true'
        return answer
      }
      if (!request.headers.get('accept')?.includes('text/event-stream')) return ask({}, request.signal)
      return eventStream(request.signal, async (send, signal) => {
        try {
          const onProgress = (line: string) => send('progress', { line })
          const onText = (text: string) => send('text', { text })
          send('answer', await ask({ onProgress, onText }, signal))
        } catch (error) {
          if (!signal.aborted) send('error', lateProblem(error, requestId, deps.report))
        }
      })
    },
    {
      needs: 'agents:use',
      body: Asked,
      response: Answer,
      detail: {
        operationId: 'askAlfred',
        summary: 'Ask Alfred or a colleague; give conversation_id to go on with a conversation',
        description:
          'With `Accept: text/event-stream` it answers events: `progress` (`{line}`) while it works, `text` (`{text}`), a piece of the answer whose figures are proven, ' +
          'then `answer`, this same JSON, which replaces the pieces, or `error`, the problem details. The work stops when the client leaves, ' +
          'unless it gave an `Idempotency-Key`: then it goes on, and the same request gets the answer later, without being asked twice.',
        produces: ['text/event-stream'],
      },
    },
  )
