'use client'

import { useState } from 'react'
import { toolName, inputWords } from '../../lib/tools.ts'
import type { Said, Turn } from '../../lib/turns.ts'
import { moment } from '../../lib/times.ts'
import type { Beside, Failed, Running } from '../../lib/use-ask.ts'
import type { Action } from '../../lib/use-actions.ts'
import { Notice } from '../notice.tsx'
import { Skeleton } from '../skeleton.tsx'
import ui from '../ui.module.css'
import rows from '../rooms/rows.module.css'
import { ActionCard } from './action-card.tsx'
import { AnswerChart } from './answer-chart.tsx'
import { AnswerText } from './answer-text.tsx'
import { Receipts } from './receipts.tsx'
import styles from './thread.module.css'

type Props = {
  turns: readonly Turn[]
  running: Running | undefined
  failed: Failed | undefined
  /** What is only told with an answer, by its message. */
  beside: ReadonlyMap<number, Beside>
  actions: readonly Action[]
}

/** A conversation: questions, what was looked up, answers with their proofs, and what was proposed. */
export function Thread({ turns, running, failed, beside, actions }: Props) {
  const [opened, setOpened] = useState<{ ids: readonly number[]; figure?: string }>()
  const placed = actionsByTurn(turns, actions)
  return (
    <div className={styles.thread} role="log" aria-live="polite" aria-busy={running !== undefined}>
      {turns.map((turn, at) => (
        <article key={turn.id} className={styles.turn}>
          <p className={styles.question}>{turn.question}</p>
          {turn.steps.length > 0 && <Steps turn={turn} />}
          {turn.answers.map((said) => (
            <Answer key={said.message_id} said={said} beside={beside.get(said.message_id)} onOpen={setOpened} />
          ))}
          {placed[at]?.map((action) => (
            <ActionCard key={action.id} action={action} />
          ))}
        </article>
      ))}
      {running && (
        <article className={styles.turn}>
          <p className={styles.question}>{running.question}</p>
          {running.text === '' ? (
            <p className={styles.working}>
              {running.progress.at(-1) ?? <span className={ui.hidden}>Alfred is thinking</span>}
              <Skeleton width={20} />
            </p>
          ) : (
            <AnswerText text={running.text} />
          )}
        </article>
      )}
      {failed && (
        <article className={styles.turn}>
          <p className={styles.question}>{failed.question}</p>
          <Notice tone="attention">{failed.why}</Notice>
        </article>
      )}
      {opened && <Receipts ids={opened.ids} figure={opened.figure} onClose={() => setOpened(undefined)} />}
    </div>
  )
}

function Steps({ turn: { steps } }: { turn: Turn }) {
  return (
    <details className={styles.steps}>
      <summary>
        {steps.length === 1 ? toolName(steps[0]?.tool ?? '') : `${steps.length} look-ups`}
        {steps.some(({ failed }) => failed) && ', not all of them answered'}
      </summary>
      <ul>
        {steps.map(({ id, tool, input, failed }) => (
          <li key={id}>
            {toolName(tool)} <span>{inputWords(input)}</span>
            {failed && <span> (no answer)</span>}
          </li>
        ))}
      </ul>
    </details>
  )
}

type AnswerProps = {
  said: Said
  beside: Beside | undefined
  onOpen: (opened: { ids: readonly number[]; figure?: string }) => void
}

function Answer({ said: { text, receipt_ids: ids, at }, beside, onOpen }: AnswerProps) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <div className={styles.answer}>
      <AnswerText text={text} onFigure={ids.length > 0 ? (figure) => onOpen({ ids, figure }) : undefined} />
      {beside !== undefined && beside.citations.length > 0 && (
        <ol className={styles.citations} aria-label="Sources in the material">
          {beside.citations.map(({ source_id, title, place, url }) => (
            <li key={`${source_id} ${place}`}>
              {url === null ? title : <a href={url}>{title}</a>}
              {place !== null && <span> {place}</span>}
            </li>
          ))}
        </ol>
      )}
      {beside?.notice && <Notice>{beside.notice}</Notice>}
      {ids.map((id) => (
        <AnswerChart key={id} receipt={id} />
      ))}
      <p className={styles.foot}>
        {ids.length > 0 && (
          <button type="button" className={rows.plain} onClick={() => onOpen({ ids })}>
            Sources
          </button>
        )}
        <button type="button" className={rows.plain} onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </button>
        <time dateTime={at}>{moment(at)}</time>
      </p>
    </div>
  )
}

/** Proposals stand below the turn in which they were made. */
const actionsByTurn = (turns: readonly Turn[], actions: readonly Action[]): Action[][] => {
  const placed: Action[][] = turns.map(() => [])
  for (const action of actions.toReversed()) {
    const at = turns.findLastIndex((turn) => turn.at <= action.created_at)
    placed.at(at)?.push(action)
  }
  return placed
}
