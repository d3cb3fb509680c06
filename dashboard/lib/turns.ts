import type { Message } from './use-messages.ts'

/** What an agent looked up, with what it gave. */
export type Step = { id: string; tool: string; input: unknown; failed: boolean }

export type Said = { message_id: number; text: string; receipt_ids: number[]; at: string }

/** A question with the look-ups and answers to it. */
export type Turn = { id: number; question: string; at: string; steps: Step[]; answers: Said[] }

/** The messages of a conversation as a person follows them. */
export const turnsOf = (messages: readonly Message[]): Turn[] => {
  const turns: Turn[] = []
  for (const { id, role, blocks, content, receipt_ids, created_at: at } of messages) {
    if (role === 'user') {
      turns.push({ id, question: content, at, steps: [], answers: [] })
      continue
    }
    const turn = turns.at(-1)
    if (!turn) continue
    for (const block of blocks) {
      if (block.type === 'tool_use')
        turn.steps.push({ id: block.id, tool: block.name, input: block.input, failed: false })
      if (block.type === 'tool_result' && block.is_error)
        turn.steps = turn.steps.map((step) => (step.id === block.id ? { ...step, failed: true } : step))
    }
    const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []))
    if (role === 'assistant' && texts.length > 0)
      turn.answers.push({ message_id: id, text: texts.join('\n'), receipt_ids, at })
  }
  return turns
}
