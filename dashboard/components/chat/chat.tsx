'use client'

import { useSearchParams } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { withQuery } from '../../lib/api.ts'
import { chatPages } from '../../lib/chat-pages.ts'
import { useActions } from '../../lib/use-actions.ts'
import { useConversation } from '../../lib/use-conversation.ts'
import { kept } from '../../lib/kept.ts'
import { Asked } from '../rooms/asked.tsx'
import { Room } from '../rooms/room.tsx'
import ui from '../ui.module.css'
import styles from './chat.module.css'
import { Composer } from './composer.tsx'
import { Conversations } from './conversations.tsx'
import { Examples } from './examples.tsx'
import { Thread } from './thread.tsx'

/** Alfred in the browser. The conversation is in the address. */
export function Chat() {
  const query = useSearchParams()
  const asked = Number(query.get('conversation'))
  const conversation = Number.isSafeInteger(asked) && asked > 0 ? asked : undefined
  const { data: actions } = useActions(null)
  const [listed, setListed] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const end = useRef<HTMLDivElement>(null)

  const show = (id: number | undefined, { replace = false } = {}) => {
    const address = withQuery(window.location.pathname, {
      ...kept(query),
      conversation: id === undefined ? null : String(id),
    })
    if (replace) window.history.replaceState(null, '', address)
    else window.history.pushState(null, '', address)
    setListed(false)
  }
  const { messages, turns, beside, running, failed, ask, stop, forgive } = useConversation(conversation, (id) =>
    show(id, { replace: true }),
  )
  const begin = (id: number | undefined) => {
    stop()
    forgive()
    show(id)
    field.current?.focus()
  }
  const count = turns.length
  const isRunning = running !== undefined
  useEffect(() => {
    if (count > 0 || isRunning) end.current?.scrollIntoView({ block: 'end' })
  }, [count, isRunning])

  const own = (actions?.data ?? []).filter((action) => action.conversation_id === conversation)
  const fresh = conversation === undefined && !running && !failed
  return (
    <Room name="Chat" pages={chatPages} title="Ask Alfred">
      <div className={styles.chat} data-listed={listed || undefined}>
        <aside className={styles.side} aria-label="Conversations">
          <button type="button" className={ui.quiet} onClick={() => begin(undefined)}>
            New conversation
          </button>
          <Conversations current={conversation} onOpen={begin} />
        </aside>
        <div className={styles.main}>
          <button
            type="button"
            className={`${ui.quiet} ${styles.toggle}`}
            aria-expanded={listed}
            onClick={() => setListed(!listed)}
          >
            {listed ? 'Back to the conversation' : 'All conversations'}
          </button>
          <div className={styles.talk}>
            {fresh && <Examples onAsk={(question) => void ask(question, null)} />}
            {conversation !== undefined && messages.data === undefined && <Asked asked={messages}>{() => null}</Asked>}
            <Thread turns={turns} running={running} failed={failed} beside={beside} actions={own} />
            <div ref={end} className={styles.end} />
            <Composer
              key={query.get('ask')}
              first={query.get('ask') ?? ''}
              field={field}
              busy={isRunning}
              onSend={ask}
              onStop={stop}
            />
          </div>
        </div>
      </div>
    </Room>
  )
}
