'use client'

import { useDeferredValue, useState } from 'react'
import { sentenceFor } from '../../lib/api.ts'
import { chatPages } from '../../lib/chat-pages.ts'
import { dayOf } from '../../lib/times.ts'
import { type Memory, useMemories, useMemoryChanges } from '../../lib/use-memories.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Room } from '../rooms/room.tsx'
import rows from '../rooms/rows.module.css'
import { useUndo } from '../rooms/use-undo.tsx'
import ui from '../ui.module.css'
import { CorrectMemory } from './correct-memory.tsx'
import { NewMemoryForm } from './new-memory.tsx'

/** What the agents remember, to look at, to approve, to correct and to forget. */
export function Memories() {
  const [wanted, setWanted] = useState('')
  const q = useDeferredValue(wanted.trim())
  const asked = useMemories(q || null)
  const [adding, setAdding] = useState(false)
  const { gone, later, undo } = useUndo<number>()
  const { forget } = useMemoryChanges()
  return (
    <Room
      name="Chat"
      pages={chatPages}
      title="Memory"
      intro="What Alfred and his colleagues know about you and the team: rules, preferences, decisions. Never figures: those are asked again every time."
    >
      <div className={rows.bar}>
        <input
          className={`${ui.input} ${rows.search}`}
          type="search"
          aria-label="Find a memory"
          placeholder="Find a memory"
          maxLength={100}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        <button type="button" className={ui.button} aria-expanded={adding} onClick={() => setAdding(!adding)}>
          Remember something
        </button>
      </div>
      {adding && <NewMemoryForm onDone={() => setAdding(false)} />}
      <Asked asked={asked} lines={4}>
        {({ data }) => {
          const shown = data.filter(({ id, status }) => !gone.has(id) && (status === 'active' || status === 'proposed'))
          if (shown.length === 0)
            return (
              <Notice>
                {q === ''
                  ? 'Nothing is remembered yet. Tell Alfred “remember that we never discount candles”, or write it here.'
                  : `Nothing that is remembered says “${q}”.`}
              </Notice>
            )
          return groups.map(({ title, holds }) => {
            const group = shown.filter(holds)
            return (
              group.length > 0 && (
                <section key={title} className={rows.part} aria-label={title}>
                  <h2 className={rows.title}>{title}</h2>
                  <ul className={rows.rows}>
                    {group.map((memory) => (
                      <Row
                        key={memory.id}
                        memory={memory}
                        onForget={() => later(memory.id, 'Forgotten.', () => forget(memory.id))}
                      />
                    ))}
                  </ul>
                </section>
              )
            )
          })
        }}
      </Asked>
      {undo}
    </Room>
  )
}

const groups: { title: string; holds: (memory: Memory) => boolean }[] = [
  { title: 'Waits for a yes', holds: ({ status }) => status === 'proposed' },
  { title: 'The team’s', holds: ({ status, scope }) => status === 'active' && scope === 'team' },
  { title: 'Of a group in Telegram', holds: ({ status, scope }) => status === 'active' && scope === 'chat' },
  { title: 'Yours', holds: ({ status, scope }) => status === 'active' && scope === 'person' },
]

function Row({ memory, onForget }: { memory: Memory; onForget: () => void }) {
  const { approve } = useMemoryChanges()
  const [correcting, setCorrecting] = useState(false)
  const [error, setError] = useState<string>()
  const accept = async () => {
    setError(undefined)
    try {
      await approve(memory.id)
    } catch (failure) {
      setError(sentenceFor(failure))
    }
  }
  if (correcting)
    return (
      <li className={rows.row}>
        <CorrectMemory id={memory.id} onDone={() => setCorrecting(false)} />
      </li>
    )
  const { kind, store, owner, scope, use_count, valid_until, contradicts, status, created_at } = memory
  return (
    <li className={rows.row}>
      <div className={rows.main}>
        <p>{memory.content}</p>
        <p className={rows.meta}>
          <span>{kind}</span>
          {store !== null && <span>{store}</span>}
          {scope === 'team' && <span>{owner}</span>}
          <span>{dayOf(created_at)}</span>
          {use_count > 0 && <span>used {use_count === 1 ? 'once' : `${use_count} times`}</span>}
          {valid_until !== null && <span>until {valid_until}</span>}
          {contradicts.length > 0 && (
            <span className={rows.badge} data-tone="attention">
              says otherwise than another
            </span>
          )}
        </p>
        {error !== undefined && (
          <p className={rows.error} role="alert">
            {error}
          </p>
        )}
      </div>
      <div className={rows.actions}>
        {status === 'proposed' && (
          <button type="button" className={rows.plain} onClick={() => void accept()}>
            Approve
          </button>
        )}
        <button type="button" className={rows.plain} onClick={() => setCorrecting(true)}>
          Correct
        </button>
        <button type="button" className={rows.plain} data-tone="loss" onClick={onForget}>
          Forget
        </button>
      </div>
    </li>
  )
}
