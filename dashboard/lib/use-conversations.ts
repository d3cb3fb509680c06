import useSWR, { useSWRConfig } from 'swr'
import type { AgentName } from './alfred.ts'
import { get, remove } from './api.ts'

export type Conversation = {
  id: number
  agent: AgentName
  channel: string
  /** How it began. */
  title: string
  messages: number
  created_at: string
}

const LIST = '/conversations?limit=100'

/** The user's conversations with the agents, newest first, Telegram's too. `forget` deletes one with its messages; throws `ApiError`. */
export const useConversations = () => {
  const asked = useSWR<{ data: Conversation[]; next: string | null }>(LIST, get)
  const { mutate } = useSWRConfig()
  const forget = async (id: number) => {
    await remove(`/conversations/${id}`)
    await mutate(LIST)
  }
  return { asked, forget }
}
