'use client'

import { chatPages } from '../../lib/chat-pages.ts'
import { useMay } from '../../lib/use-me.ts'
import { type Source, useSourceChanges, useSources } from '../../lib/use-sources.ts'
import { dayOf, lasting } from '../../lib/times.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Progress } from '../rooms/progress.tsx'
import { Room } from '../rooms/room.tsx'
import rows from '../rooms/rows.module.css'
import { useUndo } from '../rooms/use-undo.tsx'
import { SearchMaterial } from './search-material.tsx'
import { Upload } from './upload.tsx'

/** The material that Elisa answers from: upload, progress, search. */
export function Knowledge() {
  const may = useMay('knowledge:write')
  const asked = useSources()
  const { drop } = useSourceChanges()
  const { gone, later, undo } = useUndo<number>()
  return (
    <Room
      name="Chat"
      pages={chatPages}
      title="Knowledge"
      intro="Courses, videos, documents. Elisa answers from them and names the place, to the minute of a video."
    >
      {may && <Upload />}
      <SearchMaterial />
      <section className={rows.part} aria-label="Material">
        <h2 className={rows.title}>Material</h2>
        <Asked asked={asked}>
          {({ data }) => {
            const shown = data.filter(({ id }) => !gone.has(id))
            return shown.length === 0 ? (
              <Notice>There is no material yet. Add a transcript, a PDF or a document above.</Notice>
            ) : (
              <ul className={rows.rows}>
                {shown.map((source) => (
                  <Row
                    key={source.id}
                    may={may}
                    source={source}
                    onDrop={() => later(source.id, `“${source.title}” is forgotten.`, () => drop(source.id))}
                  />
                ))}
              </ul>
            )
          }}
        </Asked>
      </section>
      {undo}
    </Room>
  )
}

function Row({ source, may, onDrop }: { source: Source; may: boolean; onDrop: () => void }) {
  const { status, chunks, embedded, duration, error, notes } = source
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <p>{source.url === null ? source.title : <a href={source.url}>{source.title}</a>}</p>
        <p className={rows.meta}>
          <span>{source.kind}</span>
          <span>{source.format}</span>
          {duration !== null && <span>{lasting(duration)}</span>}
          <span>{chunks === 1 ? '1 part' : `${chunks} parts`}</span>
          <span>{dayOf(source.created_at)}</span>
          {status === 'text_only' && <span>found by its words; by meaning once a key for OpenAI is set</span>}
        </p>
        {status === 'embedding' && (
          <Progress label={`${source.title} is being read`} done={embedded} of={chunks}>
            {embedded} of {chunks}
          </Progress>
        )}
        {status === 'failed' && <p className={rows.error}>{error} It will be tried again.</p>}
        {notes.map((note) => (
          <p key={note} className={rows.meta}>
            {note}
          </p>
        ))}
      </div>
      {may && (
        <div className={rows.actions}>
          <button type="button" className={rows.plain} data-tone="loss" onClick={onDrop}>
            Forget
          </button>
        </div>
      )}
    </li>
  )
}
