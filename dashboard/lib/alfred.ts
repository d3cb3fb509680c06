import { ApiError, type Problem, send } from './api.ts'

export type AgentName = 'alfred' | 'roos' | 'elisa'

/** Where in the material an answer stands. */
export type Citation = { source_id: number; title: string; place: string | null; url: string | null }

export type AlfredAnswer = {
  conversation_id: number
  message_id: number
  agent: AgentName
  text: string
  receipt_ids: number[]
  action_ids: number[]
  citations: Citation[]
  notice: string | null
}

export type Question = {
  text: string
  /** One store or all (null). */
  store: string | null
  /** Goes on with this conversation; without it a new one begins. */
  conversation?: number | undefined
  signal?: AbortSignal
  /** Gets short lines on what is being done. */
  onProgress?: (line: string) => void
  /** Gets pieces of the answer as soon as they are proven; the answer's text replaces them. */
  onText?: (piece: string) => void
}

/** Alfred's answer, told while it is made. Throws `ApiError`: 503 when no model is configured; what `signal` says when it stops the work. */
export const askAlfred = async (question: Question): Promise<AlfredAnswer> => {
  const { text, store, conversation, signal, onProgress, onText } = question
  const response = await send('/agents/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      text,
      ...(store !== null && { store }),
      ...(conversation !== undefined && { conversation_id: conversation }),
    }),
    ...(signal && { signal }),
  })
  if (response.body === null) throw lost()
  for await (const { event, data } of eventsOf(response.body)) {
    if (event === 'progress') onProgress?.((data as { line: string }).line)
    if (event === 'text') onText?.((data as { text: string }).text)
    if (event === 'answer') return data as AlfredAnswer
    if (event === 'error') {
      const problem = data as Problem
      throw new ApiError(problem.status, problem.detail ?? problem.title, problem.errors)
    }
  }
  throw lost()
}

const lost = () => new ApiError(0, 'The connection broke before the answer was whole. Ask again.')

/** The server-sent events of a body, with their data parsed. */
async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    const parts = (rest + (value ?? '')).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const event = /^event: (.*)$/m.exec(part)?.[1]
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) as unknown }
    }
  }
}
