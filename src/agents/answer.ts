import * as v from 'valibot'
import { AgentName } from '../../sql/conversations.ts'

/** Where in the material an answer stands: the source, the place in it (a lesson's minute, a heading), and a link there. */
export const Citation = v.object({
  source_id: v.number(),
  title: v.string(),
  place: v.nullable(v.string()),
  url: v.nullable(v.string()),
})
export type Citation = v.InferOutput<typeof Citation>

/** What the desk answers to a question. */
export const Answer = v.object({
  conversation_id: v.number(),
  /** The stored answer. */
  message_id: v.number(),
  agent: AgentName,
  text: v.string(),
  /** The proofs of the figures in the text. */
  receipt_ids: v.array(v.number()),
  /** What was proposed and waits for a person's yes. */
  action_ids: v.array(v.number()),
  citations: v.array(Citation),
  /** Something that the person should know beside the answer, such as a budget that is nearly used up. */
  notice: v.nullable(v.string()),
})
export type Answer = v.InferOutput<typeof Answer>
