import type { Answer } from '../agents/answer.ts'

/** The answer with a line for each place in the material that it cites, and the link there. */
export function withSources({ text, citations }: Pick<Answer, 'text' | 'citations'>): string {
  const lines = citations.map(({ title, place, url }) => {
    const named = place === null ? title : `${title}, ${place}`
    return `📖 ${url === null ? named : `${named}: ${url}`}`
  })
  return lines.length === 0 ? text : `${text}\n\n${lines.join('\n')}`
}
