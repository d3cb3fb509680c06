import type { RecordedRequest } from './anthropic-turns.ts'

/** The longest text of a tool's result that is printed. */
const LONGEST = 300

const shortened = (text: string) =>
  text.length > LONGEST ? `${text.slice(0, LONGEST)} … (${text.length} characters)` : text

/** Collects what was said and done, and prints it as one text: `bun run transcripts` shows all of them. */
export function transcript(title: string) {
  const lines: string[] = []
  const shown = new Set<string>()
  const add = (who: string, text: string) =>
    lines.push(`${who.padEnd(10)}  ${text.replaceAll('\n', `\n${' '.repeat(12)}`)}`)
  return {
    add,
    /** The calls of tools that the requests to Claude carry, with what they gave; each once. */
    toolCalls(requests: readonly RecordedRequest[]) {
      for (const { body } of requests)
        for (const { content } of body.messages)
          for (const block of typeof content === 'string' ? [] : content) {
            if (block.type === 'tool_use' && !shown.has(block.id))
              add('  calls', `${block.name} ${JSON.stringify(block.input)}`)
            if (block.type === 'tool_result' && !shown.has(`${block.tool_use_id} result`)) {
              add(
                '  gets',
                shortened(typeof block.content === 'string' ? block.content : JSON.stringify(block.content)),
              )
              shown.add(`${block.tool_use_id} result`)
            }
            if (block.type === 'tool_use') shown.add(block.id)
          }
    },
    print: () => console.log(`\n=== ${title} ===\n${lines.join('\n')}\n`),
  }
}
