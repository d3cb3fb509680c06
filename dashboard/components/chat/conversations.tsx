'use client'

import { useState } from 'react'
import { dayOf } from '../../lib/times.ts'
import { type Conversation, useConversations } from '../../lib/use-conversations.ts'
import { Asked } from '../rooms/asked.tsx'
import { useUndo } from '../rooms/use-undo.tsx'
import ui from '../ui.module.css'
import styles from './conversations.module.css'

type Props = { current: number | undefined; onOpen: (id: number | undefined) => void }

const channels: Record<string, string> = { telegram: 'Telegram', api: 'Dashboard', task: 'Task' }

/** What was asked before, here and in Telegram. */
export function Conversations({ current, onOpen }: Props) {
  const { asked, forget } = useConversations()
  const { gone, later, undo } = useUndo<number>()
  const [wanted, setWanted] = useState('')
  const drop = ({ id, title }: Conversation) => {
    later(id, `“${title.slice(0, 40)}” is deleted.`, () => forget(id))
    if (id === current) onOpen(undefined)
  }
  const matches = ({ id, title }: Conversation) =>
    !gone.has(id) && title.toLowerCase().includes(wanted.trim().toLowerCase())
  return (
    <>
      <Asked asked={asked} lines={2}>
        {({ data }) => (
          <>
            {data.length > 6 && (
              <input
                className={ui.input}
                type="search"
                aria-label="Find a conversation"
                placeholder="Find a conversation"
                value={wanted}
                onChange={(event) => setWanted(event.target.value)}
              />
            )}
            {data.length === 0 && <p className={styles.none}>Nothing was asked yet.</p>}
            <ul className={styles.list}>
              {data.filter(matches).map((conversation) => (
                <li key={conversation.id}>
                  <button
                    type="button"
                    className={styles.open}
                    aria-current={conversation.id === current ? 'true' : undefined}
                    onClick={() => onOpen(conversation.id)}
                  >
                    <span>{conversation.title || 'Without words'}</span>
                    <small>
                      {dayOf(conversation.created_at)}
                      {conversation.channel !== 'api' && `, ${channels[conversation.channel] ?? conversation.channel}`}
                    </small>
                  </button>
                  <button
                    type="button"
                    className={styles.drop}
                    aria-label={`Delete “${conversation.title.slice(0, 60)}”`}
                    onClick={() => drop(conversation)}
                  >
                    <svg viewBox="0 0 20 20" width="14" height="14" aria-hidden="true">
                      <path d="m5 5 10 10M15 5 5 15" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
                    </svg>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </Asked>
      {undo}
    </>
  )
}
