import * as v from 'valibot'
import { listAround } from '../../../sql/chunks.ts'
import { mustBeAllowed } from '../../access.ts'
import { AppError } from '../../errors.ts'
import type { AgentDeps } from '../agent-deps.ts'
import { keepPassages, passageBlocks, passageOf } from '../citations.ts'
import { tool } from '../tool.ts'

const Neighbours = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5)), 1)

export const readSource = tool({
  name: 'read_source',
  description: 'A passage that search_knowledge found, with the passages before and after it in the same source.',
  input: v.object({
    passage_id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    before: Neighbours,
    after: Neighbours,
  }),
  doing: () => 'Reading on in the material',
  run: async ({ db, who, turn }: AgentDeps, { passage_id, before, after }) => {
    mustBeAllowed(who, 'knowledge:read')
    const rows = await db((sql) => listAround(sql, { id: passage_id, before, after }))
    if (rows.length === 0)
      throw new AppError('not_found', `There is no passage ${passage_id}. Use the number that search_knowledge gave.`)
    const passages = rows.map(passageOf)
    keepPassages(turn, passages)
    return { passages }
  },
  blocks: ({ passages }) => passageBlocks(passages),
})
