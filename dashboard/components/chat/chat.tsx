'use client'

import { useSearchParams } from 'next/navigation'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useSWRConfig } from 'swr'
import type { AlfredAnswer } from '../../lib/alfred.ts'
import { chatPages } from '../../lib/chat-pages.ts'
import { type Turn, turnsOf } from '../../lib/turns.ts'
import { useActions } from '../../lib/use-actions.ts'
import { type Beside, type Failed, type Running, useAsk } from '../../lib/use-ask.ts'
import { useMessages } from '../../lib/use-messages.ts'
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
  const messages = useMessages(conversation)
  const { mutate } = useSWRConfig()
  const { data: actions } = useActions(null)
  const [beside, setBeside] = useState<ReadonlyMap<number, Beside>>(new Map())
  const [listed, setListed] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const end = useRef<HTMLDivElement>(null)

  const show = (id: number | undefined, { replace = false } = {}) => {
    const address = `${window.location.pathname}${id === undefined ? '' : `?conversation=${id}`}`
    if (replace) window.history.replaceState(null, '', address)
    else window.history.pushState(null, '', address)
    setListed(false)
  }
  const answered = async ({ conversation_id, message_id, citations, notice }: AlfredAnswer) => {
    setBeside((known) => new Map(known).set(message_id, { citations, notice }))
    if (conversation_id !== conversation) show(conversation_id, { replace: true })
    await Promise.all([
      mutate(`/conversations/${conversation_id}/messages?limit=500`),
      mutate((key) => typeof key === 'string' && (key.startsWith('/conversations?') || key.startsWith('/actions'))),
    ])
  }
  const turns = useMemo(() => turnsOf(messages.data?.data ?? []), [messages.data])
  const { running, failed, ask, stop, forgive } = useAsk(answered)
  const told = turnsBeside(turns, running, failed)
  const send = (text: string, store: string | null) => ask(text, store, conversation, turns.length)
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
            {fresh && <Examples onAsk={(question) => void send(question, null)} />}
            {conversation !== undefined && messages.data === undefined && <Asked asked={messages}>{() => null}</Asked>}
            <Thread turns={told} running={running} failed={failed} beside={beside} actions={own} />
            <div ref={end} className={styles.end} />
            <Composer field={field} busy={isRunning} onSend={send} onStop={stop} />
          </div>
        </div>
      </div>
    </Room>
  )
}

/** The turns without the question that is being answered or has failed, which is shown by itself. */
const turnsBeside = (turns: Turn[], running: Running | undefined, failed: Failed | undefined): Turn[] => {
  if (running) return turns.slice(0, running.after)
  const last = turns.at(-1)
  return failed && last?.answers.length === 0 && last.question === failed.question ? turns.slice(0, -1) : turns
}
