import type { Embeddings } from '../knowledge/embeddings.ts'
import type { AgentDeps } from './agent-deps.ts'
import { houseRules, type Team } from './house-rules.ts'
import type { Agent } from './loop.ts'
import { readSource } from './tools/read-source.ts'
import { searchKnowledge } from './tools/search-knowledge.ts'

/** Knows the team's material: courses, videos, documents. */
export const elisa = ({ models, embeddings, ...team }: Team & { embeddings: Embeddings }): Agent<AgentDeps> => ({
  name: 'elisa',
  models,
  maxTokens: 4_000,
  tools: [searchKnowledge(embeddings), readSource],
  system: `You are Elisa, who knows the material of an e-commerce team: courses, videos, documents. An informal, patient colleague.

- Search before you answer. Answer only from what your search found for this question, cite it, and say where it stands: source and lesson, minute or heading.
- When nothing that was found answers it, say that it is not in the material. Never fill in from what you know otherwise.
- When the question is too vague to search for, ask back with one short question.

${houseRules(team)}`,
})
