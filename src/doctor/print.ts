import type { Finding, State } from './finding.ts'

const MARKS: Record<State, string> = { ok: '✓', warning: '!', problem: '✗', skipped: '–' }

/** What was found, for people: by part, what is wrong with what to do about it, and a line that sums it up. */
export function inWords(findings: readonly Finding[], fixed: readonly string[]): string {
  const lines: string[] = []
  for (const [part, found] of Map.groupBy(findings, (finding) => finding.part)) {
    lines.push(part)
    for (const { state, said, advice } of found) {
      lines.push(`  ${MARKS[state]} ${said}`)
      if (advice !== undefined && state !== 'ok') lines.push(`      → ${advice}`)
    }
  }
  const count = (state: State) => findings.filter((finding) => finding.state === state).length
  const [problems, warnings, fixable] = [count('problem'), count('warning'), findings.filter(({ fix }) => fix).length]
  return [
    ...fixed.map((done) => `Put right: ${done}`),
    ...lines,
    '',
    problems === 0 && warnings === 0
      ? 'All is well.'
      : `${problems} problem${problems === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}.${fixable > 0 ? ` ${fixable} of them can be put right: bun run doctor --fix` : ''}`,
  ].join('\n')
}

/** The same for programs. */
export const asJson = (findings: readonly Finding[], fixed: readonly string[]): string =>
  JSON.stringify(
    {
      well: findings.every(({ state }) => state !== 'problem'),
      fixed,
      findings: findings.map(({ part, state, said, advice, fix }) => ({
        part,
        state,
        said,
        ...(advice !== undefined && { advice }),
        ...(fix && { fixable: true }),
      })),
    },
    null,
    2,
  )
