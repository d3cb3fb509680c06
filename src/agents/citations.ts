import { linkTo, placeOf } from '../knowledge/place.ts'
import type { Turn } from './agent-deps.ts'
import type { Citation } from './answer.ts'
import { fenced } from './fence.ts'
import type { StoredMessage } from './loop.ts'
import type { ResultBlocks } from './tool.ts'

/** A passage of the material as a tool gives it. */
export type Passage = Citation & { id: number; text: string }
/** What was found, by what the model cites it with. */
export type Passages = Map<string, Citation>

type Row = { id: number; source_id: number; title: string; content: string } & Parameters<typeof placeOf>[0]
export const passageOf = (row: Row): Passage => ({
  id: row.id,
  source_id: row.source_id,
  title: row.title,
  place: placeOf(row),
  url: linkTo(row),
  text: row.content,
})

/** The title says the place as well, so that two passages of one page are told apart. */
const titleOf = ({ title, place }: Citation) => (place === null ? title : `${title}, ${place}`)
const sourceOf = ({ url, source_id }: Citation) => url ?? `source ${source_id}`
const keyOf = (source: string, title: string | null) => `${source}\n${title ?? ''}`

/** Keeps passages for the citations of the answer. */
export function keepPassages({ passages }: Pick<Turn, 'passages'>, found: readonly Passage[]): void {
  for (const passage of found) {
    const { source_id, title, place, url } = passage
    passages.set(keyOf(sourceOf(passage), titleOf(passage)), { source_id, title, place, url })
  }
}

/** Passages as search results that the model cites paragraph by paragraph, then notes. Their texts are data, between marks. */
export function passageBlocks(found: readonly Passage[], ...notes: (string | undefined)[]): ResultBlocks {
  const results = found.map((passage) => ({
    type: 'search_result' as const,
    source: sourceOf(passage),
    title: titleOf(passage),
    content: fenced(`passage ${passage.id} of ${passage.title}`, passage.text)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((text) => ({ type: 'text' as const, text })),
    citations: { enabled: true },
  }))
  const said = notes.filter((note) => note !== undefined).map((text) => ({ type: 'text' as const, text }))
  return [...results, ...said]
}

/** Adds what the last message cites to the answer, each place once. */
export function cite(
  { passages, citations }: Pick<Turn, 'passages' | 'citations'>,
  messages: readonly StoredMessage[],
) {
  const last = messages.at(-1)
  for (const block of last?.role === 'assistant' ? last.content : [])
    for (const cited of block.type === 'text' ? (block.citations ?? []) : []) {
      if (cited.type !== 'search_result_location') continue
      const found = passages.get(keyOf(cited.source, cited.title))
      if (found && !citations.some((known) => isSame(known, found))) citations.push(found)
    }
}

const isSame = (one: Citation, other: Citation) => one.source_id === other.source_id && one.place === other.place
