import type { StoredMessage } from './loop.ts'

/**
 * A question as the model gets it, now and in later turns: first what is true while it is asked, then the words of the person. What
 * changes with every question stands here and not in the prompt, so that all before it can be cached.
 */
export function questionMessage(
  { text, store }: { text: string; store?: string | undefined },
  timeZone: string,
  now: Date,
): StoredMessage {
  const when = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(now)
  const weekday = new Intl.DateTimeFormat('en', { timeZone, weekday: 'long' }).format(now)
  const looking = store ? ` The person is looking at the store "${store}".` : ''
  return {
    role: 'user',
    content: [
      { type: 'text', text: `${OPENING}It is ${weekday} ${when} in the team's time zone.${looking}</context>` },
      { type: 'text', text },
    ],
  }
}

/** How the block begins that stands before a person's words. */
export const OPENING = '<context>'
