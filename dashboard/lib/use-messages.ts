import useSWR from 'swr'
import { get } from './api.ts'

export type Block =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown }
  | { type: 'tool_result'; id: string; text: string; is_error: boolean }

export type Message = {
  id: number
  role: 'user' | 'assistant' | 'tool'
  content: string
  blocks: Block[]
  receipt_ids: number[]
  created_at: string
}

/** Where the messages of a conversation are asked for. */
export const messagesOf = (conversation: number): string => `/conversations/${conversation}/messages?limit=500`

/** The messages of a conversation, oldest first; none without one. */
export const useMessages = (conversation: number | undefined) =>
  useSWR<{ data: Message[] }>(conversation === undefined ? null : messagesOf(conversation), get)
