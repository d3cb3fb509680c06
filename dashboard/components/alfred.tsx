'use client'

import { type SubmitEvent, useRef, useState } from 'react'
import { type AlfredAnswer, askAlfred } from '../lib/alfred.ts'
import { sentenceFor } from '../lib/api.ts'
import styles from './alfred.module.css'
import { Skeleton } from './skeleton.tsx'
import ui from './ui.module.css'

type Turn = { id: number; question: string; answer?: string; error?: string }

const examples = ['Why did profit change this week?', 'Which products lose money?', 'How is ad spend doing?']

/** A question in plain words, answered by the agents. */
export function Alfred({ store }: { store: string | null }) {
  const [turns, setTurns] = useState<Turn[]>([])
  const [text, setText] = useState('')
  const [waiting, setWaiting] = useState(false)
  const conversation = useRef<AlfredAnswer['conversation_id']>(undefined)

  const ask = async (question: string) => {
    if (waiting || question.trim() === '') return
    setText('')
    setWaiting(true)
    const id = turns.length
    setTurns((asked) => [...asked, { id, question }])
    const finish = (outcome: Omit<Turn, 'id' | 'question'>) =>
      setTurns((asked) => [...asked.slice(0, -1), { id, question, ...outcome }])
    try {
      const answer = await askAlfred({ text: question, store, conversation: conversation.current })
      conversation.current = answer.conversation_id
      finish({ answer: answer.text })
    } catch (error) {
      finish({ error: sentenceFor(error) })
      setText(question)
    } finally {
      setWaiting(false)
    }
  }
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    void ask(text)
  }

  return (
    <section className={ui.panel} aria-labelledby="alfred-title">
      <h3 id="alfred-title" className={styles.title}>
        Ask Alfred
      </h3>
      <div className={styles.log} role="log" aria-live="polite">
        {turns.map(({ id, question, answer, error }) => (
          <div key={id} className={styles.turn}>
            <p className={styles.question}>{question}</p>
            {answer !== undefined && <p className={styles.answer}>{answer}</p>}
            {error !== undefined && <p className={styles.error}>{error}</p>}
            {answer === undefined && error === undefined && (
              <p>
                <span className={ui.hidden}>Alfred is looking</span>
                <Skeleton width={28} />
              </p>
            )}
          </div>
        ))}
      </div>
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
        <button className={ui.button} disabled={waiting}>
          Ask
        </button>
      </form>
      {turns.length === 0 && (
        <ul className={styles.examples} aria-label="Examples">
          {examples.map((example) => (
            <li key={example}>
              <button type="button" onClick={() => void ask(example)}>
                {example}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
