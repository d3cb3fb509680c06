import type { Result } from './run.ts'
import { written } from './writing.ts'

const share = (results: Result[], of: (result: Result) => boolean) => `${results.filter(of).length}/${results.length}`
const row = (name: string, results: Result[]) =>
  `| ${name} | ${results.length} | ${share(results, ({ right }) => right.tool)} | ${share(results, ({ right }) => right.arguments)} | ${share(results, ({ right }) => right.value)} |`

/** Per language and per tool: questions, right tools, right arguments, right values. */
export function table(results: Result[]): string {
  const groups = [
    ...Map.groupBy(results, ({ one }) => one.language),
    ...Map.groupBy(results, ({ one }) => one.tool),
  ] as [string, Result[]][]
  return [
    '| | questions | tool right | arguments right | value right |',
    '| --- | --- | --- | --- | --- |',
    ...groups.map(([name, of]) => row(name, of)),
    row('all', results),
  ].join('\n')
}

/** The whole run as Markdown: table, cost, latency, and what was said where something was wrong. */
export function report(results: Result[], stopped: string | undefined): string {
  const cost = results.reduce((sum, one) => sum + one.cost, 0) / 1_000_000
  const took = results.map((one) => one.took / 1_000).toSorted((a, b) => a - b)
  const at = (part: number) => (took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? 0).toFixed(1)
  const failures = results.filter(({ right }) => !right.tool || !right.arguments || !right.value)
  return [
    '# Evaluation of the agents',
    ...(stopped ? [`Not all were asked: ${stopped}.`] : []),
    table(results),
    `Cost ${cost.toFixed(4)} USD, ${(cost / Math.max(1, results.length)).toFixed(4)} USD a question. Latency: median ${at(0.5)} s, 95 of 100 within ${at(0.95)} s.`,
    `## ${failures.length} not right`,
    ...failures.map(({ one, value, right, calls, said }) =>
      [
        `- **${one.question}** (${Object.entries(right)
          .flatMap(([what, is]) => (is ? [] : [`${what} wrong`]))
          .join(', ')})`,
        `  - wanted: \`${one.tool} ${JSON.stringify(one.input)}\` → ${written(value, one.language, 0)}`,
        `  - called: ${calls.map(({ tool, input }) => `\`${tool} ${JSON.stringify(input)}\``).join(', ') || 'nothing'}`,
        `  - said: ${said.replaceAll('\n', ' ')}`,
      ].join('\n'),
    ),
    '',
  ].join('\n\n')
}
