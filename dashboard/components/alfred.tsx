'use client'

import Link from 'next/link'
import { type SubmitEvent, useState } from 'react'
import { useConversation } from '../lib/use-conversation.ts'
import styles from './alfred.module.css'
import { Thread } from './chat/thread.tsx'
import ui from './ui.module.css'

const examples = ['Why did profit change this week?', 'Which products lose money?', 'How is ad spend doing?']

/** A question in plain words, answered by the agents; the chat goes on with it. */
export function Alfred({ store }: { store: string | null }) {
  const [conversation, setConversation] = useState<number>()
  const { turns, beside, running, failed, ask } = useConversation(conversation, setConversation)
  const [text, setText] = useState('')
  const send = async (question: string) => {
    if (running || question.trim() === '') return
    setText('')
    if (!(await ask(question.trim(), store))) setText((now) => now || question)
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void send(text)
  }
  const begun = turns.length > 0 || running !== undefined || failed !== undefined
  return (
    <section className={ui.panel} aria-labelledby="alfred-title">
      <header className={styles.head}>
        <h3 id="alfred-title">Ask Alfred</h3>
        {conversation !== undefined && <Link href={`/chat?conversation=${conversation}`}>Go on in the chat</Link>}
      </header>
      {begun && (
        <div className={styles.log}>
          <Thread turns={turns} running={running} failed={failed} beside={beside} actions={[]} />
        </div>
      )}
      <form className={styles.form} onSubmit={submit}>
        <label className={styles.field}>
          <span className={ui.hidden}>Your question</span>
          <input
            className={ui.input}
            value={text}
            maxLength={2000}
            autoComplete="off"
            placeholder="What do you want to know?"
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <button className={ui.button} disabled={running !== undefined}>
          Ask
        </button>
      </form>
      {!begun && (
        <ul className={styles.examples} aria-label="Examples">
          {examples.map((example) => (
            <li key={example}>
              <button type="button" onClick={() => void send(example)}>
                {example}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
