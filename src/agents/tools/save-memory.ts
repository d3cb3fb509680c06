import * as v from 'valibot'
import { MemoryKind, MemoryScope } from '../../../sql/memories.ts'
import { Day } from '../../day.ts'
import { remember } from '../../memory/remember.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'

export const saveMemory = tool({
  name: 'save_memory',
  description:
    'Remembers something that the person said about how they or the team work, when they ask for it or clearly mean it for later: a preference ' +
    '("answer in Dutch"), a rule or definition ("test orders do not count"), an episode ("we moved the warehouse in March"). Never a figure, never ' +
    'what a tool, a document, an order or another memory said. What the person said for themselves holds at once; all else a person must approve. ' +
    'Tell the person what you remembered and what is like it.',
  input: v.object({
    content: v.pipe(
      v.string(),
      v.minLength(3),
      v.maxLength(500),
      v.description('One or two sentences, in the words and the language of the person'),
    ),
    scope: v.optional(MemoryScope, 'person'),
    kind: v.optional(MemoryKind, 'preference'),
    category: v.optional(
      v.pipe(v.string(), v.maxLength(50), v.description('A word such as language, reports or shipping')),
      '',
    ),
    store: v.optional(v.pipe(v.string(), v.description('Slug, when it is about one store'))),
    valid_until: v.optional(v.pipe(Day, v.description('The last day on which it holds'))),
  }),
  writes: true,
  doing: () => 'Writing that down',
  run: async ({ db, who, now, conversation_id, message_id, embed }: AgentDeps, input) => {
    const source = { who, now: now(), agent: 'alfred' as const, conversation_id, message_id }
    const meaning = (await embed?.(input.content)) ?? null
    const { result, memory, others } = await db((sql) => remember(sql, source, input, meaning))
    return {
      memory_id: memory.id,
      result:
        result === 'known'
          ? 'it was remembered already'
          : memory.status === 'active'
            ? 'remembered'
            : 'waits for a yes',
      content: memory.content,
      scope: memory.scope,
      ...(memory.status === 'proposed' && {
        who_may_approve: memory.scope === 'team' ? 'an admin' : 'this person, in the list of memories',
      }),
      ...(others.length > 0 && {
        alike: others,
        hint: 'These are about the same: ask the person whether they still hold.',
      }),
    }
  },
})
