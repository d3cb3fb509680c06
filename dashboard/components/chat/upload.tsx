'use client'

import { type SubmitEvent, useState } from 'react'
import { reasonFor } from '../../lib/api.ts'
import { textOf } from '../../lib/form-text.ts'
import { type Added, useSourceChanges } from '../../lib/use-sources.ts'
import { Field } from '../field.tsx'
import rows from '../rooms/rows.module.css'
import { TextArea } from '../rooms/text-area.tsx'
import ui from '../ui.module.css'
import styles from './upload.module.css'

type Outcome = { id: number; name: string; state: 'sending' | Added['result'] | 'failed'; why?: string }

const words: Record<Outcome['state'], string> = {
  sending: 'is being sent',
  created: 'was added',
  replaced: 'took the place of its older self',
  unchanged: 'was there already',
  failed: 'could not be added',
}

/** Adds files, dropped or chosen, or a text that is pasted. */
export function Upload() {
  const { upload, write } = useSourceChanges()
  const [over, setOver] = useState(false)
  const [pasting, setPasting] = useState(false)
  const [outcomes, setOutcomes] = useState<Outcome[]>([])

  const follow = async (name: string, work: Promise<Added>) => {
    const id = Math.random()
    const put = (outcome: Omit<Outcome, 'id' | 'name'>) =>
      setOutcomes((all) => [...all.filter((one) => one.id !== id), { id, name, ...outcome }])
    put({ state: 'sending' })
    try {
      put({ state: (await work).result })
      return true
    } catch (error) {
      put({
        state: 'failed',
        why: reasonFor(error),
      })
      return false
    }
  }
  // One after the other: each is read as a whole on the server.
  const send = async (files: Iterable<File>) => {
    for (const file of files) await follow(file.name, upload(file))
  }
  const paste = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    const entered = new FormData(event.currentTarget)
    const title = textOf(entered, 'title').trim()
    if (await follow(title, write(title, textOf(entered, 'text')))) setPasting(false)
  }
  return (
    <section aria-label="Add material" className={styles.upload}>
      <label
        className={styles.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void send(event.dataTransfer.files)
        }}
      >
        <input
          type="file"
          multiple
          accept=".vtt,.srt,.md,.markdown,.txt,.html,.htm,.yaml,.yml,.pdf,.docx"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])]
            event.target.value = ''
            void send(files)
          }}
        />
        <strong>Drop files here, or choose them</strong>
        <span>Transcripts (VTT, SRT), PDF with a text layer, Word, Markdown, HTML, text; at most 20 MB each</span>
      </label>
      <button type="button" className={rows.plain} aria-expanded={pasting} onClick={() => setPasting(!pasting)}>
        Paste a text instead
      </button>
      {pasting && (
        <form className={`${ui.panel} ${rows.form}`} aria-label="Paste a text" onSubmit={(event) => void paste(event)}>
          <Field label="Title" name="title" required maxLength={200} />
          <TextArea label="Text" name="text" required rows={6} />
          <div className={rows.end}>
            <button className={ui.button}>Add</button>
            <button type="button" className={ui.quiet} onClick={() => setPasting(false)}>
              Cancel
            </button>
          </div>
        </form>
      )}
      <ul role="status" className={styles.outcomes}>
        {outcomes.map(({ id, name, state, why }) => (
          <li key={id} data-state={state}>
            {name} {words[state]}
            {why !== undefined && `: ${why}`}
          </li>
        ))}
      </ul>
    </section>
  )
}
