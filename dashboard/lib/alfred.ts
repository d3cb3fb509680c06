import { post } from './api.ts'

export type AlfredAnswer = { conversation_id: number | string; agent: string; text: string }

/** Alfred's answer to `text`, about one store or all (null). Throws `ApiError`: 503 when no model is configured. */
export const askAlfred = (
  text: string,
  store: string | null,
  conversation: AlfredAnswer['conversation_id'] | undefined,
): Promise<AlfredAnswer> =>
  post('/agents/messages', {
    text,
    ...(store !== null && { store }),
    ...(conversation !== undefined && { conversation_id: conversation }),
  })
