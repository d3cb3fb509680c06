import type { ResponseParameters } from 'grammy/types'

/** What the Bot API answers instead of a result. `error_code` is also the HTTP status. */
export class Refusal extends Error {
  override name = 'Refusal'
  constructor(
    readonly error_code: number,
    readonly description: string,
    readonly parameters?: ResponseParameters,
  ) {
    super(description)
  }
}

export const badRequest = (description: string) => new Refusal(400, `Bad Request: ${description}`)
