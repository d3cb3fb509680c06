export type BotApiAnswer = {
  ok: boolean
  result?: unknown
  error_code?: number
  description?: string
  parameters?: unknown
}

/** Calls a Bot API method without a library and returns the whole answer; its HTTP status must be its error code. */
export const callBotApi = async (
  { root, token }: { root: string; token: string },
  method: string,
  body: object = {},
): Promise<BotApiAnswer> => {
  const response = await fetch(`${root}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as BotApiAnswer
  if (response.status !== (answer.error_code ?? 200)) throw new Error(`HTTP ${response.status} for ${method}`)
  return answer
}

/** The message of the error that a promise must fail with. */
export const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it did not fail',
    (error: Error) => error.message,
  )
