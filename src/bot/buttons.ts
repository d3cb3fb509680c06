import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../errors.ts'

/** Hours that a button does what it says; after them a report is sent anew, and a decision is refused. */
const HOURS = 48
/** Telegram's limit of what a button carries, in bytes. */
const MOST_BYTES = 64

type Button = {
  /** The chat that it stands in; nowhere else it does anything. */
  chat_id: number
  /** The feature that takes the tap, such as `pnl`. */
  name: string
  /** What it takes: short, without colons. */
  args?: readonly (string | number)[]
  /** Only this person may tap it; without, everybody in the chat, each with their own rights. */
  person_id?: number
}
export type Tap = { name: string; args: string[]; expired: boolean }
export type Buttons = ReturnType<typeof createButtons>

/** What buttons carry: signed, so that nobody makes up one of their own, and with the hour in which it expires. */
export function createButtons({ secret, now }: { secret: string; now: () => Date }) {
  const key = createHmac('sha256', secret).update('telegram buttons').digest()
  const signature = (text: string) => createHmac('sha256', key).update(text).digest('base64url').slice(0, 11)
  const hour = () => Math.floor(now().getTime() / 3_600_000)

  return {
    /** The text that Telegram gives back when the button is tapped. */
    data({ chat_id, name, args = [], person_id }: Button): string {
      const body = [name, (hour() + HOURS).toString(36) + (person_id === undefined ? '' : '.'), ...args].join(':')
      const data = `${body}:${signature(`${chat_id}:${person_id ?? ''}:${body}`)}`
      if (Buffer.byteLength(data) > MOST_BYTES)
        throw new RangeError(`the data of a button ${name} is too long: ${data}`)
      return data
    },
    /**
     * What a tapped button says. @throws AppError `invalid` for one that we did not make, or not for this chat and person
     */
    read(data: string, { chat_id, person_id }: { chat_id: number; person_id: number }): Tap {
      const end = data.lastIndexOf(':')
      const body = data.slice(0, Math.max(0, end))
      const [name = '', until = '', ...args] = body.split(':')
      const bound = until.endsWith('.')
      const expected = signature(`${chat_id}:${bound ? person_id : ''}:${body}`)
      const given = data.slice(end + 1)
      if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
        throw new AppError(
          'invalid',
          bound ? 'This button is for somebody else.' : 'This button is from an older version. Ask again for new ones.',
        )
      return { name, args, expired: Number.parseInt(until, 36) < hour() }
    },
  }
}
