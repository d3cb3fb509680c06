import { isDeepStrictEqual } from 'node:util'
import type { Question } from './questions.ts'
import type { Server } from './servers.ts'

/** What a server adds beside the figures, such as the cursor of the next page. */
const BESIDE = new Set(['next', 'store', 'currency', 'grain', 'start', 'end'])

/** Holds all servers to the same figures: what is fast and wrong is not measured. */
export async function sameAnswers(servers: Server[], questions: [Question, string][], token: string) {
  for (const [question, path] of questions) {
    const answers = await Promise.all(
      servers.map(async ({ address, name }) => {
        const answer = await fetch(address + path, { headers: { authorization: `Bearer ${token}` } })
        if (!answer.ok) throw new Error(`${name}, ${question}: ${answer.status} ${await answer.text()}`)
        return figures(await answer.json())
      }),
    )
    if (!answers.every((one) => isDeepStrictEqual(one, answers[0]) && JSON.stringify(one).length > 100))
      throw new Error(
        `${question}: the answers differ\n${answers.map((one) => JSON.stringify(one).slice(0, 600)).join('\n')}`,
      )
  }
}

/** Amounts are decimal text in rows and numbers in JSON. */
function figures(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(figures)
  if (typeof value === 'string') return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (BESIDE.has(key) ? [] : [[key, figures(one)]])),
  )
}
