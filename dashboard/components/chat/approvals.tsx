'use client'

import { useState } from 'react'
import { chatPages } from '../../lib/chat-pages.ts'
import { useActions } from '../../lib/use-actions.ts'
import { Notice } from '../notice.tsx'
import { Asked } from '../rooms/asked.tsx'
import { Room } from '../rooms/room.tsx'
import { Switch } from '../rooms/switch.tsx'
import { ActionCard } from './action-card.tsx'
import styles from './approvals.module.css'

const views = [
  { value: 'pending', label: 'Waiting' },
  { value: 'all', label: 'All' },
] as const

/** What the agents propose to do to shops and costs. */
export function Approvals() {
  const [view, setView] = useState<(typeof views)[number]['value']>('pending')
  const asked = useActions(view === 'pending' ? 'pending' : null)
  return (
    <Room
      name="Chat"
      pages={chatPages}
      title="Approvals"
      intro="What the agents propose to do to shops and costs. Nothing is done before somebody with the right says yes, within the limits of the team."
    >
      <Switch label="Show" options={views} value={view} onChoose={setView} />
      <Asked asked={asked}>
        {({ data }) =>
          data.length === 0 ? (
            <Notice>
              {view === 'pending'
                ? 'Nothing waits for a yes. Ask Alfred for a change, such as “refund order 1234” or “raise the price of the mug to €18”.'
                : 'Nothing was ever proposed.'}
            </Notice>
          ) : (
            <ul className={styles.cards}>
              {data.map((action) => (
                <li key={action.id}>
                  <ActionCard action={action} />
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </Room>
  )
}
