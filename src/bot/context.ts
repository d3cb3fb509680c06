import type { Context } from 'grammy'
import type { Sql } from '../../sql/connect.ts'
import type { TelegramPerson } from '../../sql/telegram.ts'
import type { Who } from '../access.ts'
import type { Desk } from '../agents/desk.ts'

/** A message of a person who is paired. `db` sees what this person may see of the stores. */
export type BotContext = Context & {
  who: Who
  person: TelegramPerson
  db: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>
}

export type BotDeps = {
  sql: Sql
  now: () => Date
  desk: Desk
  /** Runs work that may take long beside the updates that follow; the end of the bot waits for it. */
  background: (work: Promise<unknown>) => void
}
