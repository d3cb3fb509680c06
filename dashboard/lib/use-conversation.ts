import { useMemo, useState } from 'react'
import { useSWRConfig } from 'swr'
import type { AlfredAnswer } from './alfred.ts'
import { type Turn, turnsOf } from './turns.ts'
import { type Beside, type Failed, type Running, useAsk } from './use-ask.ts'
import { messagesOf, useMessages } from './use-messages.ts'

/** A conversation with the agents, and how to go on with it; `onBegin` gets the id of one that began with a question. */
export const useConversation = (conversation: number | undefined, onBegin: (id: number) => void) => {
  const messages = useMessages(conversation)
  const { mutate } = useSWRConfig()
  const [beside, setBeside] = useState<ReadonlyMap<number, Beside>>(new Map())
  const turns = useMemo(() => turnsOf(messages.data?.data ?? []), [messages.data])
  const answered = async ({ conversation_id, message_id, citations, notice }: AlfredAnswer) => {
    setBeside((known) => new Map(known).set(message_id, { citations, notice }))
    if (conversation_id !== conversation) onBegin(conversation_id)
    await Promise.all([
      mutate(messagesOf(conversation_id)),
      mutate((key) => typeof key === 'string' && (key.startsWith('/conversations?') || key.startsWith('/actions'))),
    ])
  }
  const { running, failed, ask, stop, forgive } = useAsk(answered)
  return {
    messages,
    turns: turnsBeside(turns, running, failed),
    beside,
    running,
    failed,
    stop,
    forgive,
    ask: (text: string, store: string | null) => ask(text, store, conversation, turns.length),
  }
}

/** The turns without the question that is being answered or has failed, which is shown by itself. */
const turnsBeside = (turns: Turn[], running: Running | undefined, failed: Failed | undefined): Turn[] => {
  if (running) return turns.slice(0, running.after)
  const last = turns.at(-1)
  return failed && last?.answers.length === 0 && last.question === failed.question ? turns.slice(0, -1) : turns
}
