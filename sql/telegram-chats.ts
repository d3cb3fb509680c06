import * as v from 'valibot'
import { command, find, query } from './query.ts'
import { Id } from './units.ts'

const ChatId = v.pipe(v.number(), v.integer())

/** A group that the bot is in, noted with who took it there. */
export const addTelegramChat = command(
  { chat_id: -100, title: 'Team', user_id: 1 },
  (sql, { chat_id, title, user_id }: { chat_id: number; title: string; user_id: number }) => sql`
    insert into telegram_chats (chat_id, title, added_by) values (${chat_id}, ${title}, ${user_id})
    on conflict (chat_id) do update set title = excluded.title`,
)

export const removeTelegramChat = command(
  { chat_id: -100 },
  (sql, { chat_id }: { chat_id: number }) => sql`delete from telegram_chats where chat_id = ${chat_id}`,
)

/** A group that became a supergroup has a new id. */
export const moveTelegramChat = command(
  { from: -1, to: -100 },
  (sql, { from, to }: { from: number; to: number }) => sql`
    with known as (delete from telegram_chats where chat_id = ${to} and exists (select 1 from telegram_chats where chat_id = ${from}))
    update telegram_chats set chat_id = ${to} where chat_id = ${from}`,
)

export const TelegramChat = v.object({ chat_id: ChatId, title: v.string() })

export const findTelegramChat = find(
  TelegramChat,
  { chat_id: -100 },
  (sql, { chat_id }: { chat_id: number }) => sql`select chat_id, title from telegram_chats where chat_id = ${chat_id}`,
)

type Topic = { chat_id: number; thread_id: number }

/**
 * The store that is meant in a place when none is named: that of the topic, of the group, or in private of the person. `slug` is null
 * with a store that the asker does not see; no row when none is set.
 */
export const findStoreHere = find(
  v.object({ slug: v.nullable(v.string()) }),
  { chat_id: -100, thread_id: 0, telegram_id: 1 },
  (sql, { chat_id, thread_id, telegram_id }: Topic & { telegram_id: number }) => sql`
    select (select slug from stores where id = here.store_id) as slug
    from (
      select store_id, thread_id from telegram_topics where chat_id = ${chat_id} and thread_id in (0, ${thread_id})
      union all
      select store_id, 0 from telegram_accounts where telegram_id = ${telegram_id} and ${chat_id} = ${telegram_id} and store_id is not null
    ) here
    order by here.thread_id desc
    limit 1`,
)

export const setTopicStore = command(
  { chat_id: -100, thread_id: 0, store_id: 1 },
  (sql, { chat_id, thread_id, store_id }: Topic & { store_id: number }) => sql`
    insert into telegram_topics (chat_id, thread_id, store_id) values (${chat_id}, ${thread_id}, ${store_id})
    on conflict (chat_id, thread_id) do update set store_id = excluded.store_id`,
)

export const clearTopicStore = command(
  { chat_id: -100, thread_id: 0 },
  (sql, { chat_id, thread_id }: Topic) =>
    sql`delete from telegram_topics where chat_id = ${chat_id} and thread_id = ${thread_id}`,
)

/** The people who may let others in, with the chats they can be reached in. */
export const listTelegramAdmins = query(
  v.object({ telegram_id: Id, user_id: Id, email: v.string(), language: v.nullable(v.string()) }),
  {},
  (sql) => sql`
    select a.telegram_id, a.user_id, u.email, a.language
    from telegram_accounts a
    join users u on u.id = a.user_id
    where u.role in ('owner', 'admin') and u.store_ids is null and u.disabled_at is null and a.blocked_at is null
    order by a.paired_at`,
)
