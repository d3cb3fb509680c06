import * as v from 'valibot'
import { chatOfConversation } from '../../../sql/conversations.ts'
import { listMemories as list } from '../../../sql/memories.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { tool } from '../tool.ts'

const MOST = 30

export const listMemories = tool({
  name: 'list_memories',
  description:
    'What is remembered for this person, this chat and the team, newest first, those that wait for a yes included.',
  input: v.object({ words: v.optional(v.pipe(v.string(), v.minLength(2), v.maxLength(100))) }),
  doing: () => 'Looking at what I remember',
  run: ({ db, who, conversation_id }: AgentDeps, { words }) =>
    db(async (sql) => {
      const chat = conversation_id === undefined ? undefined : await chatOfConversation(sql, { conversation_id })
      const asked = {
        user_id: who.user_id,
        chat_id: chat?.chat_id ?? null,
        scope: null,
        status: null,
        q: words ?? null,
      }
      const found = await list(sql, { ...asked, limit: MOST + 1, offset: 0, after: null })
      return {
        memories: found
          .slice(0, MOST)
          .map(({ id, content, scope, kind, category, status, valid_until, created_at }) => ({
            memory_id: id,
            content,
            scope,
            kind,
            category,
            status,
            valid_until,
            since: created_at.slice(0, 10),
          })),
        ...(found.length > MOST && { hint: `There are more than ${MOST}. Give words to narrow them.` }),
      }
    }),
})
