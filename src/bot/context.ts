import type { Context } from 'grammy'
import type { Pool, Sql } from '../../sql/connect.ts'
import type { TelegramPerson } from '../../sql/telegram.ts'
import type { Who } from '../access.ts'
import type { OpenShop } from '../shopify/open-shop.ts'
import type { Desk } from '../agents/desk.ts'
import type { Wording } from '../wording.ts'
import type { Answers } from './answer.ts'
import type { Buttons, Tap } from './buttons.ts'
import type { Download } from './download.ts'

/** An update of a person who is paired, in their private chat or in a group. `db` sees what this person may see of the stores. */
export type BotContext = Context & {
  who: Who
  person: TelegramPerson
  db: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>
  words: Wording
  /** The slug of the store that is meant when none is named: of the topic, the group or the person; null for all. */
  storeHere: () => Promise<string | null>
  /** The topic of a forum that the message stands in; 0 outside of topics. */
  thread_id: number
  /** What a button of this chat carries. */
  button: (name: string, args?: readonly (string | number)[], person?: 'only this person') => string
  /** When it is handled. */
  at: Date
  /** The tapped button, in an update that is a tap. */
  tap: Tap
}

export type BotDeps = {
  sql: Pool
  now: () => Date
  desk: Desk
  buttons: Buttons
  answers: Answers
  download: Download
  openShop: OpenShop
  report: (error: unknown) => void
}
