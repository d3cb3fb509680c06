import { useCallback, useEffect, useRef, useState } from 'react'
import { type AlfredAnswer, askAlfred, type Citation } from './alfred.ts'
import { sentenceFor } from './api.ts'

/** A question that is being answered, after so many turns of its conversation. */
export type Running = { question: string; after: number; progress: string[]; text: string }

/** A question without an answer, and why. */
export type Failed = { question: string; why: string }

export type Beside = { citations: Citation[]; notice: string | null }

/**
 * Asks Alfred, one question at a time. `onAnswer` is waited for before the question stops running, so that its answer can take its place without a gap.
 * A question that failed or was stopped is given back in `failed`.
 */
export const useAsk = (onAnswer: (answer: AlfredAnswer) => Promise<unknown>) => {
  const [running, setRunning] = useState<Running>()
  const [failed, setFailed] = useState<Failed>()
  const stopper = useRef<AbortController>(undefined)

  useEffect(() => () => stopper.current?.abort(), [])

  const ask = async (text: string, store: string | null, conversation: number | undefined, after: number) => {
    if (running) return false
    const controller = new AbortController()
    stopper.current = controller
    setFailed(undefined)
    setRunning({ question: text, after, progress: [], text: '' })
    try {
      const answer = await askAlfred({
        text,
        store,
        conversation,
        signal: controller.signal,
        onProgress: (line) => setRunning((now) => now && { ...now, progress: [...now.progress, line] }),
        onText: (piece) => setRunning((now) => now && { ...now, text: now.text + piece }),
      })
      await onAnswer(answer)
      return true
    } catch (error) {
      setFailed({ question: text, why: controller.signal.aborted ? 'Stopped.' : sentenceFor(error) })
      return false
    } finally {
      setRunning(undefined)
    }
  }
  const stop = useCallback(() => stopper.current?.abort(), [])
  const forgive = useCallback(() => setFailed(undefined), [])
  return { running, failed, ask, stop, forgive }
}
